"""What was given up, jobs and acknowledgements alike: seen in one list, and tried again."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Text, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.delivering import revive
from backends.sql.delivery_tables import deliveries
from backends.sql.once import once
from backends.sql.people import lock_people
from backends.sql.relaying import revive_jobs
from backends.sql.replaying import replay, replayable
from backends.sql.rows import people_of
from backends.sql.tables import audit, dead_letters
from credential.acknowledgement import DeliveryState
from credential.jobs import SIGN
from credential.ports import AuditEntry, GivenUp, Page, Request

ACKNOWLEDGEMENT = "acknowledgement"
_SCOPE, _MARK = "dead letters", ":"


class SqlGivenUp(Part):
    """Implements the other half of `credential.ports.Overseeing`. A job's id is `<job>:<certificate id>`."""

    async def given_up(self, *, first: int, after: str | None) -> Page[GivenUp]:
        """Read a page in the order of giving up."""
        jobs, columns = dead_letters.c, deliveries.c
        name = (jobs.job + _MARK + jobs.certificate_id).label("id")
        jobs_given_up = select(jobs.at, name, jobs.job.label("kind"), jobs.certificate_id, jobs.reason)
        told = select(
            columns.available_at.label("at"),
            columns.id,
            literal(ACKNOWLEDGEMENT, Text).label("kind"),
            columns.certificate_id,
            columns.fault.label("reason"),
        ).where(columns.state == DeliveryState.DEAD)
        both = union_all(jobs_given_up, told).subquery()
        query = select(both).order_by(both.c.at, both.c.id).limit(first + 1)
        if after is not None:
            microseconds, last = after_cursor(self._vault, _SCOPE, after)
            at = datetime.fromtimestamp(int(microseconds) / 1_000_000, UTC)
            query = query.where(or_(both.c.at > at, (both.c.at == at) & (both.c.id > str(last))))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        found = tuple(GivenUp(row.id, row.kind, row.certificate_id, row.reason or "", row.at) for row in rows[:first])
        cursors = tuple(cursor(self._vault, _SCOPE, round(one.at.timestamp() * 1_000_000), one.id) for one in found)
        return Page(found, cursors, has_next=len(rows) > first)

    async def replay_given_up(self, ids: Sequence[str], *, request: Request) -> list[str]:
        """Replay jobs and acknowledgements in one transaction."""
        async with self._database.write() as connection:
            answer = await once(self._context, connection, request, lambda: self._replay_all(connection, ids, request))
        if answer.user_fault is not None:
            raise answer.user_fault
        return list(answer.ids)

    async def _replay_all(self, connection: AsyncConnection, ids: Sequence[str], request: Request) -> tuple[str, ...]:
        jobs = [(job, certificate_id) for job, mark, certificate_id in (one.partition(_MARK) for one in ids) if mark]
        signed = await self._sign_again(connection, [text for job, text in jobs if job == SIGN], request)
        named = [one for one in jobs if one[0] != SIGN]
        others = await revive_jobs(self._context, connection, named, request.caller, request.now)
        told = await revive(self._context, connection, [one for one in ids if _MARK not in one], request)
        return tuple(sorted((*signed, *(job + _MARK + text for job, text in others), *told)))

    async def _sign_again(self, connection: AsyncConnection, ids: Sequence[str], request: Request) -> list[str]:
        keys = self._context.keys_of(ids)
        if not keys:
            return []
        people = await people_of(self._context, connection, keys)
        await lock_people(self._context, connection, people)
        rows = await replayable(self._context, connection, keys, people)
        await replay(self._context, connection, rows, request.now)
        entries = [AuditEntry(request.caller, "replay job", text, request.now, SIGN) for _, text, _ in rows]
        await self._database.add(connection, audit, audit_rows(self._context, entries))
        return [SIGN + _MARK + text for _, text, _ in rows]
