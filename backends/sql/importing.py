"""Imports: rows, and what became of them (credential.ports.Imports, ImportResults)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.answers import Answer, from_bytes, to_bytes
from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.import_tables import import_pages, import_rows
from backends.sql.ledger import KEPT
from backends.sql.tables import certificates
from backends.sql.types import AnyRow
from backends.sql.vault import Place as SealedPlace
from backends.sql.work_tables import works
from backends.sql.working import work_key
from credential.certificate import Status
from credential.formats.row_stream import Place
from credential.ports import ImportPage, ImportRow, Outcome, Page, RowState

_SCOPE = "import rows"


class SqlImports(Part):
    """Implements `credential.ports.Imports` and `ImportResults`. Texts are sealed under the key of the job's work."""

    async def note_page(self, job_id: str, page: ImportPage, rows: Sequence[ImportRow]) -> None:
        """Store page and rows in one transaction."""
        place = page.place
        noted = {
            "job": job_id,
            "number": page.number,
            "offset": place.offset,
            "before": place.rows,
            "lines": place.lines,
            "first": page.first,
            "rows": page.rows,
        }
        async with self._database.write() as connection:
            key = await self._import_key(connection, job_id)
            await self._database.add(connection, import_pages, [noted], unless_there=True)
            stored = [self._import_row(job_id, key, row) for row in rows]
            await self._database.add(connection, import_rows, stored, unless_there=True)

    async def page(self, job_id: str, number: int) -> tuple[ImportPage, list[RowState]] | None:
        """Return the page, its rows joined with their certificates."""
        pages, rows = import_pages.c, import_rows.c
        own = and_(certificates.c.shard == rows.certificate_shard, certificates.c.id == rows.certificate_id)
        async with self._database.read() as connection:
            chosen = select(import_pages).where(pages.job == job_id, pages.number == number)
            found = (await connection.execute(chosen)).one_or_none()
            if found is None:
                return None
            query = (
                select(*_told(), certificates.c.status, certificates.c.failure)
                .select_from(import_rows.outerjoin(certificates, own))
                .where(rows.job == job_id, rows.number >= found.first, rows.number < found.first + found.rows)
                .order_by(rows.number)
            )
            states = [_state_of(row) for row in await connection.execute(query)]
        return _page_of(found), states

    async def seal_page(self, job_id: str, number: int, root: bytes, failed: Sequence[ImportRow]) -> None:
        """Store the root and the late faults in one transaction."""
        pages = import_pages.c
        async with self._database.write() as connection:
            key = await self._import_key(connection, job_id)
            late = [
                {name: row[name] for name in ("job", "number", "fault", "data")}
                for row in (self._import_row(job_id, key, one) for one in failed)
            ]
            await self._database.change(connection, import_rows, late)
            sealing = update(import_pages).where(pages.job == job_id, pages.number == number)
            await connection.execute(sealing.values(root=root))

    async def roots(self, job_id: str) -> list[bytes]:
        """Return the roots."""
        pages = import_pages.c
        query = select(pages.root).where(pages.job == job_id, pages.root.is_not(None)).order_by(pages.number)
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def import_rows(self, job_id: str, *, first: int, after: str | None, failed: bool) -> Page[ImportRow]:
        """Return a page by the rows' numbers."""
        start = -1 if after is None else int(after_cursor(self._vault, _SCOPE, after)[0])
        found = await self._rows_behind(
            job_id, start, first + 1, import_rows.c.fault.is_not(None) if failed else true()
        )
        items = tuple(_row_of(row) for row in found[:first])
        cursors = tuple(cursor(self._vault, _SCOPE, row.number) for row in items)
        return Page(items, cursors, has_next=len(found) > first)

    async def failed_rows_behind(self, job_id: str, number: int, *, limit: int) -> list[ImportRow]:
        """Return failed rows with their texts."""
        async with self._database.read() as connection:
            key = await self._import_key(connection, job_id)
        found = await self._rows_behind(job_id, number, limit, import_rows.c.fault.is_not(None))
        return [_row_of(row, self._text_of(job_id, key, row)) for row in found]

    async def _rows_behind(self, job_id: str, number: int, limit: int, which: ColumnElement[bool]) -> Sequence[AnyRow]:
        rows = import_rows.c
        query = select(*_told(), rows.data).where(rows.job == job_id, rows.number > number, which)
        async with self._database.read() as connection:
            return (await connection.execute(query.order_by(rows.number).limit(limit))).all()

    async def _import_key(self, connection: AsyncConnection, job_id: str) -> bytes:
        query = select(works.c.id, works.c.key_id, works.c.wrapped).where(works.c.id == job_id)
        return work_key(self._vault, (await connection.execute(query)).one())

    def _import_row(self, job_id: str, key: bytes, row: ImportRow) -> dict[str, object]:
        shard = None if row.certificate_id is None else self._context.ids.shard_of(row.certificate_id)
        text = None if row.fault is None or row.text is None else row.text.encode("utf-8", "replace")
        return {
            "job": job_id,
            "number": row.number,
            "line": row.line,
            "certificate_shard": shard,
            "certificate_id": row.certificate_id,
            "fault": None if row.fault is None else to_bytes(Answer.of(Outcome(fault=row.fault))),
            "data": None if text is None else self._vault.sealed(key, text, _place(job_id, row.number)),
        }

    def _text_of(self, job_id: str, key: bytes, row: AnyRow) -> str:
        return "" if row.data is None else self._vault.opened(key, row.data, _place(job_id, row.number)).decode()


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget pages and rows of jobs that are about to be forgotten; return how many."""
    old = select(works.c.id).where(works.c.created_at < now - KEPT)
    going = [delete(table).where(table.c.job.in_(old)) for table in (import_pages, import_rows)]
    return sum([(await connection.execute(statement)).rowcount for statement in going])


def _told() -> Sequence[ColumnElement[object]]:
    rows = import_rows.c
    return rows.number, rows.line, rows.certificate_id, rows.fault


def _page_of(row: AnyRow) -> ImportPage:
    return ImportPage(row.number, Place(row.offset, row.before, row.lines), row.first, row.rows)


def _row_of(row: AnyRow, text: str | None = None) -> ImportRow:
    fault = None if row.fault is None else from_bytes(row.fault).user_fault
    return ImportRow(row.number, row.line, row.certificate_id, fault, text)


def _state_of(row: AnyRow) -> RowState:
    return RowState(_row_of(row), None if row.status is None else Status(row.status), row.failure)


def _place(job_id: str, number: int) -> SealedPlace:
    return SealedPlace("import_rows", "data", 0, f"{job_id} {number}".encode())
