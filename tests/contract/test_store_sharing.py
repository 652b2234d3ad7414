"""Share links on both databases."""

import asyncio
from datetime import timedelta

import pytest

from backends.sql.sharing import KEPT, OPEN_AT_MOST
from backends.sql.store import SqlStore
from credential.access import Caller
from credential.errors import IdempotencyConflict, LimitReached
from credential.ports import AuditFilter, OpenLink, Request
from tests.contract.store_samples import NOW, SECOND, issued, record

HOLDER = Caller(name="holder", holder_of=("default", record().beneficiary_id))
HOUR = timedelta(hours=1)


def asked(key: str | None = None, operation: str = "createShareLink", fingerprint: bytes = b"input") -> Request:
    return Request(HOLDER, operation, key, fingerprint, NOW)


async def test_a_link_is_open_until_it_is_taken_back(store: SqlStore) -> None:
    one, two = await issued(store, record(1)), await issued(store, record(2))
    for name, certificate in (("a", one), ("b", one), ("c", two)):
        link = OpenLink(name, certificate, NOW + HOUR)
        assert await store.open_link(link, request=asked()) == link
    assert await store.is_open("a", one)
    assert not await store.is_open("a", two)
    assert not await store.is_open("d", one)
    assert not await store.is_open("a", "1NOSUCH")
    assert await store.close_links(one, request=asked(operation="revokeShareLinks")) == 2
    assert await store.close_links(one, request=asked(operation="revokeShareLinks")) == 0
    assert [await store.is_open(*pair) for pair in (("a", one), ("b", one), ("c", two))] == [False, False, True]
    acts = [
        entry.action for entry in (await store.audit_log(AuditFilter(certificate_id=one), first=9, after=None)).items
    ]
    assert sorted(acts)[-3:] == ["share", "share", "unshare"]


async def test_a_key_opens_one_link(store: SqlStore) -> None:
    certificate = await issued(store)
    first = await store.open_link(OpenLink("a", certificate, NOW + HOUR), request=asked("k"))
    again = await store.open_link(OpenLink("b", certificate, NOW + 2 * HOUR), request=asked("k"))
    assert first == again == OpenLink("a", certificate, NOW + HOUR)
    with pytest.raises(IdempotencyConflict):
        await store.open_link(OpenLink("c", certificate, NOW), request=asked("k", fingerprint=b"other"))


async def test_only_so_many_are_open_however_they_come(store: SqlStore) -> None:
    certificate = await issued(store)
    over = OpenLink("over", certificate, NOW - SECOND)
    await store.open_link(over, request=asked())
    links = [OpenLink(str(number), certificate, NOW + HOUR) for number in range(OPEN_AT_MOST + 3)]
    answers = await asyncio.gather(*(store.open_link(one, request=asked()) for one in links), return_exceptions=True)
    assert [type(one) for one in answers if isinstance(one, BaseException)] == [LimitReached] * 3
    await store.close_links(certificate, request=asked(operation="revokeShareLinks"))
    await store.open_link(OpenLink("more", certificate, NOW + HOUR), request=asked())


async def test_links_that_ended_long_ago_are_forgotten(store: SqlStore) -> None:
    certificate = await issued(store)
    await store.open_link(OpenLink("a", certificate, NOW), request=asked())
    await store.purge(now=NOW + KEPT)
    assert await store.is_open("a", certificate)
    await store.purge(now=NOW + KEPT + SECOND)
    assert not await store.is_open("a", certificate)
