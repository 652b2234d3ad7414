"""The figures that everybody may see: a closed set of tables, each of one dimension, none crossed (docs/adr/0012).

Counted are closed days alone. What is below ten is never told by itself, all else is rounded down to tens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from credential.figures import SMALLEST, Bucket, Cut, Measure
from credential.ports import Figuring
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
_TOTALS = (Measure.ISSUED, Measure.ACCESSED)
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


async def public_figures(*, figuring: Figuring, now: datetime) -> PublicFigures:
    """Return the tables. A day is closed once it is over and events were folded after it. Raises Unavailable."""
    folded = await figuring.as_of()
    if folded is None:
        return PublicFigures(None, tuple(_totals({}, {})))
    end = min(folded, now).astimezone(INDIA).date()
    totals = {measure: sum((await _counts(measure, end, figuring)).values()) for measure in _TOTALS}
    rows = list(_totals(totals, await _counts(Measure.ACCESSED, end, figuring, by="channel")))
    for table, measure in (("issuedByDay", Measure.ISSUED), ("accessedByDay", Measure.ACCESSED)):
        cut = Cut(end - timedelta(DAYS), end, bucket=Bucket.DAY)
        points = await figuring.exact(measure, cut)
        rows += by_day(table, {point.bucket: point.value or 0 for point in points if point.bucket}, end)
    for name, measure in DIMENSIONS.items():
        rows += by_value(name, await _counts(measure, end, figuring, by=name))
    return PublicFigures(datetime.combine(end, time(), INDIA), tuple(rows))


async def _counts(measure: Measure, end: date, figuring: Figuring, *, by: str = "") -> dict[str, int]:
    """Return the sum of all days before `end` per value of a dimension; "" is what has none, or all."""
    points = await figuring.exact(measure, Cut(end=end, by=(by,) if by else ()))
    return {"".join(value for _, value in point.dimensions): point.value or 0 for point in points}


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
