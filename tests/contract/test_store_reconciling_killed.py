"""Reconciliations that are killed at any commit, and resumed, end as those that are not; small stores, any changes."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.sql.store import SqlStore, open_store
from credential.errors import PramaanError
from tests.contract.store_faults import Crash, crash_at
from tests.contract.store_samples import KEYS, NOW, SECOND, issued, record
from tests.contract.test_store_reconciling import EVERYTHING, said, state
from tests.reconciled import Reconciler, summary
from tests.stores import sqlite_store

PEOPLE = 4
CHANGES = st.sampled_from(["same", "batch", "revoked", "left out", "date", "new"])
LATER = 3_600 * SECOND


def source_of(changes: list[str]) -> list[dict[str, Any]]:
    """Return what a source says of people who are known, and of one who is not."""
    said_of: list[dict[str, Any]] = []
    for number, change in enumerate(changes):
        given = said(record(number if change != "new" else number + PEOPLE))
        if change == "batch":
            given["vaccination"]["batch"] = "OTHER"
        elif change == "date":
            given["vaccination"]["date"] = "2022-03-01T00:00:00Z"
        elif change == "revoked":
            given["revoked"] = True
        if change != "left out":
            said_of.append(given)
    return said_of or [said(record(0))]


async def finished(store: SqlStore, job: str, reconciler: Reconciler, commit: int) -> None:
    """Take a job to its end, dying at one commit of it; then go on after the lease."""
    with crash_at(store, commit=commit), suppress(Crash, PramaanError):
        await reconciler.finish(job)
    await reconciler.finish(job, clock=lambda: NOW + LATER)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, min_size=PEOPLE, max_size=PEOPLE), st.integers(1, 14), st.integers(1, 6))
def test_whatever_is_killed_is_put_right_once_and_taken_back(
    tmp_path_factory: pytest.TempPathFactory, changes: list[str], dry_commit: int, act_commit: int
) -> None:
    """Apply, then a dry run is empty; killed at any commit and resumed ends the same; twice is once; undo restores."""
    whole = asyncio.run(_story(tmp_path_factory.mktemp("whole"), changes, None, None))
    assert asyncio.run(_story(tmp_path_factory.mktemp("killed"), changes, dry_commit, act_commit)) == whole


async def _story(directory: Path, changes: list[str], dry_commit: int | None, act_commit: int | None) -> list[Any]:
    """Issue, compare, apply twice, compare, undo; return what the store held at each turn."""
    source = source_of(changes)
    async with open_store(sqlite_store(directory), KEYS) as store:
        for number in range(PEOPLE):
            await issued(store, record(number))
        reconciler = Reconciler(store)
        report_id = await reconciler.begin(source, scoped=True)
        await finished(store, report_id, reconciler, dry_commit or 10_000)
        report = await store.report(report_id, client_id=None)
        assert report is not None
        found = [(one.finding.kind, one.finding.beneficiary_id) for one in await reconciler.found(report)]
        held = []
        for undo in (False, False, True):
            job = await reconciler.begin_act(report, EVERYTHING, undo=undo)
            await finished(store, job, reconciler, act_commit or 10_000)
            held.append(await state(store))
            if not undo:
                assert summary(await reconciler.dry_run(source, scoped=True)) == {}
        assert held[0] == held[1]
        before = [said(record(number)) for number in range(PEOPLE)]
        assert summary(await reconciler.dry_run(before, scoped=True)) == {}
    return [sorted(found), held]
