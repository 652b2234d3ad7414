"""The trust list on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from backends.sql.store import SqlStore
from backends.sql.tables import audit
from credential.access import Caller
from credential.keys import Algorithm, PublicKey
from credential.trust import TrustedKey

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OPERATOR = Caller(client_id="operator", name="pramaan trust")


def trusted(key_id: str = "k1", issuer: str = "https://a.example/") -> TrustedKey:
    key = PublicKey(key_id, Algorithm.ED25519, "PEM", "did:a", issuer, active_from=NOW, is_foreign=True)
    return TrustedKey(key, "Sample issuer", "IN", NOW)


async def actions(store: SqlStore) -> list[tuple[str, str]]:
    async with store._database.read() as connection:
        rows = await connection.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.detail, audit.c.action))
        return [(row.action, row.detail) for row in rows]


async def test_keys_are_listed_as_they_were_given(store: SqlStore) -> None:
    given = [trusted(), trusted("k2"), trusted(issuer="https://b.example/")]
    await store.trust(given, caller=OPERATOR)
    assert await store.trusted_keys() == given
    assert ("trust", "k1 of https://a.example/") in await actions(store)


async def test_a_key_is_there_once_and_changes(store: SqlStore) -> None:
    await store.trust([trusted()], caller=OPERATOR)
    changed = replace(trusted(), name="Another name", key=replace(trusted().key, retired_at=NOW))
    await store.trust([changed], caller=OPERATOR)
    assert await store.trusted_keys() == [changed]


async def test_removing_tells_how_many_there_were(store: SqlStore) -> None:
    await store.trust([trusted(), trusted("k2"), trusted(issuer="https://b.example/")], caller=OPERATOR)
    assert await store.distrust("https://a.example/", "k2", caller=OPERATOR, now=NOW) == 1
    assert await store.distrust("https://a.example/", None, caller=OPERATOR, now=NOW) == 1
    assert await store.distrust("https://a.example/", None, caller=OPERATOR, now=NOW) == 0
    assert [one.key.issuer for one in await store.trusted_keys()] == ["https://b.example/"]
    assert ("distrust", "k1 of https://a.example/") in await actions(store)


async def test_our_own_keys_are_none_of_the_list(store: SqlStore) -> None:
    await store.trust([trusted()], caller=OPERATOR)
    assert await store.public_keys() == []
