"""Figures, from rollups and from what was settled when days, weeks and months were over (contract, stats)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, and_, func, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.figure_tables import ALL, DIMENSIONS, closed_figures, coarse_rollups, rollups, split_of
from backends.sql.marking import FOLDED, mark, marked_day
from backends.sql.types import AnyRow, AnySelect
from credential.errors import BadUserInput
from credential.figures import DIMENSIONS as MEASURED
from credential.figures import (
    MAX_DIMENSIONS,
    MAX_FIGURES,
    PLACES,
    Bucket,
    Cut,
    Measure,
    Point,
    first_day,
    following,
    told,
)

MAX_ROWS = 1_000_000
"""How many rows are read for one answer at most."""
_DAYS = {None: 1, Bucket.DAY: 1, Bucket.WEEK: 7, Bucket.MONTH: 31}
"""Of how many rows a figure is made at most, where its days are read."""
Values = tuple[tuple[str, str], ...]
Span = tuple[Bucket, date, date]
"""Buckets of a length, from the first to before the second."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The first day that is not closed, alone, in a week and in a month."""

    day: date
    week: date
    month: date


class SqlFigures(Part):
    """Implements `credential.ports.Figuring`."""

    async def as_of(self) -> datetime | None:
        """Return up to when events are folded."""
        async with self._database.read() as connection:
            return await mark(connection, FOLDED)

    async def exact(self, measure: Measure, cut: Cut, *, limit: int = MAX_FIGURES) -> list[Point]:
        """Return counts: of closed days from what was settled then, of others from rollups."""
        names = _names(measure, cut)
        if names is None:
            return []
        async with self._database.read() as connection:
            if cut.of_places or len(names) > MAX_DIMENSIONS:
                source = rollups if cut.of_places else coarse_rollups
                rows = await _rows(connection, _of_rollups(source, measure, cut, date.min), cut, limit)
            else:
                opened = await self._opened(connection)
                rows = await _rows(
                    connection, _of_closed(measure, cut, split_of(names), _spans(cut, opened)), cut, limit
                )
                rows += await _rows(connection, _of_rollups(coarse_rollups, measure, cut, opened.day), cut, limit)
        return [Point(bucket, values, value) for bucket, values, value, _ in _summed(rows, cut, limit)]

    async def published(self, measure: Measure, cut: Cut, *, limit: int = MAX_FIGURES) -> list[Point]:
        """Return what is published of closed days; of closed weeks where places are told apart.

        Of what nothing is published, nothing is told, not that it is there: several few in a place bound each other.
        """
        names = _names(measure, cut)
        if names is None:
            return []
        async with self._database.read() as connection:
            opened = await self._opened(connection)
            spans = _weeks(cut, opened) if cut.of_places else _spans(cut, opened)
            split = ALL if "facility" in names else split_of(names)
            rows = await _rows(connection, _of_closed(measure, cut, split, spans), cut, limit)
        found = _summed(rows, cut, limit)
        return [Point(bucket, values, told(value, shown)) for bucket, values, value, shown in found if shown]

    async def _opened(self, connection: AsyncConnection) -> _Open:
        return _Open(*[await marked_day(connection, self._context.timezone, span) for span in Bucket])


def _names(measure: Measure, cut: Cut) -> frozenset[str] | None:
    """Return the dimensions that a measure has of those that are named; None where its filter fits nothing."""
    if not cut.named <= DIMENSIONS.keys():
        raise BadUserInput("Not a dimension; see the schema.", ("by",))
    has = {*MEASURED[measure], *(PLACES if "state" in MEASURED[measure] else ())}
    if any(value and name not in has for name, value in cut.where.items()):
        return None
    return cut.named & has


def _spans(cut: Cut, opened: _Open) -> list[Span]:
    """Return what closed days and, where days are not told apart, closed months make up the time."""
    start, end = cut.start or date.min, min(cut.end or date.max, opened.day)
    if cut.bucket in {Bucket.DAY, Bucket.WEEK}:
        return [(Bucket.DAY, start, end)]
    first = first_day(start, Bucket.MONTH)
    first = first if first == start else following(first, Bucket.MONTH)
    last = first_day(min(end, opened.month), Bucket.MONTH)
    if first >= last:
        return [(Bucket.DAY, start, end)]
    return [(Bucket.DAY, start, first), (Bucket.MONTH, first, last), (Bucket.DAY, last, end)]


def _weeks(cut: Cut, opened: _Open) -> list[Span]:
    return [(Bucket.WEEK, cut.start or date.min, min(cut.end or date.max, opened.week))]


def _of_closed(measure: Measure, cut: Cut, split: str, spans: Sequence[Span]) -> AnySelect:
    columns = closed_figures.c
    during = [and_(columns.span == span, columns.bucket >= first, columns.bucket < end) for span, first, end in spans]
    query = _sums(closed_figures, columns.bucket, columns.shown, cut)
    return query.where(columns.measure == measure, columns.split == split, or_(*during))


def _of_rollups(table: Table, measure: Measure, cut: Cut, since: date) -> AnySelect:
    days = table.c.day
    query = _sums(table, days, literal(0), cut).where(table.c.measure == measure)
    query = query.where(days >= max(since, cut.start or date.min))
    return query if cut.end is None else query.where(days < cut.end)


def _sums(table: Table, bucket: ColumnElement[date], shown: ColumnElement[int], cut: Cut) -> AnySelect:
    """Return the query of (bucket, the values split by, count, what is published) of the cells that fit the filter."""
    told_apart: list[ColumnElement[Any]] = [] if cut.bucket is None else [bucket]
    by = [table.c[DIMENSIONS[name]] for name in cut.by]
    sums = [func.sum(column).cast(BigInteger) for column in (table.c.value, shown)]
    query = select(*(told_apart or (null(),)), *by, *sums)
    fits = (table.c[DIMENSIONS[name]] == value for name, value in cut.where.items())
    return query.where(*fits).group_by(*told_apart, *by)


async def _rows(connection: AsyncConnection, query: AnySelect, cut: Cut, limit: int) -> list[AnyRow]:
    """Return the rows. Nothing at all has one sum, which is NULL. Raises BadUserInput where there are too many."""
    most = min(limit * _DAYS[cut.bucket], MAX_ROWS)
    rows = [row for row in await connection.execute(query.limit(most + 1)) if row[-1] is not None]
    _require_few(len(rows), most, limit)
    return rows


def _require_few(number: int, most: int, limit: int) -> None:
    if number > most:
        raise BadUserInput(f"More than {limit:,} figures: narrow the time or the filter, or export them.", ("by",))


def _summed(rows: Sequence[AnyRow], cut: Cut, limit: int) -> list[tuple[date | None, Values, int, int]]:
    """Return (bucket, values, count, what is published), in order: parts of a time together, days in their bucket."""
    sums: dict[tuple[date | None, Values], tuple[int, int]] = {}
    for day, *values, value, shown in rows:
        bucket = None if cut.bucket is None else first_day(day, cut.bucket)
        key = (bucket, tuple(zip(cut.by, values, strict=True)))
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + value, before[1] + shown)
    _require_few(len(sums), limit, limit)
    return [(*key, *sums[key]) for key in sorted(sums)]
