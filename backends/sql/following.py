"""Jobs: batches on their way, counted from their records' rows and certificates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.answers import from_bytes
from backends.sql.bundling import BUNDLE_KIND, bundle_report
from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.tables import certificates, idempotency, jobs
from backends.sql.types import AnyRow
from backends.sql.working import work_report
from credential.certificate import Status
from credential.ports import JobReport, JobState, Outcome, Page, WorkKind

_SCOPE = "results"
_SHARD_BYTES = 2
_WORK_KINDS = frozenset(WorkKind)


class SqlJobs(Part):
    """Implements `credential.ports.Jobs`. Jobs are kept as long as idempotency rows: seven days."""

    async def job(self, job_id: str, *, client_id: str | None) -> JobReport | None:
        """Return a job with today's counts."""
        async with self._database.read() as connection:
            job = await self._job(connection, job_id, client_id)
            if job is None:
                return None
            if job.kind == BUNDLE_KIND:
                return await bundle_report(connection, job)
            if job.kind in _WORK_KINDS:
                return await work_report(connection, job)
            rows = await self._states(connection, job)
        total = len(job.shards) // _SHARD_BYTES
        failed = sum(row.status in {None, Status.FAILED} for row in rows)
        waiting = sum(row.status == Status.PENDING for row in rows)
        ended = len(rows) == total and not waiting
        return JobReport(
            id=job.id,
            kind=job.kind,
            state=JobState.FINISHED if ended else JobState.RUNNING,
            total=total,
            done=len(rows) - failed - waiting,
            failed=failed,
            created_at=job.created_at,
            finished_at=_latest(job, rows) if ended else None,
        )

    async def results(
        self, job_id: str, *, client_id: str | None, first: int, after: str | None
    ) -> Page[tuple[int, Outcome]]:
        """Return (index, outcome) pairs in order; an empty page where the job is unknown."""
        start = 0 if after is None else int(after_cursor(self._vault, _SCOPE, after)[0]) + 1
        async with self._database.read() as connection:
            job = await self._job(connection, job_id, client_id)
            if job is None:
                return Page((), (), has_next=False)
            rows = await self._answers(connection, job, start, first + 1)
        items = tuple((row.position, from_bytes(row.answer).outcome) for row in rows[:first])
        cursors = tuple(cursor(self._vault, _SCOPE, index) for index, _ in items)
        return Page(items, cursors, has_next=len(rows) > first)

    async def _job(self, connection: AsyncConnection, job_id: str, client_id: str | None) -> AnyRow | None:
        query = select(jobs).where(jobs.c.id == job_id)
        if client_id is not None:
            query = query.where(jobs.c.client_id == client_id)
        return (await connection.execute(query)).one_or_none()

    async def _states(self, connection: AsyncConnection, job: AnyRow) -> Sequence[AnyRow]:
        columns = idempotency.c
        own = and_(certificates.c.shard == columns.shard, certificates.c.id == columns.certificate_id)
        places = _places(job, 0, len(job.shards))
        query = (
            select(certificates.c.status, certificates.c.issued_at, certificates.c.changed_at)
            .select_from(idempotency.outerjoin(certificates, own))
            .where(self._database.among((columns.shard, columns.request, columns.position), places))
        )
        return (await connection.execute(query)).all()

    async def _answers(self, connection: AsyncConnection, job: AnyRow, start: int, count: int) -> Sequence[AnyRow]:
        columns, places = idempotency.c, _places(job, start, count)
        if not places:
            return []
        query = select(columns.position, columns.answer).order_by(columns.position)
        query = query.where(self._database.among((columns.shard, columns.request, columns.position), places))
        return (await connection.execute(query)).all()


def _places(job: AnyRow, start: int, count: int) -> list[tuple[int, bytes, int]]:
    """Return (shard, request, position) of the job's records from `start` on."""
    shards = [int.from_bytes(pair, "big") for pair in _pairs(job.shards)]
    return [(shard, job.request, start + offset) for offset, shard in enumerate(shards[start : start + count])]


def _pairs(data: bytes) -> list[bytes]:
    return [data[place : place + _SHARD_BYTES] for place in range(0, len(data), _SHARD_BYTES)]


def _latest(job: AnyRow, rows: Sequence[AnyRow]) -> datetime:
    """Return when the last record came to its end; a later revocation does not move it."""
    ends = [row.issued_at or row.changed_at for row in rows if row.status is not None]
    latest: datetime = max((end for end in ends if end is not None), default=job.created_at)
    return latest
