"""Bundles on every store: orders cut into parts, each leased to one worker at a time."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from backends.sql.bundling import LEASE, MAX_CERTIFICATES, PART_SIZE
from backends.sql.ledger import KEPT
from backends.sql.store import SqlStore, open_store
from credential.access import ALL_ROWS, Visibility
from credential.errors import BadUserInput, IdempotencyConflict
from credential.ports import BundleOrder, BundlePart, BundleSelection, JobState
from credential.record import VaccinationRecord
from tests.contract.store_faults import count
from tests.contract.store_samples import KEYS, NOW, OTHER, SECOND, SOURCE, ids_of, issued, record, request, sign

ORDER = BundleOrder("PDF", "TA", "card")
OWN = Visibility(client_id=SOURCE.client_id)
IDS = tuple(f"1SAMPLE{number}" for number in range(2 * PART_SIZE + 3))


async def order(store: SqlStore, ids: tuple[str, ...] = IDS, key: str | None = None) -> str:
    return await store.create_bundle(request(key, operation="createBundle"), BundleSelection(ids), ORDER, visible=OWN)


async def leased(store: SqlStore, now: datetime = NOW) -> BundlePart:
    part = await store.lease_part(now=now)
    assert part is not None
    return part


async def test_an_order_is_cut_into_parts_that_carry_all_they_need(store: SqlStore) -> None:
    job_id = await order(store)
    parts = [await leased(store) for _ in range(3)]
    assert [part.number for part in parts] == [0, 1, 2]
    assert tuple(one for part in parts for one in part.ids) == IDS
    first = parts[0]
    assert (first.job_id, first.parts, first.attempts, first.order, first.visible) == (job_id, 3, 1, ORDER, OWN)
    assert (first.caller.client_id, first.caller.name) == (SOURCE.client_id, SOURCE.name)
    assert not first.is_last
    assert await store.lease_part(now=NOW) is None, "the last is not due while others are open"


async def test_progress_can_be_followed_to_the_end(store: SqlStore) -> None:
    job_id = await order(store)
    parts = [await leased(store) for _ in range(3)]
    assert await store.finish_part(parts[0], done=20, failed=5, now=NOW)
    report = await store.job(job_id, client_id=SOURCE.client_id)
    assert report is not None
    assert (report.kind, report.state, report.total) == ("createBundle", JobState.RUNNING, len(IDS))
    assert (report.done, report.failed, report.finished_at) == (20, 5, None)
    for part in (parts[2], parts[1]):
        await store.finish_part(part, done=len(part.ids), failed=0, now=NOW)
    last = await leased(store, NOW + SECOND)
    assert (last.is_last, last.ids) == (True, ())
    await store.finish_part(last, done=0, failed=0, now=NOW + SECOND)
    report = await store.job(job_id, client_id=None)
    assert report is not None
    assert (report.state, report.done, report.finished_at) == (JobState.FINISHED, 48, NOW + SECOND)
    assert (await store.results(job_id, client_id=None, first=10, after=None)).items == ()
    assert await store.lease_part(now=NOW + timedelta(days=1)) is None


async def test_another_clients_bundle_is_unknown(store: SqlStore) -> None:
    job_id = await order(store)
    assert await store.job(job_id, client_id=OTHER.client_id) is None


async def test_a_part_that_nobody_finished_comes_back_and_counts_its_attempts(store: SqlStore) -> None:
    await order(store, IDS[:1])
    part = await leased(store)
    assert await store.lease_part(now=NOW + LEASE - SECOND) is None
    again = await leased(store, NOW + LEASE)
    assert (again.ids, again.attempts) == (part.ids, 2)
    assert await store.finish_part(again, done=1, failed=0, now=NOW)
    assert not await store.finish_part(part, done=0, failed=1, now=NOW), "the first to finish is believed"


async def test_workers_that_finish_at_once_make_the_last_part_due_once(store: SqlStore, store_url: str) -> None:
    orders = 12
    for _ in range(orders):
        await order(store, IDS[: PART_SIZE + 1])
    async with open_store(store_url, KEYS) as other:
        parts = [await leased(store) for _ in range(2 * orders)]
        workers = (store, other) * orders
        pairs = zip(workers, sorted(parts, key=lambda part: (part.job_id, part.number)), strict=True)
        await asyncio.gather(*(one.finish_part(part, done=1, failed=0, now=NOW) for one, part in pairs))
        found = [await store.lease_part(now=NOW) for _ in range(orders + 1)]
    assert [part.is_last for part in found if part] == [True] * orders


async def test_two_workers_never_lease_the_same_part(store: SqlStore, store_url: str) -> None:
    await order(store)
    async with open_store(store_url, KEYS) as other:
        found = [await asyncio.gather(store.lease_part(now=NOW), other.lease_part(now=NOW)) for _ in range(3)]
    numbers = [part.number for pair in found for part in pair if part]
    assert sorted(numbers) == [0, 1, 2]


async def test_an_order_sent_again_is_the_same_job(store: SqlStore) -> None:
    first = await order(store, key="a")
    assert await order(store, key="a") == first
    assert await order(store, key="b") != first
    with pytest.raises(IdempotencyConflict):
        await store.create_bundle(
            request("a", operation="createBundle", fingerprint=b"other"), BundleSelection(IDS), ORDER, visible=OWN
        )
    assert await count(store, "bundles") == 2


@pytest.mark.parametrize("number", [0, MAX_CERTIFICATES + 1])
async def test_too_few_and_too_many_are_refused_and_leave_nothing(store: SqlStore, number: int) -> None:
    with pytest.raises(BadUserInput):
        await order(store, tuple(f"1X{one}" for one in range(number)), key="a")
    for table in ("bundles", "bundle_parts", "jobs", "idempotency"):
        assert await count(store, table) == 0


def of_facility(number: int, name: str, identifier: str = "") -> VaccinationRecord:
    item = record(number)
    facility = item.facility
    return type(item)(
        **{field: getattr(item, field) for field in item.__struct_fields__ if field != "facility"},
        facility=type(facility)(name=name, id=identifier, address=facility.address),
    )


async def facility_ids(store: SqlStore, selection: BundleSelection, visible: Visibility = OWN) -> tuple[str, ...]:
    try:
        await store.create_bundle(request(operation="createBundle"), selection, ORDER, visible=visible)
    except BadUserInput:
        return ()
    return (await leased(store)).ids


async def test_a_facilitys_certificates_are_found_by_its_id_and_by_days_of_india(store: SqlStore) -> None:
    monday = datetime(2022, 3, 7, 18, 29, tzinfo=UTC)  # a minute to midnight in India
    one = await issued(store, of_facility(1, "Centre", "F1"), now=monday)
    two = await issued(store, of_facility(2, "Centre", "F1"), now=monday + timedelta(minutes=1))
    await issued(store, of_facility(3, "Centre", "F2"), now=monday)
    named = await issued(store, of_facility(4, "Camp"), now=monday)
    ids_of(await store.accept(request(), [of_facility(5, "Centre", "F1")]))
    assert await facility_ids(store, BundleSelection(facility="F1")) == (one, two)
    assert await facility_ids(store, BundleSelection(facility="Camp")) == (named,)
    assert await facility_ids(store, BundleSelection(facility="Centre")) == ()
    assert await facility_ids(store, BundleSelection(facility="F1", end=date(2022, 3, 8))) == (one,)
    assert await facility_ids(store, BundleSelection(facility="F1", start=date(2022, 3, 8))) == (two,)


async def test_a_client_finds_its_own_and_an_admin_all(store: SqlStore) -> None:
    one = await issued(store, of_facility(1, "Centre", "F1"))
    [other] = ids_of(await store.accept(request(caller=OTHER), [of_facility(2, "Centre", "F1")]))
    await sign(store, other)
    selection = BundleSelection(facility="F1")
    assert await facility_ids(store, selection) == (one,)
    assert set(await facility_ids(store, selection, ALL_ROWS)) == {one, other}


async def test_after_seven_days_a_bundle_may_go(store: SqlStore) -> None:
    job_id = await order(store)
    assert await store.expired_bundle(now=NOW + KEPT) is None
    assert await store.expired_bundle(now=NOW + KEPT + SECOND) == (job_id, 3)
    await store.drop_bundle(job_id)
    assert await store.expired_bundle(now=NOW + KEPT + SECOND) is None
    assert await store.lease_part(now=NOW) is None
    assert await store.job(job_id, client_id=None) is None
