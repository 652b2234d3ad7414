"""Deliveries on both databases: written with the act, in order per beneficiary, given out to one worker at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from backends.sql.delivering import KEPT, NEVER_ENDED, UNREADABLE
from backends.sql.delivery_tables import deliveries
from backends.sql.store import SqlStore, open_store
from backends.sql.tables import audit, records
from credential.access import ALL_ROWS, Caller
from credential.acknowledgement import MAX_ATTEMPTS, Became, Delivery, DeliveryState
from credential.certificate import RevocationReason
from credential.ports import Correction, Ended, RevocationTarget, SigningFailure
from credential.record import Kind
from tests.contract.store_samples import KEYS, NOW, SECOND, ids_of, issued, record, request, sign

LEASE = timedelta(minutes=2)
OPERATOR = Caller(client_id="operator", name="pramaan deliveries")


@pytest.fixture
async def telling(store_url: str) -> AsyncIterator[SqlStore]:
    """Open a store that tells the source system of everything."""
    async with open_store(store_url, KEYS, acknowledged=frozenset(Became)) as opened:
        yield opened


async def leased(store: SqlStore, now: datetime = NOW, limit: int = 100) -> list[Delivery]:
    return await store.lease_deliveries(now=now, lease=LEASE, limit=limit)


async def delivered(store: SqlStore, now: datetime = NOW) -> list[Delivery]:
    """Lease what is due and mark it delivered."""
    found = await leased(store, now)
    await store.settle_deliveries([Ended(one) for one in found], now=now)
    return found


async def corrected(store: SqlStore, base: str, now: datetime) -> str:
    changed = record(name="Sample Person One")
    correction = Correction(base, changed, Kind.DOMESTIC, counts=True, limit=5)
    outcome = await store.correct(request(operation="update", now=now), correction)
    assert outcome.certificate_id
    await sign(store, outcome.certificate_id, now=now)
    return outcome.certificate_id


async def states(store: SqlStore) -> dict[str, int]:
    return {state: len(found) for state in DeliveryState if (found := await store.deliveries(state, limit=100))}


async def test_nothing_is_written_where_nothing_is_acknowledged(store: SqlStore) -> None:
    await issued(store)
    assert await states(store) == {}
    assert await leased(store) == []


async def test_each_act_is_told_in_its_order(telling: SqlStore) -> None:
    first = await issued(telling)
    second = await corrected(telling, first, NOW + SECOND)
    target = RevocationTarget(ids=(second,))
    revoking = request(operation="revoke", now=NOW + 2 * SECOND)
    await telling.revoke(revoking, target, RevocationReason.ISSUED_IN_ERROR, visible=ALL_ROWS)
    told = [one for number in range(4) for one in await delivered(telling, NOW + (3 + number) * SECOND)]
    assert [(one.became, one.certificate_id, one.reason, one.at) for one in told] == [
        (Became.ISSUED, first, "", NOW),
        (Became.UPDATED, second, "", NOW + SECOND),
        (Became.REVOKED, second, "ISSUED_IN_ERROR", NOW + 2 * SECOND),
    ]
    assert [(one.beneficiary_id, one.dose, one.version, one.attempts) for one in told] == [
        ("beneficiary-1", 1, version, 1) for version in (1, 2, 2)
    ]
    assert len({one.id for one in told}) == 3
    assert sorted(one.sequence for one in told) == [one.sequence for one in told]


async def test_a_failure_at_signing_is_told_with_its_reason(telling: SqlStore) -> None:
    (text,) = ids_of(await telling.accept(request(), [record()]))
    await telling.fail([SigningFailure(text, "Try again.", final=False)], now=NOW)
    assert await states(telling) == {}
    await telling.fail([SigningFailure(text, "The key is gone.", final=True)], now=NOW)
    (one,) = await leased(telling)
    assert (one.became, one.certificate_id, one.reason) == (Became.FAILED, text, "The key is gone.")


async def test_only_what_is_to_be_acknowledged_is_written(store_url: str) -> None:
    async with open_store(store_url, KEYS, acknowledged=frozenset({Became.REVOKED})) as store:
        text = await issued(store)
        assert await states(store) == {}
        target = RevocationTarget(ids=(text,))
        revoking = request(operation="revoke")
        await store.revoke(revoking, target, RevocationReason.HOLDER_REQUEST, visible=ALL_ROWS)
        assert [one.became for one in await leased(store)] == [Became.REVOKED]


async def test_an_act_that_is_rolled_back_tells_nothing(telling: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = ids_of(await telling.accept(request(), [record()]))

    async def fails(*_: object, **__: object) -> None:
        message = "the fail point of this test"
        raise RuntimeError(message)

    with monkeypatch.context() as patched:
        patched.setattr("backends.sql.completing.tell", fails)
        with pytest.raises(RuntimeError):
            await sign(telling, text)
    assert await states(telling) == {}
    assert await sign(telling, text) == [text]
    assert await states(telling) == {"WAITING": 1}


async def test_a_later_one_of_the_same_beneficiary_waits_for_the_earlier_and_others_go_on(telling: SqlStore) -> None:
    first = await issued(telling)
    await corrected(telling, first, NOW + SECOND)
    other = await issued(telling, record(2), now=NOW + SECOND)
    now = NOW + 2 * SECOND
    found = {one.certificate_id: one for one in await leased(telling, now)}
    assert set(found) == {first, other}
    again = now + timedelta(hours=1)
    ended = [Ended(found[first], "The callback answered 500.", again), Ended(found[other])]
    await telling.settle_deliveries(ended, now=now)
    assert await leased(telling, again - SECOND) == []
    (retried,) = await leased(telling, again)
    assert (retried.id, retried.attempts) == (found[first].id, 2)
    await telling.settle_deliveries([Ended(retried)], now=again)
    (later,) = await leased(telling, again)
    assert later.became is Became.UPDATED


async def test_what_is_given_up_holds_nobody_up(telling: SqlStore) -> None:
    first = await issued(telling)
    await corrected(telling, first, NOW + SECOND)
    (one,) = await leased(telling, NOW + SECOND)
    await telling.settle_deliveries([Ended(one, "The callback answered 422.")], now=NOW + SECOND)
    assert [it.became for it in await leased(telling, NOW + SECOND)] == [Became.UPDATED]
    (dead,) = await telling.deliveries(DeliveryState.DEAD, limit=10)
    assert (dead.id, dead.fault, dead.attempts) == (one.id, "The callback answered 422.", 1)


async def test_order_holds_when_clocks_run_backwards(telling: SqlStore) -> None:
    first = await issued(telling, now=NOW)
    second = await corrected(telling, first, NOW - 60 * SECOND)
    assert [one.certificate_id for one in await delivered(telling, NOW)] == [first]
    assert [one.certificate_id for one in await delivered(telling, NOW)] == [second]


async def test_workers_at_once_never_hold_the_same(telling: SqlStore, store_url: str) -> None:
    for number in range(1, 9):
        await issued(telling, record(number))
    async with open_store(store_url, KEYS) as other:
        found = await asyncio.gather(*(leased(store, limit=3) for store in (telling, other, telling, other)))
    ids = [one.id for some in found for one in some]
    assert len(ids) == len(set(ids)) == 8


async def test_what_a_worker_left_comes_back_under_the_same_id(telling: SqlStore) -> None:
    await issued(telling)
    (lost,) = await leased(telling)
    assert await leased(telling, NOW + LEASE - SECOND) == []
    (again,) = await leased(telling, NOW + LEASE)
    assert (again.id, again.attempts) == (lost.id, 2)


async def test_a_worker_that_comes_late_changes_nothing_but_that_it_was_delivered(telling: SqlStore) -> None:
    await issued(telling)
    (slow,) = await leased(telling)
    (fast,) = await leased(telling, NOW + LEASE)
    await telling.settle_deliveries([Ended(slow, "The callback did not answer in time.")], now=NOW + LEASE)
    assert await states(telling) == {"WAITING": 1}
    await telling.settle_deliveries([Ended(slow)], now=NOW + LEASE)
    assert await states(telling) == {"DELIVERED": 1}
    await telling.settle_deliveries([Ended(fast, "The callback answered 500.", NOW + 2 * LEASE)], now=NOW + LEASE)
    assert await states(telling) == {"DELIVERED": 1}


async def test_one_that_never_ends_is_given_up(telling: SqlStore) -> None:
    await issued(telling)
    for number in range(MAX_ATTEMPTS):
        assert len(await leased(telling, NOW + number * LEASE)) == 1
    assert await leased(telling, NOW + MAX_ATTEMPTS * LEASE) == []
    (dead,) = await telling.deliveries(DeliveryState.DEAD, limit=10)
    assert dead.fault == NEVER_ENDED


@pytest.mark.parametrize("how", ["gone", "spoilt"])
async def test_a_record_that_cannot_be_read_is_given_up_alone(telling: SqlStore, how: str) -> None:
    bad, good = await issued(telling), await issued(telling, record(2))
    one = records.c.certificate_id == bad
    async with telling._database.write() as connection:
        spoil = update(records).where(one).values(data=b"\x01" + bytes(40))
        await connection.execute(delete(records).where(one) if how == "gone" else spoil)
    assert [one.certificate_id for one in await leased(telling)] == [good]
    (dead,) = await telling.deliveries(DeliveryState.DEAD, limit=10)
    assert (dead.certificate_id, dead.fault) == (bad, UNREADABLE)


async def test_replay_makes_the_given_up_wait_again_and_is_audited(telling: SqlStore) -> None:
    for number in (1, 2, 3):
        await issued(telling, record(number))
    found = await leased(telling)
    fault = "The callback answered 400."
    await telling.settle_deliveries([Ended(one, fault) for one in found[:2]] + [Ended(found[2])], now=NOW)
    one, two, three = (it.id for it in found)
    assert await telling.replay_deliveries([one, three, "unknown"], caller=OPERATOR, now=NOW) == [one]
    (again,) = await leased(telling)
    assert (again.id, again.attempts) == (one, 1)
    assert await telling.replay_deliveries(None, caller=OPERATOR, now=NOW) == [two]
    async with telling._database.read() as connection:
        query = select(audit.c.detail).where(audit.c.action == "replay-delivery", audit.c.client_id == "operator")
        assert {row.detail for row in await connection.execute(query)} == {one, two}


async def test_listing_goes_by_age_and_ends_at_the_limit(telling: SqlStore) -> None:
    ids = [await issued(telling, record(number), now=NOW + number * SECOND) for number in (3, 1, 2)]
    shown = await telling.deliveries(DeliveryState.WAITING, limit=2)
    assert [one.certificate_id for one in shown] == [ids[1], ids[2]]
    assert [one.due_at for one in shown] == [NOW + SECOND, NOW + 2 * SECOND]


async def test_only_what_was_delivered_is_forgotten(telling: SqlStore) -> None:
    for number in (1, 2, 3):
        await issued(telling, record(number))
    found = await leased(telling, limit=2)
    await telling.settle_deliveries([Ended(found[0]), Ended(found[1], "The callback answered 400.")], now=NOW)
    await telling.purge(now=NOW + KEPT)
    assert await states(telling) == {"WAITING": 1, "DELIVERED": 1, "DEAD": 1}
    await telling.purge(now=NOW + KEPT + SECOND)
    assert await states(telling) == {"WAITING": 1, "DEAD": 1}


async def test_the_table_holds_nothing_personal(telling: SqlStore) -> None:
    await issued(telling)
    async with telling._database.read() as connection:
        row = (await connection.execute(select(deliveries))).one()
    text = repr(tuple(row))
    assert "beneficiary-1" not in text
    assert "Sample Person" not in text
    assert "+91" not in text
