"""The figures that everybody may see: a closed set of tables, each of one dimension, none crossed (docs/adr/0012).

Counted are closed days alone. What is below ten is never told by itself, all else is rounded down to tens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from credential.operations.disclosure import SMALLEST
from credential.ports import Counting, Measure
from credential.record import INDIA

DAYS = 90
OTHER = "other"
"""The row of all values that are too rare to be told, of those without a value, and of none."""
DIMENSIONS = {
    "state": Measure.ISSUED,
    "vaccine": Measure.ISSUED,
    "dose": Measure.ISSUED,
    "stage": Measure.ISSUED,
    "gender": Measure.ISSUED,
    "ageBand": Measure.ISSUED,
    "language": Measure.ACCESSED,
    "channel": Measure.ACCESSED,
}
TABLES = ("total", "issuedByDay", "accessedByDay", *DIMENSIONS)
_CHANNELS = {"digilocker": "digilocker", "aarogyasetu": "aarogyaSetu", "arogyasetu": "aarogyaSetu"}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: `value` is in tens, None where it is below ten."""

    table: str
    key: str
    value: int | None

    @property
    def suppressed(self) -> bool:
        """Whether the figure is too small to be told: 0 to 9."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """All tables, up to `as_of`: the midnight in India after the last closed day; None before the first fold."""

    as_of: datetime | None
    rows: tuple[Row, ...]


async def public_figures(*, counting: Counting, now: datetime) -> PublicFigures:
    """Return the tables. A day is closed once it is over and events were folded after it. Raises Unavailable."""
    folded = (await counting.figures(start=date.min, end=date.min, where={})).as_of
    if folded is None:
        return PublicFigures(None, tuple(_totals({}, {})))
    end = min(folded, now).astimezone(INDIA).date()
    figures = await counting.figures(start=None, end=end, where={})
    rows = list(_totals(figures.totals, dict(figures.accessed_by_channel)))
    for table, measure in (("issuedByDay", Measure.ISSUED), ("accessedByDay", Measure.ACCESSED)):
        points = await counting.series(measure, start=end - timedelta(DAYS), end=end, by=(), where={})
        rows += by_day(table, {point.bucket: point.value for point in points}, end)
    for name, measure in DIMENSIONS.items():
        rows += by_value(name, await counting.breakdown(measure, by=name, end=end))
    return PublicFigures(datetime.combine(end, time(), INDIA), tuple(rows))


def by_day(table: str, counts: Mapping[date, int], end: date) -> Iterable[Row]:
    """Yield a row for each of the 90 days before `end`, whether or not anything happened."""
    days = (end - timedelta(DAYS - number) for number in range(DAYS))
    return (Row(table, day.isoformat(), told(counts.get(day, 0))) for day in days)


def by_value(table: str, counts: Mapping[str, int]) -> Iterable[Row]:
    """Yield a row per value of at least ten, largest first, and one of all others, which is always there.

    Values are as records have them: a rare one may be a slip of the pen, or a name in the wrong column.
    """
    common = {key: value for key, value in counts.items() if value >= SMALLEST and key not in {"", OTHER}}
    rows = [Row(table, key, told(value)) for key, value in common.items()]
    yield from sorted(rows, key=lambda row: (-(row.value or 0), row.key))
    yield Row(table, OTHER, told(sum(counts.values()) - sum(common.values())))


def told(value: int) -> int | None:
    """Return a count as everybody may see it: in tens, None below ten; nothing and a few look the same."""
    return value // SMALLEST * SMALLEST or None


def _totals(totals: Mapping[Measure, int], channels: Mapping[str, int]) -> Iterable[Row]:
    """Yield the four figures of the dashboard in India. The names of channels are what operators gave clients."""
    known = dict.fromkeys(_CHANNELS.values(), 0)
    for name, value in channels.items():
        if channel := _CHANNELS.get("".join(filter(str.isalnum, name)).casefold()):
            known[channel] += value
    named = {"certificates": totals.get(Measure.ISSUED, 0), "accessed": totals.get(Measure.ACCESSED, 0), **known}
    return (Row("total", key, told(value)) for key, value in named.items())
