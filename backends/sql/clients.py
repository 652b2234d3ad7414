"""Client keys: only a keyed hash is stored, and it is what a key is found by."""

import hmac
from datetime import UTC, datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.once import once
from backends.sql.tables import audit, clients
from backends.sql.types import AnyRow
from credential.access import Caller, Scope, Terms
from credential.errors import NotFound
from credential.ports import AuditEntry, Client, Page, Request

_SCOPE = "clients"


class SqlClients(Part):
    """Implements `credential.ports.Clients` and `ClientKeys`."""

    async def create(self, client: Client, key: str) -> None:
        """Store a client and the keyed hash of its key."""
        async with self._database.write() as connection:
            await connection.execute(insert(clients), self._client_row(client, key))

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

    async def client_page(self, *, first: int, after: str | None) -> Page[Client]:
        """Read a page in the order of making."""
        columns = clients.c
        query = select(clients).order_by(columns.created_at, columns.id).limit(first + 1)
        if after is not None:
            microseconds, last = after_cursor(self._vault, _SCOPE, after)
            at = datetime.fromtimestamp(int(microseconds) / 1_000_000, UTC)
            query = query.where(or_(columns.created_at > at, (columns.created_at == at) & (columns.id > str(last))))
        async with self._database.read() as connection:
            found = [_client(row) for row in await connection.execute(query)]
        cursors = tuple(
            cursor(self._vault, _SCOPE, round(one.created_at.timestamp() * 1_000_000), one.id) for one in found[:first]
        )
        return Page(tuple(found[:first]), cursors, has_next=len(found) > first)

    async def create_client(self, client: Client, key: str, *, request: Request) -> Client:
        """Store a client with its audit, once under the request's key."""

        async def act() -> tuple[str, ...]:
            await connection.execute(insert(clients), self._client_row(client, key))
            await self._note_client(connection, request, "createClient", client.id)
            return (client.id,)

        async with self._database.write() as connection:
            answer = await once(self._context, connection, request, act)
            return await self._client_named(connection, answer.ids[0])

    async def end_client(self, client_id: str, *, request: Request) -> Client:
        """End a client's key with its audit; one that has ended keeps its time, and is not audited again."""

        async def act() -> tuple[str, ...]:
            found = await self._client_named(connection, client_id)
            if found.revoked_at is None:
                ended = update(clients).where(clients.c.id == client_id).values(revoked_at=request.now)
                await connection.execute(ended)
                await self._note_client(connection, request, "revokeClient", client_id)
            return (client_id,)

        async with self._database.write() as connection:
            answer = await once(self._context, connection, request, act)
            if answer.user_fault is None:
                return await self._client_named(connection, client_id)
        raise answer.user_fault

    async def _client_named(self, connection: AsyncConnection, client_id: str) -> Client:
        query = select(clients).where(clients.c.id == client_id).with_for_update()
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound("No such client.", ("id",))
        return _client(row)

    async def _note_client(self, connection: AsyncConnection, request: Request, action: str, client_id: str) -> None:
        entries = [AuditEntry(request.caller, action, None, request.now, client_id)]
        await self._database.add(connection, audit, audit_rows(self._context, entries))

    def _client_row(self, client: Client, key: str) -> dict[str, object]:
        return {
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
