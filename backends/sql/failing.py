"""Failures of signing: counted, and at last kept as dead letters with their reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.becoming import tell
from backends.sql.changes import Change
from backends.sql.context import Context
from backends.sql.people import Person, lock_people
from backends.sql.rows import ids_condition, person_of_row
from backends.sql.tables import certificates, dead_letters, outbox
from credential.acknowledgement import Became
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
    await lock_people(context, connection, [person_of_row(row) for row in await connection.execute(query)])
    people = {row.id: person_of_row(row) for row in await connection.execute(query)}  # again: now nobody changes them
    pending = [(people[failure.certificate_id], failure) for failure in failures if failure.certificate_id in people]
    retried = [(person.shard, failure) for person, failure in pending if not failure.final]
    final = [(person, failure) for person, failure in pending if failure.final]
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
    context: Context, connection: AsyncConnection, failures: Sequence[tuple[Person, SigningFailure]], now: datetime
) -> None:
    rows = [
        {
            "shard": person.shard,
            "id": failure.certificate_id,
            "status": Status.FAILED,
            "live": False,
            "failure": failure.reason,
            "changed_at": now,
        }
        for person, failure in failures
    ]
    await context.database.change(connection, certificates, rows)
    for person, failure in failures:
        key = (person.shard, failure.certificate_id)
        await bury_job(context, connection, SIGN, key, reason=failure.reason, now=now)
    changes = [Change(person, one.certificate_id, Became.FAILED, one.reason) for person, one in failures]
    await tell(context, connection, changes, now)
