"""Earlier doses that new records name, noted in the outbox (credential.ports.EarlierDoses)."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context, Part
from backends.sql.placing import NewVersion, job_row
from backends.sql.tables import outbox
from credential.jobs import EARLIER_DOSES, NUDGE

_JOB = (outbox.c.shard, outbox.c.job, outbox.c.certificate_id)


class SqlEarlierDoses(Part):
    """Implements `credential.ports.EarlierDoses`."""

    async def due_earlier(self, ids: Sequence[str]) -> list[str]:
        """Read the jobs that are open."""
        places = [(shard, EARLIER_DOSES, text) for shard, text in self._context.keys_of(list(ids))]
        query = select(outbox.c.certificate_id).where(self._database.among(_JOB, places))
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def end_earlier(self, certificate_id: str) -> None:
        """Delete the job."""
        places = [(shard, EARLIER_DOSES, text) for shard, text in self._context.keys_of([certificate_id])]
        async with self._database.write() as connection:
            await connection.execute(delete(outbox).where(self._database.among(_JOB, places)))


async def note_earlier(context: Context, connection: AsyncConnection, versions: Sequence[NewVersion]) -> None:
    """Note first versions whose records name earlier doses; a later version repeats what its first one said."""
    if not context.corrects_earlier:
        return
    naming = [new for new in versions if new.record.earlier_doses]
    jobs = [job_row(new.person.shard, EARLIER_DOSES, new.id, new.request.now + NUDGE) for new in naming]
    await context.database.add(connection, outbox, jobs)
