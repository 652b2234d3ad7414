"""The public list of revocations and supersessions: numbered in the order of commits, without ids, names or reasons."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.database import Database
from backends.sql.rows import ids_condition, position_of
from backends.sql.tables import certificates, outbox, revocation_feed, revocations
from backends.sql.types import AnyRow
from backends.sql.visibility import visible_condition
from credential.access import Visibility
from credential.jobs import PUBLISH_REVOCATIONS
from credential.ports import Page, RevocationEntry, RevokedCertificate

PUBLISHED_AT_ONCE = 1_000
LOCK = 0x70726D66656564  # one publisher at a time on PostgreSQL
_SCOPE = "revocations"

Positions = dict[str, tuple[int | None, int | None]]


class SqlFeed(Part):
    """Implements the publishing half of `credential.ports.Revoking`."""

    async def publish(self, *, now: datetime) -> int:
        """Number what is committed and not yet published.

        Whoever holds the lock numbers alone, and only what is committed: a number never appears below one that was
        seen, and a cursor never skips an entry.
        """
        _ = now  # entries keep the time of the act
        published = 0
        while count := await self._publish_some():
            published += count
        return published

    async def _publish_some(self) -> int:
        columns = revocations.c
        query = select(revocations).where(~columns.published)
        query = query.order_by(columns.at, columns.shard, columns.certificate_id).limit(PUBLISHED_AT_ONCE)
        async with self._database.write() as connection:
            await lock_feed(self._database, connection)
            rows = (await connection.execute(query)).all()
            if not rows:
                return 0
            last = (await connection.execute(select(func.max(revocation_feed.c.sequence)))).scalar_one() or 0
            positions = await self._positions(connection, rows)
            await self._database.add(connection, revocation_feed, _entries(rows, positions, last))
            done = [(row.shard, row.certificate_id, row.purpose) for row in rows]
            published = self._database.among((columns.shard, columns.certificate_id, columns.purpose), done)
            await connection.execute(update(revocations).where(published).values(published=True))
            places = [(row.shard, PUBLISH_REVOCATIONS, row.certificate_id) for row in rows]
            job = (outbox.c.shard, outbox.c.job, outbox.c.certificate_id)
            await connection.execute(delete(outbox).where(self._database.among(job, places)))
        return len(rows)

    async def _positions(self, connection: AsyncConnection, rows: Sequence[AnyRow]) -> Positions:
        """Return the bits of certificates: a join of its own accord would go through all certificates."""
        columns = certificates.c
        chosen = ids_condition(self._context, sorted({(row.shard, row.certificate_id) for row in rows}))
        query = select(columns.id, columns.status_list, columns.status_index).where(chosen)
        return {row.id: (row.status_list, row.status_index) for row in await connection.execute(query)}

    async def feed(self, *, first: int, after: str | None) -> Page[RevocationEntry]:
        """Return published entries after a cursor, which never expires."""
        start = 0 if after is None else after_cursor(self._vault, _SCOPE, after)[0]
        columns = revocation_feed.c
        query = select(revocation_feed).where(columns.sequence > start).order_by(columns.sequence).limit(first + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        entries = tuple(_entry(row) for row in rows[:first])
        cursors = tuple(cursor(self._vault, _SCOPE, entry.sequence) for entry in entries)
        return Page(entries, cursors, has_next=len(rows) > first)

    async def revoked(
        self, *, start: datetime, end: datetime, after: RevokedCertificate | None, limit: int, visible: Visibility
    ) -> list[RevokedCertificate]:
        """Return issued certificates that were revoked or superseded in [start, end), oldest first, after one."""
        columns, ours = revocations.c, certificates.c
        own = and_(ours.shard == columns.shard, ours.id == columns.certificate_id)
        query = select(columns.certificate_id, columns.at).distinct().join_from(revocations, certificates, own)
        query = query.where(columns.at >= start, columns.at < end, columns.signature_hashes != "")
        query = query.where(visible_condition(self._context, visible))
        if after is not None:
            later = and_(columns.at == after.at, columns.certificate_id > after.certificate_id)
            query = query.where(or_(columns.at > after.at, later))
        query = query.order_by(columns.at, columns.certificate_id).limit(limit)
        async with self._database.read() as connection:
            return [RevokedCertificate(row.certificate_id, row.at) for row in await connection.execute(query)]


async def lock_feed(database: Database, connection: AsyncConnection) -> None:
    """Let nobody else number entries until the transaction ends; SQLite has one writer anyway."""
    if database.postgresql:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _entry(row: AnyRow) -> RevocationEntry:
    return RevocationEntry(row.sequence, row.at, row.purpose, row.signature_hash, position_of(row))


def _entries(rows: Sequence[AnyRow], positions: Positions, last: int) -> list[dict[str, object]]:
    """Return one entry per signature: a certificate with two profiles has two."""
    hashes = [(row, signature_hash) for row in rows for signature_hash in row.signature_hashes.split()]
    return [
        {
            "sequence": number,
            "at": row.at,
            "purpose": row.purpose,
            "signature_hash": signature_hash,
            "status_list": positions[row.certificate_id][0],
            "status_index": positions[row.certificate_id][1],
        }
        for number, (row, signature_hash) in enumerate(hashes, last + 1)
    ]
