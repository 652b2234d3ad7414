"""Share links: one row each, until they end."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.once import once
from backends.sql.people import lock_people
from backends.sql.rows import people_of
from backends.sql.share_tables import shares
from backends.sql.tables import audit
from credential.errors import LimitReached
from credential.ports import AuditEntry, OpenLink, Request

OPEN_AT_MOST = 20
KEPT = timedelta(days=7)
"""After its end: as long as an idempotency key may come again."""


class SqlSharing(Part):
    """Implements `credential.ports.Sharing`."""

    async def open_link(self, link: OpenLink, *, request: Request) -> OpenLink:
        """Store under the person's lock, so that the limit holds."""
        async with self._database.write() as connection:
            answer = await once(self._context, connection, request, lambda: self._open_link(connection, link, request))
            if answer.user_fault is None:
                query = select(shares.c.id, shares.c.ends_at).where(self._is_of(link.certificate_id))
                row = (await connection.execute(query.where(shares.c.id == answer.ids[0]))).one()
                return OpenLink(row.id, link.certificate_id, row.ends_at)
        raise answer.user_fault

    async def is_open(self, link_id: str, certificate_id: str) -> bool:
        """Read the row."""
        query = select(shares.c.id).where(
            self._is_of(certificate_id), shares.c.id == link_id, shares.c.closed_at.is_(None)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).first() is not None

    async def close_links(self, certificate_id: str, *, request: Request) -> int:
        """Mark those that are open."""

        async def act() -> tuple[str, ...]:
            closed = update(shares).where(
                self._is_of(certificate_id), shares.c.closed_at.is_(None), shares.c.ends_at > request.now
            )
            rows = (await connection.execute(closed.values(closed_at=request.now).returning(shares.c.id))).all()
            if rows:
                await self._note_sharing(connection, request, "unshare", certificate_id)
            return tuple(row.id for row in rows)

        async with self._database.write() as connection:
            answer = await once(self._context, connection, request, act)
        return len(answer.ids)

    async def _open_link(self, connection: AsyncConnection, link: OpenLink, request: Request) -> tuple[str, ...]:
        keys = self._context.keys_of([link.certificate_id])
        await lock_people(self._context, connection, await people_of(self._context, connection, keys))
        open_now = select(func.count()).where(
            self._is_of(link.certificate_id), shares.c.closed_at.is_(None), shares.c.ends_at > request.now
        )
        if (await connection.execute(open_now)).scalar_one() >= OPEN_AT_MOST:
            raise LimitReached(f"{OPEN_AT_MOST} links are open for this certificate; take them back, or wait.")
        row = {
            "shard": self._context.shard_of(link.certificate_id),
            "certificate_id": link.certificate_id,
            "id": link.id,
            "ends_at": link.ends_at,
        }
        await self._database.add(connection, shares, [row])
        await self._note_sharing(connection, request, "share", link.certificate_id)
        return (link.id,)

    async def _note_sharing(
        self, connection: AsyncConnection, request: Request, action: str, certificate_id: str
    ) -> None:
        entries = [AuditEntry(request.caller, action, certificate_id, request.now)]
        await self._database.add(connection, audit, audit_rows(self._context, entries))

    def _is_of(self, certificate_id: str) -> ColumnElement[bool]:
        [(shard, _)] = self._context.keys_of([certificate_id]) or [(-1, "")]
        return (shares.c.shard == shard) & (shares.c.certificate_id == certificate_id)


async def forget_shares(connection: AsyncConnection, now: datetime) -> int:
    """Remove links that ended long ago; return how many rows went."""
    return (await connection.execute(delete(shares).where(shares.c.ends_at < now - KEPT))).rowcount
