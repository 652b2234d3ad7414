"""Outbox: jobs whose intent is stored and which nobody has finished (reliability-security, Nothing is lost)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Context, Part
from backends.sql.failing import bury_job, store_failures
from backends.sql.placing import job_row
from backends.sql.tables import audit, dead_letters, outbox
from backends.sql.types import AnyRow
from credential.access import Caller
from credential.jobs import EARLIER_DOSES, INDEX_CONTACTS, NOTIFY, SIGN, Job
from credential.ports import AuditEntry, DeadLetter, SigningFailure

MAX_ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=20)
LONGEST_RETRY = timedelta(minutes=15)
IDS_PER_JOB = 100
COUNTED_AT_MOST = 100_000
GIVEN_UP = "The job was tried eight times and never ended; see the workers' log."


class SqlOutbox(Part):
    """Implements `credential.ports.Outbox` and `DeadLetters`."""

    async def due(self, *, now: datetime, limit: int) -> list[Job]:
        """Lease due rows: each comes back after a growing while unless its work takes the row away.

        Rows that were tried too often become dead letters.
        """
        columns = outbox.c
        query = (
            select(columns.shard, columns.job, columns.certificate_id, columns.attempts)
            .where(columns.available_at <= now)
            .order_by(columns.available_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            leased = [row for row in rows if row.attempts < MAX_ATTEMPTS]
            await self._database.change(connection, outbox, [_leased(row, now) for row in leased])
        await self._give_up([row for row in rows if row.attempts >= MAX_ATTEMPTS], now)
        return _jobs(leased)

    async def backlog(self) -> int:
        """Return how many rows wait, up to 100,000."""
        some = select(outbox.c.shard).limit(COUNTED_AT_MOST).subquery()
        async with self._database.read() as connection:
            return int((await connection.execute(select(func.count()).select_from(some))).scalar_one())

    async def dead_letters(self, *, limit: int) -> list[DeadLetter]:
        """Read the oldest."""
        columns = dead_letters.c
        query = (
            select(columns.job, columns.certificate_id, columns.reason, columns.at).order_by(columns.at).limit(limit)
        )
        async with self._database.read() as connection:
            return [DeadLetter(*row) for row in await connection.execute(query)]

    async def revive(self, letters: Sequence[DeadLetter], *, caller: Caller, now: datetime) -> int:
        """Move rows back, those that are there."""
        names = [(one.job, one.certificate_id) for one in letters if one.job != SIGN]
        async with self._database.write() as connection:
            return len(await revive_jobs(self._context, connection, names, caller, now))

    async def _give_up(self, rows: Sequence[AnyRow], now: datetime) -> None:
        if not rows:
            return
        failures = [SigningFailure(row.certificate_id, GIVEN_UP, final=True) for row in rows if row.job == SIGN]
        async with self._database.write() as connection:
            await store_failures(self._context, connection, failures, now=now)
            await self._bury(connection, rows, now)

    async def _bury(self, connection: AsyncConnection, rows: Sequence[AnyRow], now: datetime) -> None:
        for row in rows:
            await bury_job(
                self._context, connection, row.job, (row.shard, row.certificate_id), reason=GIVEN_UP, now=now
            )


async def revive_jobs(
    context: Context, connection: AsyncConnection, names: Sequence[tuple[str, str]], caller: Caller, now: datetime
) -> list[tuple[str, str]]:
    """Make given up jobs, (name, certificate id) each, due again; audited. Return those that still were given up."""
    shards = {text: shard for shard, text in context.keys_of([text for _, text in names])}
    places = [(shards[text], job, text) for job, text in names if text in shards]
    columns = dead_letters.c
    letter = (columns.shard, columns.job, columns.certificate_id)
    gone = delete(dead_letters).where(context.database.among(letter, places)).returning(*letter)
    rows = (await connection.execute(gone)).all()
    jobs = [job_row(row.shard, row.job, row.certificate_id, now) for row in rows]
    await context.database.add(connection, outbox, jobs, unless_there=True)
    entries = [AuditEntry(caller, "replay job", row.certificate_id, now, row.job) for row in rows]
    await context.database.add(connection, audit, audit_rows(context, entries))
    return [(row.job, row.certificate_id) for row in rows]


def retry_after(attempts: int, certificate_id: str) -> timedelta:
    """Return how long a lease lasts after so many attempts: doubling, and spread by the id so that crowds part."""
    spread: float = hashlib.blake2b(f"{attempts}/{certificate_id}".encode(), digest_size=1).digest()[0] / 256
    lease: timedelta = min(FIRST_RETRY * 2**attempts, LONGEST_RETRY)
    return lease * (1 + spread / 2)


def _leased(row: AnyRow, now: datetime) -> dict[str, object]:
    return {
        "shard": row.shard,
        "job": row.job,
        "certificate_id": row.certificate_id,
        "attempts": row.attempts + 1,
        "available_at": now + retry_after(row.attempts, row.certificate_id),
    }


def _jobs(rows: Sequence[AnyRow]) -> list[Job]:
    """Return the jobs of rows: those about certificates with up to 100 ids, ordered by shard; the others once."""
    ordered = sorted(rows, key=lambda row: (row.job, row.shard, row.certificate_id))
    jobs = []
    for name, group in groupby(ordered, key=lambda row: row.job):
        ids = [row.certificate_id for row in group]
        if name in {SIGN, INDEX_CONTACTS, NOTIFY, EARLIER_DOSES}:
            jobs += [Job(name, tuple(ids[start : start + IDS_PER_JOB])) for start in range(0, len(ids), IDS_PER_JOB)]
        else:
            jobs.append(Job(name))
    return jobs
