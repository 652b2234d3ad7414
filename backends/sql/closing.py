"""Closing: what is over is added up once, and what is published of it is settled (docs/adr/0013)."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.figure_tables import ALL, COARSE, DIMENSIONS, closed_figures, coarse_rollups, rollups, split_of
from backends.sql.marking import FOLDED, mark, mark_day, marked_day
from backends.sql.types import AnySelect
from credential.figures import DIMENSIONS as MEASURED
from credential.figures import SMALLEST, Bucket, Group, Measure, Rounding, first_day, following, splits

PAGE = 5_000
ORIGIN = date(1970, 1, 1)
_PLACES = ("state", "district", "facility")
_EVERY = (*_PLACES, *(column for column in COARSE if column not in _PLACES))
_NOTHING = dict.fromkeys(DIMENSIONS.values(), "")

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure to be stored: (column, value) pairs, the count, and what is published of it."""

    measure: str
    split: str
    values: Values
    value: int
    shown: int


class SqlClosing(Part):
    """Implements `credential.ports.Closing`."""

    async def close_next(self) -> bool:
        """Close the next day that is over, else week, else month. Tell whether there may be more."""
        for span in Bucket:
            if await self._close(span):
                return True
        return False

    async def _close(self, span: Bucket) -> bool:
        """Close one. Before the first the mark is set alone: only what is there can be locked."""
        timezone = self._context.timezone
        async with self._database.write() as connection:
            since = await marked_day(connection, timezone, span, writing=True)
            limit = await self._over(connection, span)
            if since >= limit:
                return False
            first = None if since == date.min else await _first(connection, since, limit)
            if first is not None:
                await self._database.unhurry(connection)
                await self._settle(connection, span, first_day(first, span))
            after = limit if first is None else following(first_day(first, span), span)
            await mark_day(self._database, connection, timezone, span, ORIGIN if since == date.min else after)
            return first is not None or since == date.min

    async def _over(self, connection: AsyncConnection, span: Bucket) -> date:
        """Return the day before which everything may be closed: days once all events are folded, then the others."""
        if span is not Bucket.DAY:
            return first_day(await marked_day(connection, self._context.timezone, Bucket.DAY), span)
        folded = await mark(connection, FOLDED)
        return ORIGIN if folded is None else folded.astimezone(self._context.timezone).date()

    async def _settle(self, connection: AsyncConnection, span: Bucket, bucket: date) -> None:
        """Write the figures of a bucket, page by page."""
        page: list[dict[str, Any]] = []
        number = 0
        async for cell in self._cells(connection, span, bucket):
            page.append(_row(cell, span, bucket, number))
            number += 1
            if len(page) == PAGE:
                await self._database.add(connection, closed_figures, page)
                page = []
        await self._database.add(connection, closed_figures, page)

    def _cells(self, connection: AsyncConnection, span: Bucket, bucket: date) -> AsyncIterator[Cell]:
        if span is Bucket.DAY:
            return self._of_day(connection, bucket)
        if span is Bucket.WEEK:
            return self._of_week(connection, bucket)
        return _of_month(connection, bucket)

    async def _of_day(self, connection: AsyncConnection, day: date) -> AsyncIterator[Cell]:
        """Yield a day's figures by every choice of dimensions, rounded by state."""
        rounding, sums = self._rounding(day), Sums(COARSE)
        columns = coarse_rollups.c
        told = [columns.measure, *(columns[name] for name in COARSE)]
        for measure, *row, value in await connection.execute(
            select(*told, columns.value).where(columns.day == day).order_by(*told)
        ):
            sums.add(measure, tuple(row), value, rounding.shown((measure, row[0]), value))
        for cell in sums:
            yield cell

    async def _of_week(self, connection: AsyncConnection, monday: date) -> AsyncIterator[Cell]:
        """Yield a week's figures of each facility, rounded by facility, and those of districts by every choice."""
        rounding, sums = self._rounding(monday), Sums(_EVERY, within="district")
        async with connection.stream(_week(monday)) as rows:
            async for measure, *row, value in rows:
                shown = rounding.shown((measure, *row[: len(_PLACES)]), value)
                yield Cell(measure, ALL, tuple(zip(_EVERY, row, strict=True)), value, shown)
                sums.add(measure, tuple(row), value, shown)
        for cell in sums:
            yield cell

    def _rounding(self, bucket: date) -> Rounding:
        def offset(group: Group) -> int:
            return int.from_bytes(self._vault.keyed("figures", str(bucket), *group)[:8], "big") % SMALLEST

        return Rounding(offset)


class Sums:
    """Adds cells of everything up by each choice of dimensions."""

    def __init__(self, columns: Sequence[str], *, within: str = "") -> None:
        """Take the names of a row's columns, and the place that every choice names; where none is given, none is."""
        self._choices = {measure: _choices(measure, columns, within) for measure in Measure}
        self._sums: dict[tuple[str, int, object], list[int]] = {}

    def add(self, measure: str, row: tuple[Any, ...], value: int, shown: int) -> None:
        """Add a cell: some hundred thousand times a day, so that this is plain."""
        sums = self._sums
        for place, (_, _, pick) in enumerate(self._choices[Measure(measure)]):
            key = (measure, place, pick(row))
            found = sums.get(key)
            if found is None:
                sums[key] = [value, shown]
            else:
                found[0] += value
                found[1] += shown

    def __iter__(self) -> Iterator[Cell]:
        """Yield what they came to."""
        for (measure, place, picked), (value, shown) in self._sums.items():
            split, names, _ = self._choices[Measure(measure)][place]
            values = picked if isinstance(picked, tuple) else (picked,)
            yield Cell(measure, split, tuple(zip(names, values, strict=False)), value, shown)


Choice = tuple[str, tuple[str, ...], Callable[[tuple[Any, ...]], object]]
"""How a choice is written, its columns, and what takes their values from a row."""


def _choices(measure: Measure, columns: Sequence[str], within: str) -> list[Choice]:
    chosen = [(split_of(split), tuple(DIMENSIONS[name] for name in split)) for split in splits(measure, within=within)]
    return [(text, names, _picker([columns.index(name) for name in names])) for text, names in chosen]


def _picker(places: Sequence[int]) -> Callable[[tuple[Any, ...]], object]:
    return itemgetter(*places) if places else lambda _row: ()


async def _first(connection: AsyncConnection, since: date, limit: date) -> date | None:
    """Return the first day of [since, limit) on which anything happened."""
    days = coarse_rollups.c.day
    query = select(func.min(days)).where(days >= since, days < limit)
    found: date | None = (await connection.execute(query)).scalar_one()
    return found


def _week(monday: date) -> AnySelect:
    """Return the query of a week's cells of records, those of a facility together."""
    columns = [rollups.c[name] for name in ("measure", *_EVERY)]
    query = select(*columns, func.sum(rollups.c.value).cast(BigInteger).label("value"))
    placed = [measure for measure in Measure if "state" in MEASURED[measure]]
    within = (rollups.c.day >= monday, rollups.c.day < following(monday, Bucket.WEEK), rollups.c.measure.in_(placed))
    return query.where(*within).group_by(*columns).order_by(*columns)


async def _of_month(connection: AsyncConnection, first: date) -> AsyncIterator[Cell]:
    """Yield the sums of a month's days, split by split, as their key has them."""
    columns = closed_figures.c
    sums = [func.sum(columns[name]).cast(BigInteger) for name in ("value", "shown")]
    days = (columns.span == Bucket.DAY, columns.bucket >= first, columns.bucket < following(first, Bucket.MONTH))
    for measure, split in [(one, choice) for one in Measure for choice in splits(one)]:
        names = [DIMENSIONS[name] for name in split]
        apart = [columns[name] for name in names]
        query = select(*apart, *sums).where(columns.measure == measure, columns.split == split_of(split), *days)
        for *values, value, shown in await connection.execute(query.group_by(*apart)):
            if value is not None:
                yield Cell(measure, split_of(split), tuple(zip(names, values, strict=True)), value, shown)


def _row(cell: Cell, span: Bucket, bucket: date, number: int) -> dict[str, Any]:
    where = {"span": span, "measure": cell.measure, "split": cell.split, "bucket": bucket, "number": number}
    return {**where, **_NOTHING, **dict(cell.values), "value": cell.value, "shown": cell.shown}
