"""Signing: what the signer is given, what it means to do, and what went wrong (contract, updateCertificate, States)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from backends.sql.completing import complete
from backends.sql.context import Part
from backends.sql.failing import store_failures
from backends.sql.people import lock_people
from backends.sql.replaying import replay, replayable
from backends.sql.rows import full_rows, ids_condition, people_of, position_of, record_of
from backends.sql.status_tables import status_marks
from backends.sql.tables import certificates
from backends.sql.types import AnyRow
from credential.certificate import Status
from credential.ports import Intent, PendingCertificate, SignedCertificate, SigningFailure
from credential.record import Kind
from credential.status.positions import StatusPosition


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

    async def positions(self, count: int) -> list[StatusPosition]:
        """Hand out as many bits of the status lists; none of them is ever handed out again."""
        statement = self._database.insert(status_marks)
        statement = statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": status_marks.c.value + statement.excluded.value}
        )
        # A transaction of its own: the one counter of all shards is locked for no longer than this takes.
        async with self._database.write() as connection:
            given = {"name": "positions", "value": count}
            end = (await connection.execute(statement.returning(status_marks.c.value), given)).scalar_one()
        return self._context.positions.positions(range(end - count, end))

    async def intend(self, intents: Sequence[Intent]) -> list[str]:
        """Store key, time, position and digest on PENDING rows that have none; return the ids that have the given."""
        shards = {intent.certificate_id: self._context.ids.shard_of(intent.certificate_id) for intent in intents}
        rows = [
            {
                "shard": shards[intent.certificate_id],
                "id": intent.certificate_id,
                "key_id": intent.key_id,
                "issued_at": intent.issued_at,
                "payload_digest": intent.payload_digest,
                "status_list": intent.position and intent.position.number,
                "status_index": intent.position and intent.position.index,
            }
            for intent in sorted(intents, key=lambda intent: intent.certificate_id)
            if shards[intent.certificate_id] is not None
        ]
        pending, first = certificates.c.status == Status.PENDING, certificates.c.issued_at.is_(None)
        columns = certificates.c
        query = select(columns.id, columns.key_id, columns.issued_at, columns.status_list, columns.status_index).where(
            ids_condition(self._context, self._context.keys_of(list(shards))), pending
        )
        async with self._database.write() as connection:
            await self._database.change(connection, certificates, rows, pending, first)
            stored = {row.id: (row.key_id, row.issued_at, position_of(row)) for row in await connection.execute(query)}
        return [
            one.certificate_id
            for one in intents
            if stored.get(one.certificate_id) == (one.key_id, one.issued_at, one.position)
        ]

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
        return PendingCertificate(
            row.id, record, kind, row.version, row.issued_at, row.key_id, row.attempts, position_of(row)
        )
