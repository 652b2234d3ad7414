"""Figures: what is counted, by what it may be split, and how counts become figures that tell of nobody.

Rules: contract, stats; docs/adr/0013.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

SMALLEST = 10
"""Counts of 1 to 9 are suppressed; what is published instead of counts is in tens."""
MAX_FIGURES = 10_000
"""How many figures an answer has at most; a file may have more."""
MAX_DIMENSIONS = 3
"""By how many dimensions, those of the filter among them, figures are kept ready."""


class Measure(StrEnum):
    """What is counted."""

    ISSUED = "ISSUED"
    UPDATED = "UPDATED"
    REVOKED = "REVOKED"
    ACCESSED = "ACCESSED"
    VERIFIED = "VERIFIED"


class Bucket(StrEnum):
    """Lengths of the series' steps. Weeks begin on Monday."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


PLACES = ("district", "facility")
"""Dimensions so fine that they are told by the week."""
_OF_RECORDS = ("state", "vaccine", "dose", "stage", "gender", "ageBand", "kind")
DIMENSIONS: Mapping[Measure, tuple[str, ...]] = {
    Measure.ISSUED: _OF_RECORDS,
    Measure.UPDATED: _OF_RECORDS,
    Measure.REVOKED: _OF_RECORDS,
    Measure.ACCESSED: ("channel", "format", "kind", "language"),
    Measure.VERIFIED: ("channel",),
}
"""By what each measure can be split, beside the places of records."""


Group = tuple[str, ...]
"""What cells are rounded together: a measure and a state, or a measure and a facility."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which figures: of days in [start, end), with the values of `where`, split by `by`, in steps of `bucket`.

    `start` and `end` None: no limit. `bucket` None: one figure for the whole time.
    """

    start: date | None = None
    end: date | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    by: Sequence[str] = ()
    bucket: Bucket | None = None

    @property
    def named(self) -> frozenset[str]:
        """The dimensions that are named, in the filter or the split."""
        return frozenset((*self.where, *self.by))

    @property
    def of_places(self) -> bool:
        """Whether districts or facilities are told apart."""
        return not self.named.isdisjoint(PLACES)


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: the bucket's first day (None: the whole time), the values it is split by, the count.

    `value` None: suppressed.
    """

    bucket: date | None
    dimensions: tuple[tuple[str, str], ...]
    value: int | None


def first_day(day: date, bucket: Bucket) -> date:
    """Return the first day of the bucket that a day falls in."""
    if bucket is Bucket.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def following(first: date, bucket: Bucket) -> date:
    """Return the first day of the bucket after the one that begins on `first`."""
    if bucket is Bucket.MONTH:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=7 if bucket is Bucket.WEEK else 1)


def splits(measure: Measure, *, within: str = "") -> list[tuple[str, ...]]:
    """Return every choice of at most three dimensions of a measure, sorted; `within` a place: those that name it."""
    names = DIMENSIONS[measure]
    if within:
        chosen = [(within, *more) for size in range(MAX_DIMENSIONS) for more in combinations(names, size)]
    else:
        chosen = [more for size in range(MAX_DIMENSIONS + 1) for more in combinations(names, size)]
    return [tuple(sorted(choice)) for choice in chosen]


class Rounding:
    """Turns the counts of cells into what is published of them. Cells of a group follow each other.

    Each is a multiple of ten, and the sum of the first n of a group is less than ten away from the truth. `offset` is
    0 to 9 and secret: where the steps of ten fall is known to nobody.
    """

    def __init__(self, offset: Callable[[Group], int]) -> None:
        """Take what gives the offset of a group."""
        self._offset = offset
        self._group: Group | None = None
        self._upto = 0

    def shown(self, group: Group, value: int) -> int:
        """Return what is published of the next cell."""
        if group != self._group:
            self._group, self._upto = group, self._offset(group)
        before, self._upto = self._upto, self._upto + value
        return (self._upto // SMALLEST - before // SMALLEST) * SMALLEST


def told(value: int, shown: int) -> int | None:
    """Return a figure for who may not see counts: what is published of it, None where it is too small."""
    return shown if value >= SMALLEST and shown >= SMALLEST else None
