"""Finished reconciliations and their findings (credential.ports.Reports)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.reconciliation_tables import finding_pages, findings, reconciliations, source_doses
from backends.sql.sealed_findings import found_of, kind_number, unwrapped_key
from backends.sql.types import AnyRow
from credential.ports import Found, Page, Report
from credential.reconciliation.findings import FindingKind

KEPT = timedelta(days=30)
_SCOPE = "findings"
_Counts = dict[FindingKind, int]


class SqlReports(Part):
    """Implements `credential.ports.Reports`."""

    async def close_report(
        self, report_id: str, *, digest: str, signature: str, counts: Mapping[FindingKind, int], now: datetime
    ) -> None:
        """Close it once; what comes later changes nothing."""
        values = {"digest": digest, "signature": signature, "counts": _counts_text(counts), "finished_at": now}
        still_open = (reconciliations.c.id == report_id, reconciliations.c.finished_at.is_(None))
        async with self._database.write() as connection:
            await connection.execute(update(reconciliations).where(*still_open).values(values))

    async def report(self, report_id: str, *, client_id: str | None) -> Report | None:
        """Read one."""
        own = true() if client_id is None else reconciliations.c.client_id == client_id
        query = select(reconciliations).where(reconciliations.c.id == report_id, own)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _report(row)

    async def newest_report(self, digest: str) -> Report | None:
        """Read the last that was finished."""
        columns = reconciliations.c
        query = select(reconciliations).where(columns.digest == digest)
        query = query.order_by(columns.finished_at.desc(), columns.created_at.desc(), columns.id.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _report(row)

    async def findings(
        self, report_id: str, *, kinds: Sequence[FindingKind], first: int, after: str | None
    ) -> Page[Found]:
        """Read a page in the order of the key."""
        columns = findings.c
        query = select(findings).where(columns.report == report_id, columns.kind.in_([kind_number(k) for k in kinds]))
        if after is not None:
            kind, number = after_cursor(self._vault, _SCOPE, after)
            query = query.where(tuple_(columns.kind, columns.number) > (int(kind), int(number)))
        query = query.order_by(columns.kind, columns.number).limit(first + 1)
        async with self._database.read() as connection:
            report = await _report_row(connection, report_id)
            rows = (await connection.execute(query)).all()
        if report is None:
            return Page((), (), has_next=False)
        key = unwrapped_key(self._vault, report)
        return Page(
            tuple(found_of(self._vault, key, row) for row in rows[:first]),
            tuple(cursor(self._vault, _SCOPE, row.kind, row.number) for row in rows[:first]),
            has_next=len(rows) > first,
        )

    async def note_job(self, report_id: str, job_id: str, *, undo: bool) -> None:
        """Store it."""
        values = {"undo_job" if undo else "apply_job": job_id}
        async with self._database.write() as connection:
            await connection.execute(update(reconciliations).where(reconciliations.c.id == report_id).values(values))


async def _report_row(connection: AsyncConnection, report_id: str) -> AnyRow | None:
    return (await connection.execute(select(reconciliations).where(reconciliations.c.id == report_id))).one_or_none()


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget reports older than thirty days, one at a time, and what only an unfinished dry run needed."""
    columns = reconciliations.c
    old = select(columns.id).where(columns.created_at < now - KEPT).order_by(columns.created_at).limit(1)
    report_id = (await connection.execute(old)).scalar_one_or_none()
    if report_id is None:
        return 0
    gone = [delete(table).where(table.c.report == report_id) for table in (findings, finding_pages, source_doses)]
    gone.append(delete(reconciliations).where(columns.id == report_id))
    return sum([(await connection.execute(statement)).rowcount for statement in gone])


def _report(row: AnyRow) -> Report:
    return Report(
        id=row.id,
        client_id=row.client_id,
        created_at=row.created_at,
        digest=row.digest,
        signature=row.signature,
        counts=None if row.counts is None else msgspec.json.decode(row.counts, type=_Counts),
        finished_at=row.finished_at,
        apply_job=row.apply_job,
        undo_job=row.undo_job,
    )


def _counts_text(counts: Mapping[FindingKind, int]) -> str:
    return msgspec.json.encode({kind.value: counts.get(kind, 0) for kind in FindingKind}).decode()
