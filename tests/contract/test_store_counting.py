"""Counting: events are folded exactly once, figures come from rollups alone (contract, stats)."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from backends.sql.counting_rows import age_band
from backends.sql.store import SqlStore, open_store
from credential.errors import BadUserInput
from credential.figures import Bucket, Cut, Measure
from credential.ports import AuditEntry, Event
from tests.contract.store_faults import Crash, crash_at, rows
from tests.contract.store_samples import KEYS, NOW, SOURCE, issued, record

TODAY = date(2022, 3, 5)  # NOW is past midnight in India
ACCESS = (("channel", "digilocker"), ("format", "PDF"), ("kind", "DOMESTIC"))

ALL_TIME = Cut()


async def total(store: SqlStore, measure: Measure, cut: Cut = ALL_TIME) -> int:
    return sum(point.value or 0 for point in await store.exact(measure, cut))


async def test_nothing_counted_is_nothing_of_everything(store: SqlStore) -> None:
    assert await store.as_of() is None
    assert [await store.exact(measure, Cut()) for measure in Measure] == [[]] * len(Measure)


async def test_events_count_once_they_are_folded(store: SqlStore) -> None:
    await issued(store)
    assert await total(store, Measure.ISSUED) == 0
    assert await store.rollup(now=NOW) == 1
    assert await store.rollup(now=NOW) == 0
    assert await total(store, Measure.ISSUED) == 1
    assert await store.as_of() == NOW


async def test_a_fold_that_is_cut_counts_nothing_twice(store: SqlStore) -> None:
    await issued(store)
    with crash_at(store, commit=1), pytest.raises(Crash):
        await store.rollup(now=NOW)
    assert await total(store, Measure.ISSUED) == 0
    assert await store.rollup(now=NOW) == 1
    assert await total(store, Measure.ISSUED) == 1


async def test_folding_at_once_counts_each_once(store: SqlStore, store_url: str) -> None:
    await store.append([Event(Measure.VERIFIED, NOW, None, (("channel", "direct"),)) for _ in range(200)])
    async with open_store(store_url, KEYS) as other:
        done = await asyncio.gather(*(one.rollup(now=NOW, limit=50) for one in (store, other) * 3))
    rest = await store.rollup(now=NOW)
    assert sum(done) + rest == 200
    assert await total(store, Measure.VERIFIED) == 200


async def test_days_are_india_s(store: SqlStore) -> None:
    before, after = datetime(2022, 3, 4, 18, 29, tzinfo=UTC), datetime(2022, 3, 4, 18, 30, tzinfo=UTC)
    await store.append(
        [Event(Measure.VERIFIED, before), Event(Measure.VERIFIED, after), Event(Measure.VERIFIED, after)]
    )
    await store.rollup(now=NOW)
    series = await store.exact(Measure.VERIFIED, Cut(bucket=Bucket.DAY))
    assert [(point.bucket, point.value) for point in series] == [(date(2022, 3, 4), 1), (TODAY, 2)]
    assert await total(store, Measure.VERIFIED, Cut(TODAY, date(2022, 3, 6))) == 2
    assert await total(store, Measure.VERIFIED, Cut(end=TODAY)) == 1


async def test_series_split_and_filter_by_dimensions(store: SqlStore) -> None:
    for number in range(3):
        await issued(store, record(number, gender="Male" if number else "Female"))
    await issued(store, record(1, dose=2, gender="Male"))
    await store.rollup(now=NOW)
    series = await store.exact(Measure.ISSUED, Cut(by=("gender", "stage")))
    assert [(point.dimensions, point.value) for point in series] == [
        ((("gender", "Female"), ("stage", "PROVISIONAL")), 1),
        ((("gender", "Male"), ("stage", "FINAL")), 1),
        ((("gender", "Male"), ("stage", "PROVISIONAL")), 2),
    ]
    only = {"gender": "Male", "state": "Karnataka", "ageBand": "18-44", "facility": "F1", "dose": "2"}
    assert await total(store, Measure.ISSUED, Cut(where=only)) == 1
    with pytest.raises(BadUserInput):
        await store.exact(Measure.ISSUED, Cut(by=("name",)))


async def test_accesses_are_told_by_channel(store: SqlStore) -> None:
    certificate_id = await issued(store)
    await store.append([Event(Measure.ACCESSED, NOW, certificate_id, ACCESS)] * 2)
    await store.append([Event(Measure.ACCESSED, NOW, certificate_id, (("channel", "umang"),))])
    await store.rollup(now=NOW)
    points = await store.exact(Measure.ACCESSED, Cut(by=("channel",)))
    assert [(point.dimensions, point.value) for point in points] == [
        ((("channel", "digilocker"),), 2),
        ((("channel", "umang"),), 1),
    ]


async def test_what_is_no_dimension_is_not_kept(store: SqlStore) -> None:
    await store.append([Event(Measure.VERIFIED, NOW, None, (("channel", "direct"), ("name", "Sample Person 1")))])
    assert [row.dimensions for row in await rows(store, "SELECT dimensions FROM events")] == ['{"channel":"direct"}']


async def test_audit_rows_say_who_did_what(store: SqlStore) -> None:
    await store.audit([AuditEntry(SOURCE, "read", "1" * 11, NOW, "document"), AuditEntry(SOURCE, "read", None, NOW)])
    found = await rows(store, "SELECT client_id, caller, action, detail FROM audit ORDER BY detail")
    assert [tuple(row) for row in found] == [("source", "Source", "read", ""), ("source", "Source", "read", "document")]


def test_age_bands() -> None:
    ages = {0: "0-4", 4: "0-4", 5: "5-11", 12: "12-14", 17: "15-17", 18: "18-44", 59: "45-59", 60: "60+", 130: "60+"}
    assert {age: age_band(age) for age in ages} == ages
    assert age_band(None) == "unknown"
