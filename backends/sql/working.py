"""Long work: orders leased step by step (credential.ports.Works).

What was asked, by whom, and what came of it are sealed under a data key of the work's own.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, delete, false, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.auditing import audit_rows
from backends.sql.context import Part, client_of
from backends.sql.tables import audit, jobs
from backends.sql.types import AnyRow
from backends.sql.vault import Place, Vault
from backends.sql.work_tables import works
from credential.access import Caller
from credential.ports import AuditEntry, BegunWork, JobReport, JobState, Request, Step, Work, WorkKind, WorkReport

LEASE = timedelta(seconds=30)
PAUSE = timedelta(seconds=1)
"""After a first fault; doubled with every other."""
LONGEST_PAUSE = timedelta(minutes=2)
JOB_ID_BYTES = 12
_NO_SHARD = 0


class _Asked(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an order."""

    caller: Caller
    order: bytes


class SqlWorks(Part):
    """Implements `credential.ports.Works`."""

    async def begin_work(
        self,
        request: Request,
        kind: WorkKind,
        order: bytes,
        *,
        total: int = 0,
        subject: bytes | None = None,
        approval: bool = False,
    ) -> BegunWork:
        """Store job, work and audit row in the transaction that enters the request."""
        job_id = "job_" + self._context.randomness(JOB_ID_BYTES).hex()
        ticket = ledger.ticket_of(self._context, request, request.key or job_id)
        async with self._database.write() as connection:
            ticket = await ledger.claim(self._context, connection, request, ticket, job_id)
            if ticket.job_id not in {None, job_id}:
                return await self._begun(connection, works.c.id == ticket.job_id, kind, subject)
            row = self._work_row(job_id, request, kind, order)
            more = {"total": total, "subject": subject, "awaiting": approval}
            due = None if approval else request.now
            entered = await self._database.enter(connection, works, [{**row, **more, "available_at": due}])
            if entered:
                await self._database.add(connection, jobs, [_job_row(job_id, request, kind, ticket.request)])
                begun = BegunWork(job_id, approval)
            else:
                begun = await self._approved(connection, request, kind, subject)
            entry = AuditEntry(request.caller, request.operation, None, request.now, begun.id)
            await self._database.add(connection, audit, audit_rows(self._context, [entry]))
            await ledger.settle(connection, ticket, None)
        return begun

    async def lease_work(self, kinds: Collection[WorkKind], *, now: datetime, job_id: str | None = None) -> Work | None:
        """Take the work that is due longest."""
        columns = works.c
        query = (
            select(columns.id)
            .where(columns.available_at <= now, columns.kind.in_(kinds), _named(job_id))
            .order_by(columns.available_at, columns.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            found = (await connection.execute(query)).scalar_one_or_none()
            if found is None:
                return None
            values = {"attempts": columns.attempts + 1, "turn": columns.turn + 1, "available_at": now + LEASE}
            leasing = update(works).where(columns.id == found).values(values).returning(*columns)
            return self._work_of((await connection.execute(leasing)).one())

    async def take_step(self, work: Work, step: Step, *, now: datetime) -> Work | None:
        """Store the step where the lease still holds; a job that is over is not leased again."""
        over, waits = step.finished, step.wait > 0
        values = {
            "cursor": step.cursor,
            "done": step.done,
            "failed": step.failed,
            "total": work.total if step.total is None else step.total,
            "attempts": 0 if waits else 1,
            "turn": work.turn + 1,
            "available_at": None if over else now + (timedelta(seconds=step.wait) if waits else LEASE),
            "fault": None,
            "finished_at": now if over else None,
        }
        async with self._database.write() as connection:
            if over:
                values["result"] = await self._sealed_result(connection, work.id, step.result)
            storing = update(works).where(_held(work)).values(values).returning(*works.c)
            row = (await connection.execute(storing)).one_or_none()
        return None if row is None or over or waits else self._work_of(row)

    async def give_back(self, work: Work, *, now: datetime, fault: str | None = None, ended: bool = False) -> None:
        """End the lease."""
        pause = min(PAUSE * 2 ** (min(work.attempts, 16) - 1), LONGEST_PAUSE) if fault else timedelta()
        values = {"available_at": None if ended else now + pause, "fault": fault, "turn": work.turn + 1}
        if fault is None:
            values["attempts"] = work.attempts - 1  # nothing was tried
        async with self._database.write() as connection:
            await connection.execute(update(works).where(_held(work)).values(values))

    async def old_works(self, kind: WorkKind, *, now: datetime) -> list[str]:
        """Return what is as old as the jobs that are forgotten."""
        query = select(works.c.id).where(works.c.kind == kind, works.c.created_at < now - ledger.KEPT)
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def resume_work(self, job_id: str, *, now: datetime) -> bool:
        """Make a FAILED work due."""
        columns = works.c
        failed = (columns.id == job_id, columns.available_at.is_(None), columns.finished_at.is_(None))
        again = update(works).where(*failed, ~columns.awaiting).values(attempts=0, available_at=now)
        async with self._database.write() as connection:
            return (await connection.execute(again)).rowcount == 1

    async def work(self, job_id: str, *, client_id: str | None) -> WorkReport | None:
        """Return a work with what is sealed of it."""
        own = true() if client_id is None else works.c.client_id == client_id
        async with self._database.read() as connection:
            row = (await connection.execute(select(works).where(works.c.id == job_id, own))).one_or_none()
        return None if row is None else self._report_of(row)

    async def _begun(
        self, connection: AsyncConnection, chosen: ColumnElement[bool], kind: WorkKind, subject: bytes | None
    ) -> BegunWork:
        """Return a work that was begun before: under its own key, or by somebody else for the same subject."""
        query = select(works.c.id, works.c.awaiting).where(chosen | _subject(kind, subject))
        row = (await connection.execute(query)).one()
        return BegunWork(row.id, bool(row.awaiting))

    async def _approved(
        self, connection: AsyncConnection, request: Request, kind: WorkKind, subject: bytes | None
    ) -> BegunWork:
        """Return the work of a subject; where it awaits approval and somebody else comes, this is it."""
        columns, client = works.c, client_of(request.caller)
        waiting = (_subject(kind, subject), columns.awaiting, columns.client_id != client)
        values = {"awaiting": False, "approved_by": client, "available_at": request.now}
        await connection.execute(update(works).where(*waiting).values(values))
        return await self._begun(connection, _subject(kind, subject), kind, subject)

    def _work_row(self, job_id: str, request: Request, kind: WorkKind, order: bytes) -> dict[str, object]:
        key_id, wrapped = self._vault.new_key(_NO_SHARD, _name(job_id))
        key = self._vault.unwrapped(key_id, wrapped, _NO_SHARD, _name(job_id))
        asked = msgspec.msgpack.encode(_Asked(request.caller, order))
        return {
            "id": job_id,
            "kind": kind,
            "client_id": client_of(request.caller),
            "key_id": key_id,
            "wrapped": wrapped,
            "asked": self._vault.sealed(key, asked, _place(job_id, "asked")),
            "cursor": b"",
            "done": 0,
            "failed": 0,
            "attempts": 0,
            "turn": 0,
            "created_at": request.now,
        }

    async def _sealed_result(self, connection: AsyncConnection, job_id: str, result: bytes) -> bytes:
        row = (await connection.execute(select(works).where(works.c.id == job_id))).one()
        return self._vault.sealed(work_key(self._vault, row), result, _place(job_id, "result"))

    def _asked_of(self, row: AnyRow, key: bytes) -> _Asked:
        return msgspec.msgpack.decode(self._vault.opened(key, row.asked, _place(row.id, "asked")), type=_Asked)

    def _work_of(self, row: AnyRow) -> Work:
        asked = self._asked_of(row, work_key(self._vault, row))
        return Work(
            id=row.id,
            kind=WorkKind(row.kind),
            caller=asked.caller,
            order=asked.order,
            cursor=row.cursor,
            total=row.total,
            done=row.done,
            failed=row.failed,
            attempts=row.attempts,
            turn=row.turn,
            created_at=row.created_at,
        )

    def _report_of(self, row: AnyRow) -> WorkReport:
        key = work_key(self._vault, row)
        return WorkReport(
            id=row.id,
            kind=WorkKind(row.kind),
            state=_state(row),
            client_id=row.client_id,
            order=self._asked_of(row, key).order,
            cursor=row.cursor,
            result=b"" if row.result is None else self._vault.opened(key, row.result, _place(row.id, "result")),
            total=row.total,
            done=row.done,
            failed=row.failed,
            approved_by=row.approved_by,
            fault=row.fault,
            created_at=row.created_at,
            finished_at=row.finished_at,
        )


def work_key(vault: Vault, row: AnyRow) -> bytes:
    """Return the data key of a work, from its row's id, key_id and wrapped."""
    return vault.unwrapped(row.key_id, row.wrapped, _NO_SHARD, _name(row.id))


async def work_report(connection: AsyncConnection, job: AnyRow) -> JobReport:
    """Return how far the work of a job is."""
    row = (await connection.execute(select(works).where(works.c.id == job.id))).one()
    return JobReport(row.id, row.kind, _state(row), row.total, row.done, row.failed, row.created_at, row.finished_at)


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget work as old as the jobs that are forgotten; return how many."""
    return (await connection.execute(delete(works).where(works.c.created_at < now - ledger.KEPT))).rowcount


def _state(row: AnyRow) -> JobState:
    if row.finished_at is not None:
        return JobState.FINISHED
    if row.awaiting:
        return JobState.AWAITING_APPROVAL
    return JobState.FAILED if row.available_at is None else JobState.RUNNING


def _held(work: Work) -> ColumnElement[bool]:
    return (works.c.id == work.id) & (works.c.turn == work.turn)


def _named(job_id: str | None) -> ColumnElement[bool]:
    return true() if job_id is None else works.c.id == job_id


def _subject(kind: WorkKind, subject: bytes | None) -> ColumnElement[bool]:
    return false() if subject is None else (works.c.kind == kind) & (works.c.subject == subject)


def _job_row(job_id: str, request: Request, kind: WorkKind, hashed: bytes) -> dict[str, object]:
    more = {"request": hashed, "shards": b"", "created_at": request.now}
    return {"id": job_id, "client_id": client_of(request.caller), "kind": kind, **more}


def _name(job_id: str) -> bytes:
    """Return what stands for a person where a work has a data key: it has no length of a person's."""
    return b"work " + job_id.encode()


def _place(job_id: str, column: str) -> Place:
    return Place("works", column, _NO_SHARD, job_id.encode())
