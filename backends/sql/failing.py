"""Failures of signing: counted, and at last kept as dead letters with their reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.people import Person, lock_people
from backends.sql.rows import ids_condition
from backends.sql.tables import certificates, dead_letters, outbox
from credential.certificate import Status
from credential.jobs import SIGN, JobName
from credential.ports import SigningFailure


async def store_failures(
    context: Context, connection: AsyncConnection, failures: Sequence[SigningFailure], *, now: datetime
) -> None:
    """Record failures of PENDING certificates; those that are no longer PENDING are left alone."""
    keys = context.keys_of([failure.certificate_id for failure in failures])
    if not keys:
        return
    columns = certificates.c
    query = select(columns.shard, columns.id, columns.beneficiary).where(
        ids_condition(context, keys), columns.status == Status.PENDING
    )
    people = [Person(row.shard, row.beneficiary) for row in await connection.execute(query)]
    await lock_people(context, connection, people)
    shards = {row.id: row.shard for row in await connection.execute(query)}  # again, now that nobody changes them
    pending = [failure for failure in failures if failure.certificate_id in shards]
    retried = [(shards[failure.certificate_id], failure) for failure in pending if not failure.final]
    final = [(shards[failure.certificate_id], failure) for failure in pending if failure.final]
    if retried:
        tried = ids_condition(context, sorted((shard, failure.certificate_id) for shard, failure in retried))
        await connection.execute(update(certificates).where(tried).values(attempts=columns.attempts + 1))
    if final:
        await _bury(context, connection, final, now)


async def bury_job(
    context: Context, connection: AsyncConnection, name: JobName, key: tuple[int, str], *, reason: str, now: datetime
) -> None:
    """Keep a job that never ends as a dead letter, in place of its outbox row."""
    shard, certificate_id = key
    letter = {"shard": shard, "job": name, "certificate_id": certificate_id, "reason": reason, "at": now}
    await context.database.add(connection, dead_letters, [letter], unless_there=True)
    columns = outbox.c
    await connection.execute(
        delete(outbox).where(columns.shard == shard, columns.job == name, columns.certificate_id == certificate_id)
    )


async def _bury(
    context: Context, connection: AsyncConnection, failures: Sequence[tuple[int, SigningFailure]], now: datetime
) -> None:
    rows = [
        {
            "shard": shard,
            "id": failure.certificate_id,
            "status": Status.FAILED,
            "live": False,
            "failure": failure.reason,
            "changed_at": now,
        }
        for shard, failure in failures
    ]
    await context.database.change(connection, certificates, rows)
    for shard, failure in failures:
        await bury_job(context, connection, SIGN, (shard, failure.certificate_id), reason=failure.reason, now=now)
