"""Failed certificates back to work (contract, updateCertificate, States: FAILED -> PENDING by replay)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.completing import Dose, dose_of
from backends.sql.context import Context
from backends.sql.people import Person
from backends.sql.placing import job_row
from backends.sql.tables import certificates, dead_letters, outbox
from backends.sql.types import AnyRow
from credential.certificate import Status
from credential.jobs import SIGN

_INTENT = ("key_id", "issued_at", "payload_digest")  # made anew: the key may be gone
_ACTIVE = (Status.PENDING, Status.ISSUED)


async def replayable(
    context: Context, connection: AsyncConnection, keys: Sequence[tuple[int, str]], people: Sequence[Person]
) -> list[tuple[int, str, bool]]:
    """Return (shard, id, whether it becomes live) of the FAILED ones that no later version replaced."""
    columns, wanted = certificates.c, set(keys)
    if not people:
        return []
    query = select(
        columns.shard, columns.beneficiary, columns.programme, columns.dose, columns.id, columns.status, columns.version
    ).where(context.database.among((columns.shard, columns.beneficiary), [tuple(person) for person in set(people)]))
    doses: dict[Dose, list[AnyRow]] = {}
    for row in await connection.execute(query):
        doses.setdefault(dose_of(row), []).append(row)
    found = []
    for versions in doses.values():
        failed = [row for row in versions if row.status == Status.FAILED and (row.shard, row.id) in wanted]
        active = [row for row in versions if row.status in _ACTIVE]
        newest = max(failed, key=lambda row: int(row.version), default=None)
        if newest is not None and all(row.version < newest.version and row.status == Status.ISSUED for row in active):
            found.append((newest.shard, newest.id, not active))
    return found


async def replay(
    context: Context, connection: AsyncConnection, rows: Sequence[tuple[int, str, bool]], now: datetime
) -> None:
    """Make the rows PENDING, with a job each and no dead letter."""
    if not rows:
        return
    no_intent = {"key_id": None, "issued_at": None, "payload_digest": None}
    values = {"status": Status.PENDING, "attempts": 0, "failure": None, "changed_at": now, **no_intent}
    changes = [{"shard": shard, "id": text, "live": live, **values} for shard, text, live in rows]
    await context.database.change(connection, certificates, changes)
    letter = (dead_letters.c.shard, dead_letters.c.job, dead_letters.c.certificate_id)
    places = [(shard, SIGN, text) for shard, text, _ in rows]
    await connection.execute(delete(dead_letters).where(context.database.among(letter, places)))
    jobs = [job_row(shard, SIGN, text, now) for shard, text, _ in rows]
    await context.database.add(connection, outbox, jobs, unless_there=True)
