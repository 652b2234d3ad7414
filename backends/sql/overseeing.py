"""What admins see: the audit, page by page, and who is behind a number or an id."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.audit_indexes import FREQUENT, RARE
from backends.sql.context import ROW_ID_BYTES, Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.placing import person_named
from backends.sql.rows import full_rows, ids_condition, record_of
from backends.sql.tables import audit, certificates, contact_index
from backends.sql.types import AnyRow, AnySelect
from credential.ports import AuditFilter, AuditRecord, Hit, Page, SearchTerm

_AUDIT, _PEOPLE = "audit", "people"
_MILLISECONDS_BYTES = 6


class SqlOverseeing(Part):
    """Implements the reading half of `credential.ports.Overseeing`."""

    async def audit_log(self, where: AuditFilter, *, first: int, after: str | None) -> Page[AuditRecord]:
        """Read a page by the rows' ids, which begin with the time."""
        query = self._entries_chosen(select(audit), where)
        if query is None:
            return Page((), (), has_next=False)
        if after is not None:
            query = query.where(audit.c.id < bytes.fromhex(str(after_cursor(self._vault, _AUDIT, after)[0])))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(audit.c.id.desc()).limit(first + 1))).all()
        cursors = tuple(cursor(self._vault, _AUDIT, row.id.hex()) for row in rows[:first])
        return Page(tuple(_record(row) for row in rows[:first]), cursors, has_next=len(rows) > first)

    async def find_people(self, term: SearchTerm, *, first: int, after: str | None) -> Page[Hit]:
        """Read all rows of those whom the term leads to: few; the newest of each speaks for the person."""
        start = "" if after is None else str(after_cursor(self._vault, _PEOPLE, after)[0])
        async with self._database.read() as connection:
            chosen = await self._led_to(connection, term)
            rows = (await connection.execute(full_rows().where(chosen))).all()
        newest = {_person(row): row for row in sorted(rows, key=lambda row: (row.created_at, row.version))}
        contact = None if term.mobile is None else self._vault.contact(term.mobile)
        found = sorted((key, row) for key, row in newest.items() if contact in {None, row.contact} and key > start)
        hits = tuple(self._hit(row, term) for _, row in found[:first])
        cursors = tuple(cursor(self._vault, _PEOPLE, key) for key, _ in found[:first])
        return Page(hits, cursors, has_next=len(found) > first)

    def _entries_chosen(self, query: AnySelect, where: AuditFilter) -> AnySelect | None:
        """Return the query of the rows that fit, None where none can."""
        columns = audit.c
        if where.certificate_id is not None:
            [(shard, _)] = self._context.keys_of([where.certificate_id]) or [(-1, "")]
            if shard < 0:
                return None
            query = query.where(columns.shard == shard, columns.certificate_id == where.certificate_id)
        if where.action is not None:
            query = query.where(columns.action == where.action)
            query = query if where.action in FREQUENT else query.where(text(RARE))
        if where.client_id is not None:
            query = query.where(columns.client_id == where.client_id)
        if where.start is not None:
            query = query.where(columns.id >= _first_id(where.start), columns.at >= where.start)
        if where.end is not None:
            query = query.where(columns.id <= _last_id(where.end), columns.at < where.end)
        return query

    async def _led_to(self, connection: AsyncConnection, term: SearchTerm) -> ColumnElement[bool]:
        columns = certificates.c
        place: tuple[ColumnElement[Any], ...] = (columns.shard, columns.beneficiary)
        if term.mobile is not None:
            index = contact_index.c
            named = select(index.shard, index.beneficiary).where(index.contact == self._vault.contact(term.mobile))
        elif term.beneficiary_id is not None:
            person = person_named(self._context, term.beneficiary_id)
            return self._database.among(place, [tuple(person)])
        else:
            keys = self._context.keys_of([term.certificate_id or ""])
            place = (*place, columns.programme)
            named = select(*place).where(ids_condition(self._context, keys)) if keys else select(*place).where(false())
        people = [tuple(row) for row in await connection.execute(named)]
        return self._database.among(place, people)

    def _hit(self, row: AnyRow, term: SearchTerm) -> Hit:
        return Hit(row.programme, record_of(self._context, row).beneficiary_id, term.certificate_id or row.id)


def _person(row: AnyRow) -> str:
    """Return a person of a programme as text to order by, which tells nothing."""
    return f"{row.beneficiary.hex()}/{row.programme}"


def _first_id(at: datetime) -> bytes:
    return _milliseconds(at).ljust(ROW_ID_BYTES, b"\0")


def _last_id(at: datetime) -> bytes:
    return _milliseconds(at).ljust(ROW_ID_BYTES, b"\xff")


def _milliseconds(at: datetime) -> bytes:
    earliest = max(at, datetime.fromtimestamp(0, UTC))
    return int(earliest.timestamp() * 1000).to_bytes(_MILLISECONDS_BYTES, "big")


def _record(row: AnyRow) -> AuditRecord:
    return AuditRecord(
        at=row.at,
        action=row.action,
        client_id=row.client_id,
        caller=row.caller,
        purpose=row.purpose,
        channel=row.channel,
        certificate_id=row.certificate_id,
        detail=row.detail,
        legal_basis=row.legal_basis or "",
    )
