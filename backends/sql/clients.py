"""Client keys: only a keyed hash is stored, and it is what a key is found by."""

import hmac
from datetime import datetime

from sqlalchemy import insert, select, update

from backends.sql.context import Part
from backends.sql.tables import clients
from backends.sql.types import AnyRow
from credential.access import Caller, Scope, Terms
from credential.ports import Client


class SqlClients(Part):
    """Implements `credential.ports.Clients`."""

    async def create(self, client: Client, key: str) -> None:
        """Store a client and the keyed hash of its key."""
        row = {
            "id": client.id,
            "name": client.name,
            "key_hash": self._hash(key),
            "scopes": " ".join(sorted(client.scopes)),
            "channel": client.channel,
            "purpose": client.purpose,
            "created_at": client.created_at,
            "expires_at": client.expires_at,
            "revoked_at": client.revoked_at,
            "legal_basis": client.terms.legal_basis or None,
            "daily_reads": client.terms.daily_reads,
            "per_minute": client.terms.per_minute,
            "trusted_only": client.terms.trusted_only,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(clients), row)

    async def clients(self) -> list[Client]:
        """Return all clients, oldest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(clients).order_by(clients.c.created_at, clients.c.id))).all()
        return [_client(row) for row in rows]

    async def revoke_client(self, client_id: str, *, now: datetime) -> bool:
        """End a client's key; one that has ended keeps its time."""
        async with self._database.write() as connection:
            known = await connection.execute(select(clients.c.id).where(clients.c.id == client_id))
            ended = update(clients).where(clients.c.id == client_id, clients.c.revoked_at.is_(None))
            await connection.execute(ended.values(revoked_at=now))
            return known.first() is not None

    async def authenticate(self, key: str, *, now: datetime) -> Caller | None:
        """Return who bears the key: one indexed read."""
        hashed = self._hash(key)
        async with self._database.read() as connection:
            row = (await connection.execute(select(clients).where(clients.c.key_hash == hashed))).one_or_none()
        if row is None or not hmac.compare_digest(row.key_hash, hashed):
            return None
        ended = row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now)
        return None if ended else _caller(row)

    def _hash(self, key: str) -> bytes:
        return self._vault.keyed("client key", key.encode("utf-8", "surrogatepass"))


def _scopes(row: AnyRow) -> frozenset[Scope]:
    return frozenset(Scope(name) for name in row.scopes.split())


def _caller(row: AnyRow) -> Caller:
    return Caller(row.id, row.name, _scopes(row), row.channel, row.purpose, terms=_terms(row))


def _terms(row: AnyRow) -> Terms:
    return Terms(row.legal_basis or "", row.daily_reads, row.per_minute, bool(row.trusted_only))


def _client(row: AnyRow) -> Client:
    return Client(
        id=row.id,
        name=row.name,
        scopes=_scopes(row),
        channel=row.channel,
        purpose=row.purpose,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        terms=_terms(row),
    )
