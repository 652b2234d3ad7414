"""That statements find their index, also as PostgreSQL plans them once for all values."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from backends.sql.store import SqlStore
from credential.access import ALL_ROWS, Caller
from credential.errors import BadUserInput
from credential.ports import BundleOrder, BundleSelection, CorrectionRequest, CorrectionState, Request, Spot
from credential.reach import Reach, Where
from tests.contract.store_samples import NOW, issued, record, request

HOLDER = Caller(name="holder", holder_of=("default", record().beneficiary_id))


@contextmanager
def statements(store: SqlStore, table: str) -> Iterator[list[tuple[str, Any]]]:
    """Give the SELECTs from a table, each with its parameters, as they are sent."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:  # noqa: ANN401
        if statement.startswith("SELECT") and f"FROM {table}" in statement.replace("\n", ""):
            seen.append((statement, parameters))

    engine = store._database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def plan(store: SqlStore, statement: str, parameters: Any) -> str:  # noqa: ANN401
    """Return the plan; PostgreSQL's is the one for all values, and scans no table where any index would do."""
    async with store._database.read() as connection:
        if not store._database.postgresql:
            return repr((await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all())
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.execute("SET enable_seqscan = off")
        await raw.execute(f"PREPARE explained AS {statement}")
        given = ", ".join(["NULL"] * len(parameters))
        found = await raw.fetch(f"EXPLAIN EXECUTE explained({given})")
        await raw.execute("DEALLOCATE explained; RESET enable_seqscan")
        return repr(found)


async def test_a_facilitys_certificates_are_found_in_the_order_of_their_issue(store: SqlStore) -> None:
    selection, order = BundleSelection(facility="F1"), BundleOrder("PDF", None, None)
    with statements(store, "certificates") as seen, pytest.raises(BadUserInput):
        await store.create_bundle(request(operation="createBundle"), selection, order, visible=ALL_ROWS)
    [(statement, parameters)] = seen
    found = await plan(store, statement, parameters)
    assert "ix_certificates_facility" in found or "facility_issued_at_idx" in found, found


async def test_open_requests_are_counted_within_the_persons_own(store: SqlStore) -> None:
    certificate = await issued(store, record())
    wanted = CorrectionRequest("r1", certificate, CorrectionState.OPEN, NOW, {}, "x")
    with statements(store, "correction_requests") as seen:
        await store.request_correction(wanted, request=Request(HOLDER, "requestCorrection", None, b"", NOW))
    [(statement, parameters)] = seen
    assert "ix_correction_requests_person" in await plan(store, statement, parameters)


async def test_a_batch_is_gone_through_in_the_order_of_its_index(store: SqlStore) -> None:
    with statements(store, "certificates") as seen:
        await store.survey(Reach(Where(batch="B"), ALL_ROWS, NOW), Spot(), sample=1)
    found = await plan(store, *seen[0])
    assert "Sort" not in found, found
    assert store._database.postgresql or "ix_certificates_batch" in found, found


async def test_what_is_undecided_is_looked_for_among_what_is_pending(store: SqlStore) -> None:
    with statements(store, "certificates") as seen:
        await store.undecided(Reach(Where(key_id="key-1"), ALL_ROWS, NOW))
    found = await plan(store, *seen[0])
    assert "uq_certificates_pending" in found or "shard_beneficiary_programme_dose_idx" in found, found
