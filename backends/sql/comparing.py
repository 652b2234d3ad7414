"""Dry runs of reconciliations (credential.ports.Comparing). A page that is done again changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context, Part
from backends.sql.held import OPEN, DoseKey, RecordedRow, held_rows, holding_of
from backends.sql.people import Person
from backends.sql.placing import person_named
from backends.sql.reconciliation_tables import finding_pages, findings, reconciliations, source_doses
from backends.sql.rows import person_of_row
from backends.sql.sealed_findings import kind_number, new_report_key, sealed_finding, unwrapped_key
from backends.sql.tables import certificates
from backends.sql.types import AnyRow
from backends.sql.visibility import visible_condition
from credential.access import Visibility
from credential.certificate_id import SHARDS
from credential.ports import Naming, Numbered, SourceScope, Unnamed
from credential.reconciliation.findings import Dose, Holding
from credential.record import INDIA, VaccinationRecord

CONTENT_BYTES = 16
_DOSE = ("report", "shard", "beneficiary", "programme", "dose")
_Place = tuple[int, str, str]
_Reach = tuple[Person, str, int | None]
"""A dose, or all doses of a person in a programme."""


class SqlComparing(Part):
    """Implements `credential.ports.Comparing`."""

    async def open_report(self, report_id: str, *, client_id: str, now: datetime) -> None:
        """Store the report and the key of its findings."""
        key_id, wrapped = new_report_key(self._vault, report_id)
        row = {"id": report_id, "client_id": client_id, "key_id": key_id, "wrapped": wrapped, "created_at": now}
        async with self._database.write() as connection:
            await self._database.add(connection, reconciliations, [row], unless_there=True)

    async def name_doses(self, report_id: str, namings: Sequence[Naming]) -> None:
        """Store what is new, and change what is contradicted."""
        given = [(self._dose_key(one.dose), replace(one, content=self._content(one.content))) for one in namings]
        async with self._database.write() as connection:
            before = await self._namings(connection, report_id, [key for key, _ in given])
            after = dict(before)
            for key, one in given:
                after[key] = after[key].and_then(one) if key in after else one
            changed = {key: one for key, one in after.items() if before.get(key) != one}
            new = [_naming_row(report_id, key, one) for key, one in changed.items() if key not in before]
            other = [_naming_row(report_id, key, one) for key, one in changed.items() if key in before]
            await self._database.add(connection, source_doses, new)
            await self._database.change(connection, source_doses, other)

    async def named(self, report_id: str, doses: Sequence[Dose]) -> list[Naming | None]:
        """Read them in one statement."""
        keys = [self._dose_key(dose) for dose in doses]
        async with self._database.read() as connection:
            found = await self._namings(connection, report_id, keys)
        return [
            None if key not in found else replace(found[key], dose=dose) for key, dose in zip(keys, doses, strict=True)
        ]

    async def holdings(self, doses: Sequence[Dose], *, visible: Visibility) -> list[Holding | None]:
        """Read them in one statement."""
        keys = [self._dose_key(dose) for dose in doses]
        async with self._database.read() as connection:
            held = await held_rows(self._context, connection, [person for person, _, _ in keys])
        return [holding_of(self._context, held[key], visible) if key in held else None for key in keys]

    async def unnamed(
        self, report_id: str, scope: SourceScope | None, *, after: _Place | None, limit: int, visible: Visibility
    ) -> Unnamed:
        """Read a page of people, and what they hold."""
        async with self._database.read() as connection:
            if scope is None:
                places, last = await self._named_people(connection, report_id, after, limit)
            else:
                places, last = await self._scoped_doses(connection, scope, visible, after=after, limit=limit)
            held = await held_rows(self._context, connection, {person for person, _, _ in places})
            mine = [(key, one) for key, one in held.items() if one.row.status in OPEN and _is_of(key, places)]
            named = await self._namings(connection, report_id, [key for key, _ in mine])
        extra = [one for key, one in sorted(mine, key=_order) if key not in named]
        holdings = [holding_of(self._context, one, visible) for one in extra]
        found = [
            (Dose(one.record.programme, one.record.beneficiary_id, one.record.vaccination.dose), one)
            for one in holdings
            if one.record is not None and (scope is None or _on_days(one.record, scope))
        ]
        return Unnamed(tuple(found), last)

    async def note_findings(self, report_id: str, page: int, found: Sequence[Numbered]) -> None:
        """Store page and findings in one transaction; of two who come to the page the first has it."""
        async with self._database.write() as connection:
            report = (await connection.execute(select(reconciliations).where(reconciliations.c.id == report_id))).one()
            entered = await self._database.enter(connection, finding_pages, [{"report": report_id, "page": page}])
            if not entered or report.finished_at is not None:
                return
            key = unwrapped_key(self._vault, report)
            rows = [self._finding_row(report_id, key, one) for one in found]
            await self._database.add(connection, findings, rows)

    async def forget_doses(self, report_id: str, *, part: int, parts: int) -> None:
        """Delete a range of shards."""
        of_report, size = source_doses.c.report == report_id, -(-SHARDS // parts)
        within = source_doses.c.shard.between(part * size, part * size + size - 1)
        async with self._database.write() as connection:
            await connection.execute(delete(source_doses).where(of_report, within))
            if part + 1 == parts:
                await connection.execute(delete(finding_pages).where(finding_pages.c.report == report_id))

    async def _namings(
        self, connection: AsyncConnection, report_id: str, keys: Sequence[DoseKey]
    ) -> dict[DoseKey, Naming]:
        wanted = [(report_id, *person, programme, dose) for person, programme, dose in dict.fromkeys(keys)]
        if not wanted:
            return {}
        query = self._database.by_key(source_doses, _DOSE, wanted)
        return {_key_of(row): _naming(row) for row in await connection.execute(query)}

    async def _named_people(
        self, connection: AsyncConnection, report_id: str, after: _Place | None, limit: int
    ) -> tuple[set[_Reach], _Place | None]:
        """Return a page of (person, programme) that the source names."""
        columns = source_doses.c
        place = (columns.shard, columns.beneficiary, columns.programme)
        query = select(*place).distinct().where(columns.report == report_id).order_by(*place).limit(limit)
        if after is not None:
            query = query.where(tuple_(*place) > (after[0], bytes.fromhex(after[1]), after[2]))
        rows = (await connection.execute(query)).all()
        last = rows[-1] if len(rows) == limit else None
        places: set[_Reach] = {(person_of_row(row), row.programme, None) for row in rows}
        return places, None if last is None else (last.shard, last.beneficiary.hex(), last.programme)

    async def _scoped_doses(
        self, connection: AsyncConnection, scope: SourceScope, visible: Visibility, *, after: _Place | None, limit: int
    ) -> tuple[set[_Reach], _Place | None]:
        """Return a page of the doses whose certificates count."""
        columns = certificates.c
        query = select(columns.shard, columns.id, columns.beneficiary, columns.programme, columns.dose)
        query = query.where(columns.live, visible_condition(self._context, visible), self._at(scope))
        if after is not None:
            query = query.where(columns.shard >= after[0], tuple_(columns.shard, columns.id) > after[:2])
        rows = (await connection.execute(query.order_by(columns.shard, columns.id).limit(limit))).all()
        last = rows[-1] if len(rows) == limit else None
        places: set[_Reach] = {(person_of_row(row), row.programme, row.dose) for row in rows}
        return places, None if last is None else (last.shard, last.id, "")

    def _at(self, scope: SourceScope) -> ColumnElement[bool]:
        if scope.facility is None:
            return true()
        return certificates.c.facility == self._vault.facility(scope.facility)

    def _content(self, content: bytes) -> bytes:
        return self._vault.keyed("fingerprint", content)[:CONTENT_BYTES]

    def _dose_key(self, dose: Dose) -> DoseKey:
        return person_named(self._context, dose.beneficiary_id), dose.programme, dose.number

    def _finding_row(self, report_id: str, key: bytes, one: Numbered) -> dict[str, object]:
        return {
            "report": report_id,
            "kind": kind_number(one.finding.kind),
            "number": one.number,
            "shard": _shard_of(self._context, one),
            "data": sealed_finding(self._vault, key, report_id, one),
        }


def _shard_of(context: Context, one: Numbered) -> int | None:
    return context.vault.shard(one.finding.beneficiary_id) if one.finding.beneficiary_id else None


def _naming_row(report_id: str, key: DoseKey, one: Naming) -> dict[str, object]:
    person, programme, dose = key
    named = {"report": report_id, "shard": person.shard, "beneficiary": person.beneficiary, "programme": programme}
    return {**named, "dose": dose, "row": one.row, "content": one.content, "whole": one.whole, "twice": one.twice}


def _key_of(row: AnyRow) -> DoseKey:
    return person_of_row(row), row.programme, row.dose


def _naming(row: AnyRow) -> Naming:
    nameless = Dose(row.programme, "", row.dose)
    return Naming(nameless, row.row, row.content, whole=bool(row.whole), twice=bool(row.twice))


def _is_of(key: DoseKey, places: set[_Reach]) -> bool:
    return key in places or (key[0], key[1], None) in places


def _order(item: tuple[DoseKey, RecordedRow]) -> tuple[int, bytes, str, int]:
    (person, programme, dose), _ = item
    return person.shard, person.beneficiary, programme, dose


def _on_days(record: VaccinationRecord, scope: SourceScope) -> bool:
    day = record.vaccination.date.astimezone(INDIA).date()
    return (scope.start is None or day >= scope.start) and (scope.end is None or day < scope.end)
