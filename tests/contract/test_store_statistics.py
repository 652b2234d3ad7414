"""What PostgreSQL's planner knows of tables with partitions: nothing, unless it is told to look."""

import asyncio

from backends.sql.store import SqlStore
from credential.figures import Measure
from credential.ports import Event
from tests.contract.store_faults import rows
from tests.contract.store_samples import NOW

KNOWN = "SELECT reltuples FROM pg_class WHERE relname = 'events' AND relkind = 'p'"


async def test_a_table_that_has_grown_is_analysed_once(store: SqlStore) -> None:
    await store.append([Event(Measure.VERIFIED, NOW) for _ in range(1_500)])
    if not store._database.postgresql:
        assert await store.analyze() == 0
        return
    async with asyncio.timeout(60):  # counts of rows reach the statistics a moment after the commit
        while not await store.analyze():
            await store.ping()
    [(known,)] = await rows(store, KNOWN)
    assert known >= 1_000
    assert await store.analyze() == 0
