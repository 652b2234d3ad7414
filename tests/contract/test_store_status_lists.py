"""The lists in the store: folded once in the order of commits, published once, rebuilt from the records."""

import asyncio
import json
from datetime import timedelta

from sqlalchemy import insert, update

from backends.sql.status_tables import status_lists, status_marks
from backends.sql.store import SqlStore, open_store
from credential.access import ALL_ROWS, Visibility
from credential.certificate import RevocationReason
from credential.ports import Correction, DueList, Intent, ListDifference, RevocationTarget, SignedList
from credential.record import Kind
from credential.status.bitstring import EMPTY, set_indexes, with_set
from credential.status.documents import StatusList
from credential.status.positions import LIST_SIZE, ListPurpose, StatusPosition
from tests.contract.store_samples import KEYS, NOW, SECOND, ids_of, record, request, signed
from tests.status_samples import status_list as signed_list

REVOCATION, REFRESH = ListPurpose
DAY = timedelta(days=1)


async def listed(store: SqlStore, number: int = 1) -> tuple[str, StatusPosition]:
    """Issue a certificate with a position."""
    [certificate_id] = ids_of(await store.accept(request(), [record(number)]))
    return certificate_id, await finished(store, certificate_id)


async def finished(store: SqlStore, certificate_id: str) -> StatusPosition:
    [position] = await store.positions(1)
    assert await store.intend([Intent(certificate_id, "key-1", NOW, b"digest", position)]) == [certificate_id]
    assert await store.complete([signed(certificate_id)], now=NOW) == [certificate_id]
    return position


async def handed_out(store: SqlStore, count: int) -> None:
    """Set the counter where it is after so many positions."""
    async with store._database.write() as connection:
        await connection.execute(insert(status_marks).values(name="positions", value=count))


async def revoke(store: SqlStore, *ids: str) -> None:
    act = request(operation="revoke")
    await store.revoke(act, RevocationTarget(ids=ids), RevocationReason.OTHER, visible=ALL_ROWS)


async def folded(store: SqlStore) -> int:
    await store.publish(now=NOW)
    return await store.fold(ahead=False)


async def due(store: SqlStore, *compromised: str) -> dict[tuple[ListPurpose, int], DueList]:
    found = await store.due_lists(compromised=compromised, now=NOW, limit=100)
    return {(one.content.purpose, one.content.number): one for one in found}


def made(item: DueList, key: str = "key") -> SignedList:
    """Return what workers make of a due list."""
    text = json.dumps(signed_list(item.content))
    before = item.published
    delta = f"{before.sequence} to {item.content.sequence}" if before and before != item.content else None
    return SignedList(item, text, delta, NOW + DAY, NOW + DAY / 2, key)


async def published(store: SqlStore) -> int:
    return await store.publish_lists([made(one) for one in (await due(store)).values()])


async def test_no_list_begins_before_a_position_is_handed_out(store: SqlStore) -> None:
    assert await store.fold(ahead=False) == 0
    assert await due(store) == {}
    await store.fold(ahead=True)
    assert set(await due(store)) == {(purpose, number) for purpose in ListPurpose for number in (0, 1)}


async def test_a_list_begins_before_a_position_in_it_is_handed_out(store: SqlStore) -> None:
    await handed_out(store, LIST_SIZE - 1)
    await folded(store)
    assert {number for _, number in await due(store)} == {0, 1}
    await store.positions(1)
    await folded(store)
    lists = await due(store)
    assert {number for _, number in lists} == {0, 1, 2}
    assert {one.content for one in lists.values()} == {StatusList(*place, 1, EMPTY) for place in lists}


async def test_a_revocation_sets_one_bit_and_a_supersession_two(store: SqlStore) -> None:
    revoked, place = await listed(store, 1)
    old, old_place = await listed(store, 2)
    change = Correction(old, record(2, name="Sample Person New"), Kind.DOMESTIC, counts=True, limit=5)
    new = (await store.correct(request(operation="update"), change)).certificate_id or ""
    new_place = await finished(store, new)
    await revoke(store, revoked)
    assert await folded(store) == 2
    lists = await due(store)
    bits = {purpose: set(set_indexes(lists[purpose, 0].content.bits)) for purpose in ListPurpose}
    assert bits == {REVOCATION: {place.index, old_place.index}, REFRESH: {old_place.index}}
    assert new_place.index not in bits[REVOCATION]
    assert await folded(store) == 0


async def test_revoking_what_was_superseded_changes_no_bit(store: SqlStore) -> None:
    old, _ = await listed(store)
    change = Correction(old, record(name="Sample Person New"), Kind.DOMESTIC, counts=True, limit=5)
    await finished(store, (await store.correct(request(operation="update"), change)).certificate_id or "")
    await folded(store)
    await published(store)
    await revoke(store, old)
    assert await folded(store) == 1
    assert await due(store) == {}
    assert await store.compare_lists(repair=False) == []


async def test_folding_at_once_sets_each_bit_once(store: SqlStore, store_url: str) -> None:
    made_here = [await listed(store, number) for number in range(6)]
    await revoke(store, *(one for one, _ in made_here))
    await store.publish(now=NOW)
    async with open_store(store_url, KEYS) as other:
        done = await asyncio.gather(*(one.fold(ahead=False) for one in (store, other, store, other)))
    assert sum(done) == 6
    content = (await due(store))[REVOCATION, 0].content
    assert set(set_indexes(content.bits)) == {place.index for _, place in made_here}


async def test_a_list_is_published_and_due_again_before_it_expires(store: SqlStore) -> None:
    await listed(store)
    await folded(store)
    assert await store.status_list(REVOCATION, 0) is None
    assert await published(store) == 4
    assert await due(store) == {}
    found = await store.status_list(REVOCATION, 0)
    assert found is not None
    assert (found.sequence, found.valid_until) == (1, NOW + DAY)
    again = await store.due_lists(compromised=(), now=NOW + DAY / 2, limit=100)
    assert len(again) == 4
    assert all(one.published == one.content for one in again)


async def test_a_compromised_key_makes_its_lists_due(store: SqlStore) -> None:
    await listed(store)
    await folded(store)
    await published(store)
    assert len(await due(store, "key")) == 4
    assert await due(store, "another key") == {}


async def test_of_two_publishers_one_wins_and_the_deltas_are_one_chain(store: SqlStore) -> None:
    ids = [(await listed(store, number))[0] for number in range(3)]
    await folded(store)
    await published(store)
    await revoke(store, ids[0])
    await folded(store)
    slow = made((await due(store))[REVOCATION, 0])
    await revoke(store, ids[1])
    await folded(store)
    fast = made((await due(store))[REVOCATION, 0])
    assert await store.publish_lists([slow]) == 1
    assert await store.publish_lists([fast]) == 0
    assert (await due(store))[REVOCATION, 0].content.sequence == 3
    await published(store)
    assert await store.status_deltas(REVOCATION, 0, 1) == ["1 to 2", "2 to 3"]
    assert await store.status_deltas(REVOCATION, 0, 2) == ["2 to 3"]
    assert await store.status_deltas(REVOCATION, 0, 3) == []
    assert [await store.status_deltas(REVOCATION, 0, since) for since in (0, 4)] == [None, None]
    assert await store.status_deltas(REVOCATION, 9, 1) is None


async def test_lists_are_paged_by_number(store: SqlStore) -> None:
    await handed_out(store, 2 * LIST_SIZE)
    await folded(store)
    await published(store)
    pages = [await store.status_lists(after=after, numbers=2) for after in (-1, 1, 3)]
    assert [[(one.purpose, one.number) for one in page] for page in pages] == [
        [(REVOCATION, 0), (REFRESH, 0), (REVOCATION, 1), (REFRESH, 1)],
        [(REVOCATION, 2), (REFRESH, 2), (REVOCATION, 3), (REFRESH, 3)],
        [],
    ]


async def test_rebuilt_lists_equal_the_published(store: SqlStore) -> None:
    ids = [(await listed(store, number))[0] for number in range(3)]
    await revoke(store, *ids[:2])
    assert await store.compare_lists(repair=False) == []  # what is not in the feed yet is in neither
    await folded(store)
    assert await store.compare_lists(repair=False) == []


async def test_a_bit_lost_and_a_bit_too_many_are_found_and_mended(store: SqlStore) -> None:
    certificate_id, place = await listed(store)
    await revoke(store, certificate_id)
    await folded(store)
    await published(store)
    wrong = (place.index + 1) % LIST_SIZE
    async with store._database.write() as connection:
        chosen = update(status_lists).where(status_lists.c.purpose == REVOCATION, status_lists.c.number == 0)
        await connection.execute(chosen.values(bits=with_set(EMPTY, [wrong])))
    found = [ListDifference(REVOCATION, 0, (place.index,), (wrong,))]
    assert await store.compare_lists(repair=False) == found
    assert await store.compare_lists(repair=True) == found
    assert await store.compare_lists(repair=False) == []
    content = (await due(store))[REVOCATION, 0].content
    assert (set(set_indexes(content.bits)), content.sequence) == ({place.index}, 3)


async def test_a_certificate_that_was_never_signed_sets_no_bit(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    [position] = await store.positions(1)
    await store.intend([Intent(certificate_id, "key-1", NOW, b"digest", position)])
    await revoke(store, certificate_id)
    assert await folded(store) == 0
    assert await store.compare_lists(repair=False) == []


async def test_the_old_list_tells_who_no_longer_counts_and_only_to_whom_it_may(store: SqlStore) -> None:
    ids = sorted([(await listed(store, number))[0] for number in range(3)])
    await revoke(store, *ids)
    span = {"start": NOW, "end": NOW + SECOND}
    first = await store.revoked(**span, after=None, limit=2, visible=ALL_ROWS)
    rest = await store.revoked(**span, after=first[-1], limit=2, visible=Visibility(client_id="source"))
    assert [one.certificate_id for one in first + rest] == ids
    assert await store.revoked(**span, after=None, limit=9, visible=Visibility(client_id="other")) == []
    assert await store.revoked(start=NOW - DAY, end=NOW, after=None, limit=9, visible=ALL_ROWS) == []
