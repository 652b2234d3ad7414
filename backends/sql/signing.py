"""Signing: from PENDING to ISSUED or FAILED (contract, updateCertificate, States)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context, Part
from backends.sql.counting_rows import event_rows, issued_event
from backends.sql.failing import store_failures
from backends.sql.people import Person, lock_people
from backends.sql.rows import full_rows, ids_condition, key_of_row, record_text, sealed_credentials
from backends.sql.tables import certificates, dead_letters, events, outbox, revocations
from backends.sql.types import AnyRow
from credential.certificate import Status
from credential.jobs import INDEX_CONTACTS, PUBLISH_REVOCATIONS, SIGN, JobName
from credential.ports import Intent, PendingCertificate, SignedCertificate, SigningFailure
from credential.record import Kind, record_from_json


class SqlSigning(Part):
    """Implements `credential.ports.Signing`."""

    async def take(self, ids: Sequence[str]) -> list[PendingCertificate]:
        """Return those that are PENDING, with their records."""
        keys = self._context.keys_of(list(ids))
        if not keys:
            return []
        query = full_rows().where(ids_condition(self._context, keys), certificates.c.status == Status.PENDING)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [self._pending(row) for row in rows]

    def _pending(self, row: AnyRow) -> PendingCertificate:
        record = record_from_json(record_text(self._context, row, key_of_row(self._context, row)))
        return PendingCertificate(row.id, record, Kind(row.kind), row.version, row.issued_at, row.key_id, row.attempts)

    async def intend(self, intents: Sequence[Intent]) -> None:
        """Store key, time and digest on the rows that are still PENDING."""
        rows = [
            {
                "at_shard": shard,
                "at_id": intent.certificate_id,
                "key_id": intent.key_id,
                "issued_at": intent.issued_at,
                "payload_digest": intent.payload_digest,
            }
            for intent in sorted(intents, key=lambda intent: intent.certificate_id)
            if (shard := self._context.ids.shard_of(intent.certificate_id)) is not None
        ]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(_update_row().where(certificates.c.status == Status.PENDING), rows)

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
            if rows:
                superseded = await self._demote(connection, rows, now)
                await self._promote(connection, rows, wanted, now)
                await self._follow_up(connection, rows, superseded, now)
        done = {row.id for row in rows}
        return [text for text in wanted if text in done]

    async def fail(self, failures: Sequence[SigningFailure], *, now: datetime) -> None:
        """Mark final failures FAILED; the others have one attempt more behind them."""
        async with self._database.write() as connection:
            await store_failures(self._context, connection, failures, now=now)

    async def replay(self, ids: Sequence[str], *, now: datetime) -> list[str]:
        """Turn FAILED certificates back to PENDING, unless a later version of the dose took their place."""
        keys = self._context.keys_of(list(ids))
        if not keys:
            return []
        async with self._database.write() as connection:
            people = await people_of(self._context, connection, keys)
            await lock_people(self._context, connection, people)
            rows = await _replayable(self._context, connection, keys, people)
            if rows:
                await _replay(connection, rows, now)
        found = {text for _, text, _ in rows}
        return [text for text in ids if text in found]

    async def _demote(
        self, connection: AsyncConnection, rows: Sequence[AnyRow], now: datetime
    ) -> dict[tuple[int, bytes, str, int], str]:
        """Supersede the live versions beside the rows; return their ids per dose."""
        columns = certificates.c
        doses = [_dose_of(row) for row in rows]
        place = (columns.shard, columns.beneficiary, columns.programme, columns.dose)
        query = select(*place, columns.id, columns.signature_hashes).where(
            self._database.among(place, doses), columns.status == Status.ISSUED
        )
        old = (await connection.execute(query)).all()
        if old:
            await connection.execute(
                _update_row(),
                [
                    {
                        "at_shard": row.shard,
                        "at_id": row.id,
                        "status": Status.SUPERSEDED,
                        "live": False,
                        "changed_at": now,
                    }
                    for row in old
                ],
            )
            await connection.execute(insert(revocations), [_superseded(row, now) for row in old])
        return {_dose_of(row): row.id for row in old}

    async def _promote(
        self, connection: AsyncConnection, rows: Sequence[AnyRow], wanted: dict[str, SignedCertificate], now: datetime
    ) -> None:
        changes = []
        for row in rows:
            item, key = wanted[row.id], key_of_row(self._context, row)
            text = record_text(self._context, row, key)
            changes.append(
                {
                    "at_shard": row.shard,
                    "at_id": row.id,
                    "status": Status.ISSUED,
                    "live": True,
                    "changed_at": now,
                    "signature_hashes": " ".join(item.signature_hashes),
                    "credentials": sealed_credentials(self._context, row, key, item.credentials, text),
                }
            )
        await connection.execute(_update_row(), changes)

    async def _follow_up(
        self,
        connection: AsyncConnection,
        rows: Sequence[AnyRow],
        superseded: dict[tuple[int, bytes, str, int], str],
        now: datetime,
    ) -> None:
        """Append events and the jobs that come next, and take the signing jobs out of the outbox."""
        happened = [
            issued_event(self._pending(row).record, Kind(row.kind), row.id, now, updated=_dose_of(row) in superseded)
            for row in rows
        ]
        await connection.execute(insert(events), event_rows(self._context, happened))
        await connection.execute(
            delete(outbox).where(
                self._database.among((outbox.c.shard, outbox.c.certificate_id), [(row.shard, row.id) for row in rows]),
                outbox.c.job == SIGN,
            )
        )
        jobs = [_job(row.shard, INDEX_CONTACTS, row.id, now) for row in rows if row.contact is not None]
        jobs += [_job(place[0], PUBLISH_REVOCATIONS, old_id, now) for place, old_id in superseded.items()]
        if jobs:
            await connection.execute(self._database.unless_there(outbox), jobs)


async def people_of(context: Context, connection: AsyncConnection, keys: Sequence[tuple[int, str]]) -> list[Person]:
    """Return whom certificates are about."""
    query = select(certificates.c.shard, certificates.c.beneficiary).where(ids_condition(context, keys))
    return [Person(row.shard, row.beneficiary) for row in await connection.execute(query)]


def _update_row() -> Any:  # noqa: ANN401 - an Update whose values come with each row
    columns = certificates.c
    return update(certificates).where(columns.shard == bindparam("at_shard"), columns.id == bindparam("at_id"))


def _dose_of(row: AnyRow) -> tuple[int, bytes, str, int]:
    return row.shard, row.beneficiary, row.programme, row.dose


def _superseded(row: AnyRow, now: datetime) -> dict[str, object]:
    return {
        "shard": row.shard,
        "certificate_id": row.id,
        "purpose": "SUPERSEDED",
        "at": now,
        "client_id": "",
        "signature_hashes": row.signature_hashes,
        "published": False,
    }


def _job(shard: int, name: JobName, certificate_id: str, now: datetime) -> dict[str, object]:
    return {"shard": shard, "job": name, "certificate_id": certificate_id, "attempts": 0, "available_at": now}


async def _replayable(
    context: Context, connection: AsyncConnection, keys: Sequence[tuple[int, str]], people: Sequence[Person]
) -> list[tuple[int, str, bool]]:
    """Return (shard, id, whether it becomes live) of the FAILED ones that no later version replaced."""
    columns, wanted = certificates.c, set(keys)
    query = select(
        columns.shard, columns.beneficiary, columns.programme, columns.dose, columns.id, columns.status, columns.version
    ).where(context.database.among((columns.shard, columns.beneficiary), [tuple(person) for person in set(people)]))
    doses: dict[tuple[int, bytes, str, int], list[AnyRow]] = {}
    for row in await connection.execute(query):
        doses.setdefault(_dose_of(row), []).append(row)
    found = []
    for versions in doses.values():
        failed = [row for row in versions if row.status == Status.FAILED and (row.shard, row.id) in wanted]
        active = [row for row in versions if row.status in {Status.PENDING, Status.ISSUED}]
        newest = max(failed, key=lambda row: int(row.version), default=None)
        if newest is not None and all(row.version < newest.version and row.status == Status.ISSUED for row in active):
            found.append((newest.shard, newest.id, not active))
    return found


async def _replay(connection: AsyncConnection, rows: Sequence[tuple[int, str, bool]], now: datetime) -> None:
    changes = [
        {
            "at_shard": shard,
            "at_id": text,
            "status": Status.PENDING,
            "live": live,
            "attempts": 0,
            "failure": None,
            "changed_at": now,
        }
        for shard, text, live in rows
    ]
    await connection.execute(_update_row(), changes)
    places = [(shard, SIGN, text) for shard, text, _ in rows]
    columns = dead_letters.c
    await connection.execute(
        delete(dead_letters).where(tuple_(columns.shard, columns.job, columns.certificate_id).in_(places))
    )
    await connection.execute(insert(outbox), [_job(shard, SIGN, text, now) for shard, text, _ in rows])
