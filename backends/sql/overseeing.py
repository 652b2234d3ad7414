"""What admins see: the audit, page by page, and who is behind a number or an id."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, select, text, tuple_
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
_HIGHEST = b"\xff" * (ROW_ID_BYTES + 1)


class SqlOverseeing(Part):
    """Implements the reading half of `credential.ports.Overseeing`."""

    async def audit_log(self, where: AuditFilter, *, first: int, after: str | None) -> Page[AuditRecord]:
        """Read a page by the rows' ids, which begin with the time."""
        before = None if after is None else bytes.fromhex(str(after_cursor(self._vault, _AUDIT, after)[0]))
        query = self._entries(where, before).limit(first + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
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

    def _entries(self, where: AuditFilter, before: bytes | None) -> AnySelect:
        """Return the query of the rows that fit, newest first, in the order of the index that serves it."""
        columns, query = audit.c, select(audit)
        if where.certificate_id is not None:
            [(shard, _)] = self._context.keys_of([where.certificate_id]) or [(-1, "")]
            query = query.where(columns.shard == shard, columns.certificate_id == where.certificate_id)
        query = query if where.start is None else query.where(columns.at >= where.start)
        query = query if where.end is None else query.where(columns.at < where.end)
        lowest = b"" if where.start is None else _first_id(where.start)
        highest = _HIGHEST if where.end is None else _last_id(where.end)
        return _between(query, where, lowest, min(highest, before or highest))

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


def _between(query: AnySelect, where: AuditFilter, lowest: bytes, before: bytes) -> AnySelect:
    """Limit and order rows by what an index begins with, and then by their ids.

    Not by equality: a plan made for any client would go through everybody's rows to find those of one who did little.
    """
    columns = audit.c
    wanted = {columns.client_id: where.client_id, columns.action: where.action}
    asked = {column: value for column, value in wanted.items() if value is not None}
    led = None
    if where.certificate_id is None and where.client_id is not None:
        led = columns.client_id
    elif where.certificate_id is None and where.action is not None and where.action not in FREQUENT:
        led, query = columns.action, query.where(text(RARE))
    query = query.where(*(column == value for column, value in asked.items() if column is not led))
    if led is None:
        return query.where(columns.id >= lowest, columns.id < before).order_by(columns.id.desc())
    place, value = tuple_(led, columns.id), asked[led]
    query = query.where(place >= (value, lowest), place < (value, before))
    return query.order_by(led.desc(), columns.id.desc())


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
