"""Who received what, budgets of reads and trusted documents, on both databases."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from backends.sql.store import SqlStore
from credential.access import ALL_ROWS, Caller, Terms, Visibility
from credential.errors import BadUserInput
from credential.ports import AuditEntry, TrustedDocument
from tests.contract.store_samples import NOW, SECOND, issued, record

PARTNER = Caller("locker", "Locker", channel="locker", purpose="show", terms=Terms(legal_basis="consent"))


async def read(store: SqlStore, certificate_id: str, seconds: int = 0, how: str = "") -> None:
    await store.audit([AuditEntry(PARTNER, "read", certificate_id, NOW + seconds * SECOND, how)])


async def test_accesses_newest_first_page_by_page(store: SqlStore) -> None:
    certificate = await issued(store, record())
    for seconds in range(3):
        await read(store, certificate, seconds, f"n{seconds}")
    await store.audit([AuditEntry(PARTNER, "revoke", certificate, NOW)])
    person = ("default", record().beneficiary_id)
    page = await store.accesses(*person, visible=ALL_ROWS, first=2, after=None)
    assert [one.how for one in page.items] == ["n2", "n1"]
    assert page.has_next
    rest = await store.accesses(*person, visible=ALL_ROWS, first=2, after=page.cursors[-1])
    assert ([one.how for one in rest.items], rest.has_next) == (["n0"], False)
    one = page.items[0]
    assert (one.caller, one.channel, one.purpose, one.legal_basis) == ("Locker", "locker", "show", "consent")
    assert (one.at, one.certificate_id) == (NOW + 2 * SECOND, certificate)


async def test_accesses_are_those_of_what_is_visible(store: SqlStore) -> None:
    await read(store, await issued(store, record()))
    person = ("default", record().beneficiary_id)
    for visible in (Visibility(client_id="another"), Visibility(beneficiary=("default", "another"))):
        assert (await store.accesses(*person, visible=visible, first=9, after=None)).items == ()
    own = Visibility(beneficiary=person)
    assert len((await store.accesses(*person, visible=own, first=9, after=None)).items) == 1
    assert (await store.accesses("default", "another", visible=ALL_ROWS, first=9, after=None)).items == ()


async def test_a_broken_cursor_is_refused(store: SqlStore) -> None:
    with pytest.raises(BadUserInput):
        await store.accesses("default", "1", visible=ALL_ROWS, first=9, after="x")


async def test_reads_add_up_whoever_counts(store: SqlStore) -> None:
    day = date(2026, 1, 2)
    counts = await asyncio.gather(*(store.spend_reads("locker", day, 10) for _ in range(20)))
    assert sorted(counts) == list(range(10, 210, 10))
    assert await store.spend_reads("locker", date(2026, 1, 3), 1) == 1
    assert await store.spend_reads("another", day, 1) == 1


async def test_trusted_documents(store: SqlStore) -> None:
    document = TrustedDocument("a" * 64, "{ __typename }", "sample", NOW)
    await store.trust_documents([document, replace(document, sha256="b" * 64, name="Other")])
    await store.trust_documents([replace(document, name="again")])
    assert [one.name for one in await store.trusted_documents()] == ["Other", "sample"]
    assert await store.trusted_document("a" * 64) == "{ __typename }"
    assert await store.distrust_document("a" * 64)
    assert not await store.distrust_document("a" * 64)
    assert await store.trusted_document("a" * 64) is None
