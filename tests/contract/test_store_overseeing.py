"""What admins see, on both databases: the audit, people behind a number, what was given up."""

from datetime import timedelta

import pytest

from backends.sql.store import SqlStore
from backends.sql.tables import dead_letters
from credential.access import Caller, Scope
from credential.errors import BadUserInput
from credential.jobs import INDEX_CONTACTS, NOTIFY, SIGN
from credential.ports import AuditEntry, AuditFilter, AuditRecord, Hit, Page, Request, SearchTerm, SigningFailure
from tests.contract.store_samples import NOW, SECOND, ids_of, issued, record, request

ADMIN = Caller("oidc:p-1", "Sample Person 9", frozenset({Scope.ADMIN}), None, "administration")
EVERYTHING = AuditFilter()


async def entries(store: SqlStore, where: AuditFilter = EVERYTHING, first: int = 100) -> list[str]:
    page = await store.audit_log(where, first=first, after=None)
    return [one.action for one in page.items]


async def noted(store: SqlStore, number: int, action: str = "look", certificate_id: str | None = None) -> None:
    entry = AuditEntry(ADMIN, action, certificate_id, NOW + number * SECOND, f"{number}")
    await store.audit([entry])


async def test_the_audit_is_read_newest_first_page_by_page(store: SqlStore) -> None:
    for number in (2, 0, 4, 1, 3):
        await noted(store, number)
    found: list[AuditRecord] = []
    page: Page[AuditRecord] = await store.audit_log(EVERYTHING, first=2, after=None)
    while page.items:
        found += page.items
        page = await store.audit_log(EVERYTHING, first=2, after=page.cursors[-1])
    assert [one.detail for one in found] == ["4", "3", "2", "1", "0"]
    assert found[0] == AuditRecord(
        NOW + 4 * SECOND, "look", "oidc:p-1", "Sample Person 9", "administration", None, None, "4", ""
    )
    with pytest.raises(BadUserInput):
        await store.audit_log(EVERYTHING, first=2, after="x")


async def test_the_audit_by_action_client_certificate_and_time(store: SqlStore) -> None:
    certificate = await issued(store, record())
    await noted(store, 5, "read", certificate)
    await noted(store, 6)
    assert await entries(store, AuditFilter(action="look")) == ["look"]
    assert await entries(store, AuditFilter(action="read")) == ["read"]
    assert await entries(store, AuditFilter(action="none")) == []
    assert await entries(store, AuditFilter(client_id="oidc:p-1")) == ["look", "read"]
    assert await entries(store, AuditFilter(client_id="oidc:p-1", action="read")) == ["read"]
    assert (await entries(store, AuditFilter(certificate_id=certificate)))[0] == "read"
    assert "look" not in await entries(store, AuditFilter(certificate_id=certificate))
    assert await entries(store, AuditFilter(certificate_id="1NOSUCH")) == []
    assert await entries(store, AuditFilter(start=NOW + 6 * SECOND)) == ["look"]
    assert await entries(store, AuditFilter(start=NOW + 5 * SECOND, end=NOW + 6 * SECOND)) == ["read"]
    instant = timedelta(microseconds=1)
    assert await entries(store, AuditFilter(start=NOW + 6 * SECOND + instant)) == []
    assert await entries(store, AuditFilter(start=NOW + 6 * SECOND, end=NOW + 6 * SECOND + instant)) == ["look"]


async def found(store: SqlStore, first: int = 10, **term: str) -> list[Hit]:
    return list((await store.find_people(SearchTerm(**term), first=first, after=None)).items)


async def test_people_are_found_by_number_certificate_and_id(store: SqlStore) -> None:
    one = await issued(store, record(1))
    later = await issued(store, record(1, dose=2))
    other = await issued(store, record(2))
    await store.index_contacts([one, later, other])
    assert await found(store, mobile="+919000000001") == [Hit("default", "beneficiary-1", later)]
    assert await found(store, certificate_id=one) == [Hit("default", "beneficiary-1", one)]
    assert await found(store, beneficiary_id="beneficiary-2") == [Hit("default", "beneficiary-2", other)]
    assert await found(store, mobile="+919000000003") == []
    assert await found(store, certificate_id="1NOSUCH") == []
    assert await found(store, beneficiary_id="beneficiary-3") == []


async def test_people_on_one_number_come_page_by_page(store: SqlStore) -> None:
    ids = [await issued(store, record(number, mobile="+919000000077")) for number in range(5)]
    await store.index_contacts(ids)
    seen: list[str] = []
    page = await store.find_people(SearchTerm(mobile="+919000000077"), first=2, after=None)
    while page.items:
        seen += [hit.certificate_id for hit in page.items]
        page = await store.find_people(SearchTerm(mobile="+919000000077"), first=2, after=page.cursors[-1])
    assert sorted(seen) == sorted(ids)


async def test_the_newest_record_decides_whose_number_it_is(store: SqlStore) -> None:
    first = await issued(store, record(1))
    await store.index_contacts([first])
    await issued(store, record(1, dose=2, mobile="+919000000088"), now=NOW + SECOND)
    assert await found(store, mobile="+919000000001") == []


async def buried(store: SqlStore, job: str, certificate: str) -> None:
    row = {"shard": store._context.shard_of(certificate), "job": job, "certificate_id": certificate}
    async with store._database.write() as connection:
        await store._database.add(connection, dead_letters, [{**row, "reason": "GIVEN UP", "at": NOW}])


async def pending(store: SqlStore, number: int) -> str:
    [certificate] = ids_of(await store.accept(request(), [record(number)]))
    return certificate


async def test_what_was_given_up_is_listed_and_tried_again(store: SqlStore) -> None:
    failed, fine = await pending(store, 1), await issued(store, record(2))
    await store.fail([SigningFailure(failed, "BROKEN", final=True)], now=NOW)
    for job in (NOTIFY, INDEX_CONTACTS):
        await buried(store, job, fine)
    page = await store.given_up(first=2, after=None)
    rest = await store.given_up(first=2, after=page.cursors[-1])
    letters = [*page.items, *rest.items]
    assert (page.has_next, rest.has_next) == (True, False)
    assert {(one.id, one.kind, one.reason) for one in letters} == {
        (f"sign:{failed}", SIGN, "BROKEN"),
        (f"notify:{fine}", NOTIFY, "GIVEN UP"),
        (f"index_contacts:{fine}", INDEX_CONTACTS, "GIVEN UP"),
    }
    ids = [one.id for one in letters]
    wanted = Request(ADMIN, "replay", "k", b"input", NOW)
    assert await store.replay_given_up([*ids, "sign:1NOSUCH", "no-such"], request=wanted) == sorted(ids)
    assert (await store.given_up(first=9, after=None)).items == ()
    assert [one.id for one in await store.take([failed])] == [failed]
    due = await store.due(now=NOW + 60 * SECOND, limit=100)
    assert {job.name for job in due} >= {SIGN, NOTIFY, INDEX_CONTACTS}
    assert await entries(store, AuditFilter(action="replay job")) == ["replay job"] * 3
    again = await store.replay_given_up([*ids, "sign:1NOSUCH", "no-such"], request=wanted)
    assert again == sorted(ids)  # what the key was answered first
    assert await entries(store, AuditFilter(action="replay job")) == ["replay job"] * 3


async def test_what_a_later_version_replaced_is_left_alone(store: SqlStore) -> None:
    failed = await pending(store, 1)
    await store.fail([SigningFailure(failed, "BROKEN", final=True)], now=NOW)
    await issued(store, record(1))
    wanted = Request(ADMIN, "replay", None, b"", NOW)
    assert await store.replay_given_up([f"sign:{failed}"], request=wanted) == []
    assert [one.certificate_id for one in (await store.given_up(first=9, after=None)).items] == [failed]
