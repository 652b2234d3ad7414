"""Positions in status lists: handed out once, fixed with the intent, told to nobody but the certificate."""

import asyncio
from datetime import timedelta

from sqlalchemy import insert, select

from backends.sql.status_tables import status_marks
from backends.sql.store import SqlStore, open_store
from backends.sql.tables import certificates
from credential.access import ALL_ROWS
from credential.certificate import RevocationReason
from credential.ports import Intent, RevocationTarget, SigningFailure
from credential.status.positions import LIST_SIZE, StatusPosition
from tests.contract.store_samples import KEYS, NOW, ids_of, issued, record, request, signed


async def pending(store: SqlStore, number: int = 1) -> str:
    (certificate_id,) = ids_of(await store.accept(request(), [record(number)]))
    return certificate_id


def intent(certificate_id: str, position: StatusPosition | None) -> Intent:
    return Intent(certificate_id, "key-1", NOW, b"digest", position)


async def test_no_position_is_handed_out_twice_however_many_ask_at_once(store: SqlStore, store_url: str) -> None:
    async with open_store(store_url, KEYS) as other:
        asked = [store.positions(7) if turn % 2 else other.positions(13) for turn in range(40)]
        found = [position for some in await asyncio.gather(*asked) for position in some]
    assert len(found) == len(set(found)) == 20 * 7 + 20 * 13
    assert {one.number for one in found} == {0}


async def test_a_full_list_is_followed_by_the_next(store: SqlStore) -> None:
    async with store._database.write() as connection:
        await connection.execute(insert(status_marks).values(name="positions", value=LIST_SIZE - 1))
    assert [one.number for one in await store.positions(3)] == [0, 1, 1]


async def test_a_position_is_fixed_with_the_first_intent(store: SqlStore) -> None:
    certificate_id = await pending(store)
    first, second = await store.positions(2)
    assert await store.intend([intent(certificate_id, first)]) == [certificate_id]
    assert await store.intend([intent(certificate_id, second)]) == []
    assert await store.intend([intent(certificate_id, None)]) == []
    [item] = await store.take([certificate_id])
    assert item.position == first


async def test_many_intents_at_once_leave_one_position_each(store: SqlStore, store_url: str) -> None:
    ids = [await pending(store, number) for number in range(8)]

    async def intended(on: SqlStore) -> list[str]:
        positions = await on.positions(len(ids))
        return await on.intend([intent(*pair) for pair in zip(ids, positions, strict=True)])

    async with open_store(store_url, KEYS) as other:
        held = await asyncio.gather(*(intended(one) for one in (store, other) * 4))
    assert sorted(one for some in held for one in some) == sorted(ids)
    taken = await store.take(ids)
    assert len({item.position for item in taken}) == len(ids)
    assert None not in {item.position for item in taken}


async def test_what_is_replayed_keeps_its_position(store: SqlStore) -> None:
    certificate_id = await pending(store)
    [position] = await store.positions(1)
    await store.intend([intent(certificate_id, position)])
    await store.fail([SigningFailure(certificate_id, "TEST", final=True)], now=NOW)
    assert await store.replay([certificate_id], now=NOW + timedelta(seconds=1)) == [certificate_id]
    [item] = await store.take([certificate_id])
    assert (item.position, item.issued_at) == (position, None)


async def test_the_feed_tells_the_position_and_none_where_there_is_none(store: SqlStore) -> None:
    without = await issued(store)
    certificate_id = await pending(store, 2)
    [position] = await store.positions(1)
    await store.intend([intent(certificate_id, position)])
    await store.complete([signed(certificate_id)], now=NOW)
    for one in (without, certificate_id):
        target = RevocationTarget(ids=(one,))
        await store.revoke(request(operation="revoke"), target, RevocationReason.OTHER, visible=ALL_ROWS)
        await store.publish(now=NOW)
    assert [entry.position for entry in (await store.feed(first=5, after=None)).items] == [None, position]
    async with store._database.read() as connection:
        query = select(certificates.c.status_list, certificates.c.status_index).where(
            certificates.c.id == certificate_id
        )
        assert tuple((await connection.execute(query)).one()) == (position.number, position.index)
