"""Figures of what is over are settled once, and everybody gets the same of them for ever (docs/adr/0013)."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from backends.sql.store import SqlStore, open_store
from credential.errors import BadUserInput
from credential.figures import Bucket, Cut, Measure, Point
from credential.ports import Event
from tests.contract.store_faults import Crash, count, crash_at
from tests.contract.store_samples import KEYS

MONDAY = date(2022, 1, 31)
NOON = datetime(2022, 1, 31, 6, 30, tzinfo=UTC)
LATER = NOON + timedelta(days=40)
ALL_TIME = Cut()


def events(number: int, day: int = 0, measure: Measure = Measure.ISSUED, **dimensions: str) -> list[Event]:
    """Return events of a day, counted from a Monday that ends January."""
    given = {"state": "Kerala", "district": "Kollam", "facility": "F1", **dimensions}
    given = given if measure is Measure.ISSUED else dimensions
    return [Event(measure, NOON + timedelta(days=day), None, tuple(sorted(given.items())))] * number


async def over(store: SqlStore, *happened: Iterable[Event], now: datetime = LATER) -> None:
    """Have events happen, and the time after them pass."""
    await store.append([event for events in happened for event in events])
    await store.rollup(now=now)
    while await store.close_next():
        pass


def values(points: Iterable[Point]) -> dict[object, int | None]:
    """Return the figures by their one dimension, or their bucket."""
    return {point.dimensions[0][1] if point.dimensions else point.bucket: point.value for point in points}


async def test_counts_are_the_same_before_and_after_a_day_is_closed(store: SqlStore) -> None:
    await store.append([*events(13, gender="Male"), *events(4, 1, gender="Female"), *events(2, 29, gender="Male")])
    await store.rollup(now=LATER)
    cuts = [
        ALL_TIME,
        Cut(by=("gender",)),
        Cut(by=("gender", "state"), bucket=Bucket.DAY),
        Cut(by=("facility",), bucket=Bucket.WEEK),
        Cut(bucket=Bucket.MONTH),
        Cut(date(2022, 1, 31), date(2022, 3, 1), {"gender": "Male"}),
        Cut(date(2022, 2, 1), None, {"state": "Kerala", "vaccine": "", "dose": "", "kind": ""}, ("gender",)),
    ]
    before = [await store.exact(Measure.ISSUED, cut) for cut in cuts]
    assert await count(store, "closed_figures") == 0
    await over(store)
    assert await count(store, "closed_figures") > 0
    assert [await store.exact(Measure.ISSUED, cut) for cut in cuts] == before
    assert [point.value for point in before[1]] == [4, 15]


async def test_nothing_is_published_of_a_day_that_is_not_over(store: SqlStore) -> None:
    today = NOON + timedelta(days=3)
    await over(store, events(20), events(30, 3), now=today)
    published = await store.published(Measure.ISSUED, Cut(bucket=Bucket.DAY))
    assert [point.bucket for point in published] == [MONDAY]
    assert sum(point.value or 0 for point in await store.exact(Measure.ISSUED, ALL_TIME)) == 50


async def test_few_are_suppressed_and_others_told_in_tens(store: SqlStore) -> None:
    await over(store, events(67, gender="Male"), events(3, gender="Female"))
    found = values(await store.published(Measure.ISSUED, Cut(by=("gender",))))
    assert found.get("Female") is None, "told as too few, or not at all"
    assert found["Male"] in {60, 70}


async def test_of_what_nothing_is_published_it_is_not_told_that_it_is_there(store: SqlStore) -> None:
    """Nine suppressed figures below a suppressed total would be nine single persons."""
    bands = ("0-4", "5-11", "12-14", "15-17", "18-44", "45-59", "60+", "unknown", "other")
    await over(store, *(events(1, ageBand=band) for band in bands))
    assert len(await store.exact(Measure.ISSUED, Cut(by=("ageBand",)))) == len(bands)
    assert len(await store.published(Measure.ISSUED, Cut(by=("ageBand",)))) <= 1


async def test_what_is_published_adds_up_however_it_is_asked_for(store: SqlStore) -> None:
    """Days make months, values make totals: nothing is rounded twice."""
    happened = [events(number * 7 % 23, number, gender="Male" if number % 3 else "Female") for number in range(35)]
    await over(store, *happened)
    by_day = await store.published(Measure.ISSUED, Cut(bucket=Bucket.DAY, by=("gender",)))
    by_month = await store.published(Measure.ISSUED, Cut(bucket=Bucket.MONTH))
    [total] = await store.published(Measure.ISSUED, ALL_TIME)
    shown = sum(point.value or 0 for point in by_day)
    assert sum(point.value or 0 for point in by_month) == total.value
    assert total.value is not None
    assert total.value >= shown
    assert {(point.value or 0) % 10 for point in (*by_day, *by_month, total)} == {0}
    assert abs(total.value - sum(map(len, happened))) < 10 * len(happened)


async def test_the_same_is_published_whoever_closes(store: SqlStore, store_url: str) -> None:
    """The steps of ten fall where the secret has them, for every process alike."""
    await store.append([*events(57, gender="Male"), *events(64, 1, gender="Female")])
    await store.rollup(now=LATER)
    async with open_store(store_url, KEYS) as other:
        while any(await asyncio.gather(*(one.close_next() for one in (store, other)))):
            pass
        assert await count(store, "closed_figures WHERE span = 'DAY' AND split = ''") == 2
        cut = Cut(by=("gender",))
        assert await other.published(Measure.ISSUED, cut) == await store.published(Measure.ISSUED, cut)


async def test_a_closing_that_is_cut_is_done_again_whole(store: SqlStore) -> None:
    await store.append(events(25))
    await store.rollup(now=LATER)
    assert await store.close_next(), "the first sets the mark"
    with crash_at(store, commit=1), pytest.raises(Crash):
        await store.close_next()
    assert await count(store, "closed_figures") == 0
    await over(store)
    assert values(await store.exact(Measure.ISSUED, ALL_TIME)) == {None: 25}


async def test_what_comes_after_its_day_was_closed_counts_on_the_first_open_one(store: SqlStore) -> None:
    today = NOON + timedelta(days=3)
    await over(store, events(20), now=today)
    before = await store.published(Measure.ISSUED, ALL_TIME)
    await over(store, events(12), now=today)
    assert await store.published(Measure.ISSUED, ALL_TIME) == before
    found = values(await store.exact(Measure.ISSUED, Cut(bucket=Bucket.DAY)))
    assert found == {MONDAY: 20, MONDAY + timedelta(days=3): 12}


async def test_places_are_published_by_the_week(store: SqlStore) -> None:
    await over(store, events(30), events(30, 5), events(40, 6, facility="F2"), events(50, 7, district="Idukki"))
    where = Cut(where={"district": "Kollam"}, by=("facility",), bucket=Bucket.WEEK)
    found = await store.published(Measure.ISSUED, where)
    assert {point.bucket for point in found} == {MONDAY}
    assert values(found) == {"F1": 60, "F2": 40}
    districts = await store.published(Measure.ISSUED, Cut(by=("district",), bucket=Bucket.WEEK))
    assert values(districts) == {"Kollam": 100, "Idukki": 50}


async def test_accesses_have_no_places_and_issues_no_channel(store: SqlStore) -> None:
    await over(store, events(20), events(30, measure=Measure.ACCESSED, channel="umang", format="PDF"))
    assert values(await store.exact(Measure.ACCESSED, Cut(by=("state",)))) == {"": 30}
    assert await store.exact(Measure.ACCESSED, Cut(where={"state": "Kerala"})) == []
    assert await store.published(Measure.ISSUED, Cut(where={"channel": "umang"})) == []
    assert values(await store.published(Measure.ACCESSED, Cut(by=("channel",)))) == {"umang": 30}


async def test_more_figures_than_an_answer_takes_are_refused(store: SqlStore) -> None:
    await over(store, *(events(10, day) for day in range(3)))
    with pytest.raises(BadUserInput, match="narrow"):
        await store.exact(Measure.ISSUED, Cut(bucket=Bucket.DAY), limit=2)
    assert len(await store.exact(Measure.ISSUED, Cut(bucket=Bucket.MONTH), limit=2)) == 2, "days are no figures"


async def test_as_of_is_the_oldest_event_that_is_left(store: SqlStore) -> None:
    await store.append([*events(3), *events(2, 1)])
    assert await store.rollup(now=LATER, limit=3) == 3
    as_of = await store.as_of()
    assert as_of is not None
    assert as_of < LATER
    await store.rollup(now=LATER)
    assert await store.as_of() == LATER


@pytest.mark.parametrize("cut", [Cut(by=("name",)), Cut(where={"name": "x"})])
async def test_what_is_no_dimension_is_refused(store: SqlStore, cut: Cut) -> None:
    for read in (store.exact, store.published):
        with pytest.raises(BadUserInput, match="dimension"):
            await read(Measure.ISSUED, cut)
