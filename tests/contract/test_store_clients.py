"""Client keys and the issuer's public keys."""

from dataclasses import replace
from datetime import datetime

import pytest

from backends.sql.store import SqlStore
from credential.access import Caller, Scope
from credential.errors import BadUserInput, NotFound
from credential.keys import Algorithm, PublicKey
from credential.ports import AuditFilter, Client, Request
from tests.contract.store_faults import rows
from tests.contract.store_samples import NOW, SECOND

ADMIN = Caller("admin", "Admin", frozenset({Scope.ADMIN}))
KEY = "pk_digilocker_a-secret_of-many-characters"
CLIENT = Client(
    id="digilocker",
    name="DigiLocker",
    scopes=frozenset({Scope.FETCH, Scope.STATS}),
    channel="digilocker",
    purpose="Show to holders",
    created_at=NOW,
    expires_at=NOW + 100 * SECOND,
    revoked_at=None,
)


async def bearer(store: SqlStore, key: str, now: datetime = NOW) -> str | None:
    caller = await store.authenticate(key, now=now)
    return None if caller is None else caller.client_id


async def test_a_key_tells_its_bearer(store: SqlStore) -> None:
    await store.create(CLIENT, KEY)
    assert await store.authenticate(KEY, now=NOW) == Caller(
        "digilocker", "DigiLocker", CLIENT.scopes, "digilocker", "Show to holders"
    )
    assert await store.clients() == [CLIENT]


async def test_other_keys_tell_nobody(store: SqlStore) -> None:
    await store.create(CLIENT, KEY)
    for key in ("", KEY[:-1], KEY + "x", KEY.upper(), "pk_digilocker_", "\ud800", "é" * 1000):
        assert await bearer(store, key) is None


async def test_an_expired_key_tells_nobody(store: SqlStore) -> None:
    await store.create(CLIENT, KEY)
    assert await bearer(store, KEY, NOW + 99 * SECOND) == "digilocker"
    assert await bearer(store, KEY, NOW + 100 * SECOND) is None


async def test_a_revoked_key_tells_nobody(store: SqlStore) -> None:
    await store.create(CLIENT, KEY)
    assert await store.revoke_client("digilocker", now=NOW + SECOND)
    assert await bearer(store, KEY) is None
    assert await store.revoke_client("digilocker", now=NOW + 2 * SECOND)
    assert [client.revoked_at for client in await store.clients()] == [NOW + SECOND]
    assert not await store.revoke_client("unknown", now=NOW)


async def test_the_key_itself_is_not_stored(store: SqlStore) -> None:
    await store.create(CLIENT, KEY)
    [row] = await rows(store, "SELECT * FROM clients")
    assert KEY not in str(tuple(row))


async def test_clients_are_listed_oldest_first(store: SqlStore) -> None:
    for number in (2, 1, 3):
        await store.create(replace(CLIENT, id=str(number), created_at=NOW + number * SECOND), f"key {number}")
    assert [client.id for client in await store.clients()] == ["1", "2", "3"]


def ordered(operation: str, key: str | None = None) -> Request:
    return Request(ADMIN, operation, key, b"input", NOW + SECOND)


async def test_an_admin_makes_a_client_once(store: SqlStore) -> None:
    made = await store.create_client(CLIENT, KEY, request=ordered("createClient", "k"))
    again = await store.create_client(replace(CLIENT, id="second"), "other key", request=ordered("createClient", "k"))
    assert made == again == CLIENT
    assert (await bearer(store, KEY), await bearer(store, "other key")) == ("digilocker", None)
    assert await noted(store) == [("createClient", "admin", "digilocker")]


async def test_an_admin_ends_a_client_once(store: SqlStore) -> None:
    await store.create(CLIENT, KEY)
    for key in (None, "k", "k"):
        ended = await store.end_client("digilocker", request=ordered("revokeClient", key))
        assert ended == replace(CLIENT, revoked_at=NOW + SECOND)
    assert await bearer(store, KEY) is None
    assert await noted(store) == [("revokeClient", "admin", "digilocker")]
    with pytest.raises(NotFound):
        await store.end_client("unknown", request=ordered("revokeClient"))


async def test_clients_come_page_by_page(store: SqlStore) -> None:
    for number in (2, 1, 3):
        await store.create(replace(CLIENT, id=str(number), created_at=NOW + number // 2 * SECOND), f"key {number}")
    page = await store.client_page(first=2, after=None)
    assert ([one.id for one in page.items], page.has_next) == (["1", "2"], True)
    rest = await store.client_page(first=2, after=page.cursors[-1])
    assert ([one.id for one in rest.items], rest.has_next) == (["3"], False)
    with pytest.raises(BadUserInput):
        await store.client_page(first=2, after="x")


async def noted(store: SqlStore) -> list[tuple[str, str | None, str]]:
    page = await store.audit_log(AuditFilter(), first=9, after=None)
    return [(one.action, one.client_id, one.detail) for one in page.items]


async def test_public_keys_are_registered_and_changed(store: SqlStore) -> None:
    first = PublicKey("one", Algorithm.RSA, "PEM 1", "did:india", "https://issuer.example/", NOW, None, None, NOW)
    second = PublicKey("two", Algorithm.ED25519, "PEM 2", active_from=NOW + SECOND)
    await store.register([second, first])
    assert await store.public_keys() == [first, second]
    retired = replace(first, retired_at=NOW + 2 * SECOND, compromised_at=NOW + SECOND)
    await store.register([retired])
    await store.register([])
    assert await store.public_keys() == [retired, second]
