"""Signing: what the signer is given, what it means to do, and what went wrong (contract, updateCertificate, States)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from backends.sql.completing import complete
from backends.sql.context import Part
from backends.sql.failing import store_failures
from backends.sql.people import lock_people
from backends.sql.replaying import replay, replayable
from backends.sql.rows import full_rows, ids_condition, people_of, record_of
from backends.sql.tables import certificates
from backends.sql.types import AnyRow
from credential.certificate import Status
from credential.ports import Intent, PendingCertificate, SignedCertificate, SigningFailure
from credential.record import Kind


class SqlSigning(Part):
    """Implements `credential.ports.Signing`."""

    async def take(self, ids: Sequence[str]) -> list[PendingCertificate]:
        """Return those that are PENDING, with their records."""
        keys = self._context.keys_of(ids)
        if not keys:
            return []
        query = full_rows().where(ids_condition(self._context, keys), certificates.c.status == Status.PENDING)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [self._pending(row) for row in rows]

    async def intend(self, intents: Sequence[Intent]) -> list[str]:
        """Store key, time and digest on PENDING rows that have none; return the ids that now have the given ones."""
        shards = {intent.certificate_id: self._context.ids.shard_of(intent.certificate_id) for intent in intents}
        rows = [
            {
                "shard": shards[intent.certificate_id],
                "id": intent.certificate_id,
                "key_id": intent.key_id,
                "issued_at": intent.issued_at,
                "payload_digest": intent.payload_digest,
            }
            for intent in sorted(intents, key=lambda intent: intent.certificate_id)
            if shards[intent.certificate_id] is not None
        ]
        pending, first = certificates.c.status == Status.PENDING, certificates.c.issued_at.is_(None)
        query = select(certificates.c.id, certificates.c.key_id, certificates.c.issued_at).where(
            ids_condition(self._context, self._context.keys_of(list(shards))), pending
        )
        async with self._database.write() as connection:
            await self._database.change(connection, certificates, rows, pending, first)
            stored = {row.id: (row.key_id, row.issued_at) for row in await connection.execute(query)}
        return [one.certificate_id for one in intents if stored.get(one.certificate_id) == (one.key_id, one.issued_at)]

    async def complete(self, signed: Sequence[SignedCertificate], *, now: datetime) -> list[str]:
        """Make each ISSUED, the old version SUPERSEDED, with events and outbox rows, in one transaction."""
        wanted = {item.certificate_id: item for item in signed}
        keys = self._context.keys_of(list(wanted))
        if not keys:
            return []
        async with self._database.write() as connection:
            await lock_people(self._context, connection, await people_of(self._context, connection, keys))
            query = full_rows().where(ids_condition(self._context, keys), certificates.c.status == Status.PENDING)
            rows = (await connection.execute(query)).all()
            await complete(self._context, connection, [(row, wanted[row.id]) for row in rows], now)
        done = {row.id for row in rows}
        return [text for text in wanted if text in done]

    async def fail(self, failures: Sequence[SigningFailure], *, now: datetime) -> None:
        """Mark final failures FAILED; the others have one attempt more behind them."""
        async with self._database.write() as connection:
            await store_failures(self._context, connection, failures, now=now)

    async def replay(self, ids: Sequence[str], *, now: datetime) -> list[str]:
        """Turn FAILED certificates back to PENDING, unless a later version of the dose took their place."""
        keys = self._context.keys_of(ids)
        if not keys:
            return []
        async with self._database.write() as connection:
            people = await people_of(self._context, connection, keys)
            await lock_people(self._context, connection, people)
            rows = await replayable(self._context, connection, keys, people)
            await replay(self._context, connection, rows, now)
        found = {text for _, text, _ in rows}
        return [text for text in ids if text in found]

    def _pending(self, row: AnyRow) -> PendingCertificate:
        record, kind = record_of(self._context, row), Kind(row.kind)
        return PendingCertificate(row.id, record, kind, row.version, row.issued_at, row.key_id, row.attempts)
