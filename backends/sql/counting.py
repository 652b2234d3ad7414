"""Counting: events are folded into rollups exactly once; figures come from rollups alone (contract, stats)."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, select

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.counting_rows import event_rows
from backends.sql.tables import DIMENSIONS, audit, marks, rollups
from backends.sql.tables import events as events_table
from backends.sql.types import AnyRow, AnySelect
from credential.errors import BadUserInput
from credential.ports import AuditEntry, Event, Figures, Measure, Point

_FOLDED = "rollup"


class SqlCounting(Part):
    """Implements `credential.ports.Counting`."""

    async def audit(self, entries: Sequence[AuditEntry]) -> None:
        """Write audit rows."""
        if entries:
            async with self._database.write() as connection:
                await self._database.add(connection, audit, audit_rows(self._context, entries))

    async def append(self, events: Sequence[Event]) -> None:
        """Append events."""
        if events:
            async with self._database.write() as connection:
                await self._database.add(connection, events_table, event_rows(self._context, events))

    async def rollup(self, *, now: datetime, limit: int = 10_000) -> int:
        """Fold events: added up and gone in one transaction, so that each counts once whatever stops in between."""
        columns = events_table.c
        query = select(events_table).order_by(columns.shard, columns.id).limit(limit).with_for_update(skip_locked=True)
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            if rows:
                gone = [(row.shard, row.id) for row in rows]
                await connection.execute(self._increment(), self._sums(rows))
                await connection.execute(
                    delete(events_table).where(self._database.among((columns.shard, columns.id), gone))
                )
            mark = self._database.insert(marks)
            mark = mark.on_conflict_do_update(index_elements=["name"], set_={"at": mark.excluded.at})
            await connection.execute(mark, {"name": _FOLDED, "at": now})
        return len(rows)

    async def figures(self, *, start: date | None, end: date | None, where: Mapping[str, str]) -> Figures:
        """Return totals over days in [start, end)."""
        columns = rollups.c
        query = select(columns.measure, columns.channel, func.sum(columns.value).label("value"))
        query = _limited(query, start, end, where).group_by(columns.measure, columns.channel)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            as_of = (await connection.execute(select(marks.c.at).where(marks.c.name == _FOLDED))).scalar_one_or_none()
        totals = {measure: sum(int(row.value) for row in rows if row.measure == measure) for measure in Measure}
        channels = sorted((row.channel, int(row.value)) for row in rows if row.measure == Measure.ACCESSED)
        return Figures(as_of, totals, tuple((channel, value) for channel, value in channels if channel))

    async def series(
        self, measure: Measure, *, start: date | None, end: date | None, by: Sequence[str], where: Mapping[str, str]
    ) -> list[Point]:
        """Return the daily series of a measure, split by dimensions, in the order of days and values."""
        split = [_column(name) for name in by]
        query = select(rollups.c.day, *split, func.sum(rollups.c.value).label("value"))
        query = _limited(query, start, end, where).where(rollups.c.measure == measure)
        query = query.group_by(rollups.c.day, *split).order_by(rollups.c.day, *split)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [Point(row[0], tuple(zip(by, row[1:-1], strict=True)), int(row[-1])) for row in rows]

    async def breakdown(self, measure: Measure, *, by: str, end: date) -> dict[str, int]:
        """Return the sum of all days before `end` per value of one dimension."""
        split = _column(by)
        query = select(split, func.sum(rollups.c.value)).where(rollups.c.measure == measure, rollups.c.day < end)
        async with self._database.read() as connection:
            return {row[0]: int(row[1]) for row in (await connection.execute(query.group_by(split))).all()}

    def _increment(self) -> Any:  # noqa: ANN401 - the dialect's INSERT
        statement = self._database.insert(rollups)
        total = rollups.c.value + statement.excluded.value
        return statement.on_conflict_do_update(index_elements=["key"], set_={"value": total})

    def _sums(self, rows: Sequence[AnyRow]) -> list[dict[str, object]]:
        sums = Counter((self._day(row.at), row.measure, row.dimensions) for row in rows)
        folded = [_rollup(day, measure, text, value) for (day, measure, text), value in sums.items()]
        return sorted(folded, key=lambda row: row["key"])

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._context.timezone).date()


def _rollup(day: date, measure: str, text: str, value: int) -> dict[str, Any]:
    dimensions = msgspec.json.decode(text, type=dict[str, str])
    key = hashlib.blake2b(f"{day}/{measure}/{text}".encode(), digest_size=16).digest()
    named = {column: dimensions.get(name, "") for name, column in DIMENSIONS.items()}
    return {"key": key, "day": day, "measure": measure, "value": value, **named}


def _limited(query: AnySelect, start: date | None, end: date | None, where: Mapping[str, str]) -> AnySelect:
    if start is not None:
        query = query.where(rollups.c.day >= start)
    if end is not None:
        query = query.where(rollups.c.day < end)
    for name, value in where.items():
        query = query.where(_column(name) == value)
    return query


def _column(name: str) -> Any:  # noqa: ANN401 - a Column of text
    if name not in DIMENSIONS:
        raise BadUserInput("Not a dimension; see the schema.", ("by",))
    return rollups.c[DIMENSIONS[name]]
