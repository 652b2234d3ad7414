"""One-time codes and opting out, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from backends.sql import holding, noticing
from backends.sql.holder_tables import code_requests, one_time_codes
from backends.sql.store import SqlStore, open_store
from backends.sql.tables import audit
from credential.access import ALL_ROWS
from credential.certificate import RevocationReason, Status
from credential.one_time_code import LIFETIME, MAX_TRIES, PER_DAY, PER_REQUESTER_AND_NUMBER
from credential.ports import RevocationTarget
from tests.contract.store_samples import KEYS, NOW, SECOND, issued, record, request

MOBILE, OTHER = "+919999900001", "+919999900002"


async def asked(store: SqlStore, code: str = "111111", *, who: str = "a", mobile: str = MOBILE, at: int = 0) -> bool:
    return await store.open_code(mobile, who, code, now=NOW + at * SECOND)


async def test_a_code_works_once(store: SqlStore) -> None:
    assert await asked(store)
    assert not await store.spend_code(OTHER, "111111", now=NOW)
    assert await store.spend_code("99999 00001", "111111", now=NOW)
    assert not await store.spend_code(MOBILE, "111111", now=NOW)


async def test_a_code_used_by_many_at_once_works_once(store: SqlStore) -> None:
    await asked(store)
    answers = await asyncio.gather(*(store.spend_code(MOBILE, "111111", now=NOW) for _ in range(10)))
    assert sorted(answers) == [False] * 9 + [True]


async def test_an_expired_code_is_none(store: SqlStore) -> None:
    await asked(store)
    assert not await store.spend_code(MOBILE, "111111", now=NOW + LIFETIME)


async def test_the_sixth_try_fails_though_it_is_right(store: SqlStore) -> None:
    await asked(store)
    for _ in range(MAX_TRIES):
        assert not await store.spend_code(MOBILE, "000000", now=NOW)
    assert not await store.spend_code(MOBILE, "111111", now=NOW)


async def test_sending_another_code_gives_no_tries_back(store: SqlStore) -> None:
    await asked(store)
    for _ in range(MAX_TRIES - 1):
        await store.spend_code(MOBILE, "000000", now=NOW)
    assert await asked(store, "222222", at=1)
    assert not await store.spend_code(MOBILE, "111111", now=NOW + SECOND), "the code before is gone"
    assert not await store.spend_code(MOBILE, "222222", now=NOW + SECOND), "and the tries are used up"
    assert not await asked(store, "333333", at=2), "until the code has expired"
    assert await asked(store, "444444", at=400)
    assert await store.spend_code(MOBILE, "444444", now=NOW + 400 * SECOND)


async def test_the_eleventh_code_of_a_day_is_not_sent(store: SqlStore) -> None:
    for number in range(PER_DAY):
        assert await asked(store, who=f"w{number}")
    assert not await asked(store, who="another")
    assert await asked(store, who="another", at=86_400)


async def test_one_requester_cannot_use_up_a_numbers_day(store: SqlStore) -> None:
    answers = [await asked(store, who="a") for _ in range(PER_DAY)]
    assert answers == [True] * PER_REQUESTER_AND_NUMBER + [False] * (PER_DAY - PER_REQUESTER_AND_NUMBER)
    assert await asked(store, who="b")


async def test_one_requester_cannot_ask_for_many_numbers(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "PER_REQUESTER", 9)
    answers = [await asked(store, mobile=f"+9199999{number:05}") for number in range(11)]
    assert answers == [True] * 9 + [False] * 2


async def test_codes_wait_sealed_until_they_are_sent(store: SqlStore) -> None:
    await asked(store, "123123")
    async with store._database.read() as connection:
        stored = repr(
            [tuple(row) for table in (one_time_codes, code_requests) for row in await connection.execute(select(table))]
        )
    assert "123123" not in stored
    assert MOBILE[3:] not in stored
    [unsent] = await store.unsent_codes(now=NOW)
    assert (unsent.mobile, unsent.code) == (MOBILE, "123123")
    assert await store.unsent_codes(now=NOW) == [], "leased"
    assert len(await store.unsent_codes(now=NOW + timedelta(seconds=11))) == 1, "it comes back"
    await store.codes_sent([unsent.id])
    assert await store.unsent_codes(now=NOW + timedelta(seconds=62)) == []
    assert await store.spend_code(MOBILE, "123123", now=NOW)


async def test_a_code_asked_for_while_the_one_before_is_being_sent_is_sent_too(store: SqlStore) -> None:
    await asked(store)
    [first] = await store.unsent_codes(now=NOW)
    await asked(store, "222222", at=1)
    await store.codes_sent([first.id])
    assert [one.code for one in await store.unsent_codes(now=NOW + SECOND)] == ["222222"]


async def test_a_code_that_nobody_can_send_comes_back_ever_later(store: SqlStore) -> None:
    await asked(store)
    came = [at for at in range(0, 300, 5) if await store.unsent_codes(now=NOW + at * SECOND)]
    assert came == [0, 10, 20, 40, 80, 160]


async def test_people_of_a_number_are_those_whose_record_has_it(store: SqlStore) -> None:
    first = await issued(store, record(1, mobile=MOBILE))
    second = await issued(store, record(2, mobile=MOBILE))
    third = await issued(store, record(3, mobile=OTHER))
    await store.index_contacts([first, second, third])
    people = await store.people_of(MOBILE)
    assert sorted(one.beneficiary_id for one in people) == [record(1).beneficiary_id, record(2).beneficiary_id]
    assert {one.shown[0] for one in people} == {record(1).recipient.name[0]}
    assert await store.people_of("+919999900009") == []
    target = RevocationTarget(ids=(second,))
    await store.revoke(request("revokeCertificates"), target, RevocationReason.OTHER, visible=ALL_ROWS)
    assert [one.beneficiary_id for one in await store.people_of(MOBILE)] == [record(1).beneficiary_id]


async def test_the_mark_of_a_number_is_the_newest_live_records(store: SqlStore) -> None:
    person = ("default", record().beneficiary_id)
    assert await store.contact_of(*person) is None
    first = await issued(store, record(1, mobile=MOBILE))
    await store.index_contacts([first])
    [found] = await store.people_of(MOBILE)
    assert await store.contact_of(*person) == found.contact
    await store.index_contacts([await issued(store, record(1, dose=2, mobile=OTHER), now=NOW + SECOND)])
    [found] = await store.people_of(OTHER)
    assert await store.contact_of(*person) == found.contact


async def test_notices_wait_in_the_outbox_and_can_be_declined(store_url: str) -> None:
    async with open_store(store_url, KEYS, notices=True) as store:
        first, second = await issued(store, record(1)), await issued(store, record(2))
        asked = request("a", operation="setNotifications")
        for _ in range(2):
            await store.set_notices(asked, record(2).beneficiary_id, enabled=False)
        async with store._database.read() as connection:
            written = await connection.execute(select(audit.c.action).where(audit.c.action.like("notices%")))
            assert written.scalars().all() == ["notices off"], "a key acts once"
        assert not await store.notices_enabled(record(2).beneficiary_id)
        assert await store.wanting_notice([first, second]) == [first]
        target = RevocationTarget(ids=(first,))
        await store.revoke(request("revokeCertificates"), target, RevocationReason.OTHER, visible=ALL_ROWS)
        await store.noticed(first, Status.ISSUED)
        assert await store.wanting_notice([first]) == [first], "that it was revoked is still to be told"
        await store.noticed(first, Status.REVOKED)
        assert await store.wanting_notice([first, second]) == []
        await store.set_notices(replace(asked, key="b"), record(2).beneficiary_id, enabled=True)
        assert await store.notices_enabled(record(2).beneficiary_id)


async def test_without_its_audit_nothing_is_set(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "audit_rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await store.set_notices(request("a", operation="setNotifications"), "beneficiary-1", enabled=False)
    assert await store.notices_enabled("beneficiary-1")


async def test_without_the_setting_nobody_waits_for_a_notice(store: SqlStore) -> None:
    assert await store.wanting_notice([await issued(store, record())]) == []


async def test_what_no_limit_asks_for_is_forgotten(store: SqlStore) -> None:
    await asked(store)
    await store.spend_reads("locker", NOW.date(), 1)
    assert await store.purge(now=NOW + timedelta(hours=1)) == 0
    assert await store.purge(now=NOW + timedelta(days=1)) == 2
    assert await store.purge(now=NOW + timedelta(days=40)) == 1
    assert await asked(store, at=86_400)
