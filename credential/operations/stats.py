"""Stats: figures of certificates issued.

Corrected, revoked, accessed and verified, from rollups only (contract, stats).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from credential.access import Caller
from credential.certificate import Certificate
from credential.ports import Counting, Event, Figures, Measure, Point

DIRECT = "direct"


class Bucket(StrEnum):
    """Lengths of the series' steps. Weeks begin on Monday."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


async def figures(*, start: date | None, end: date | None, where: Mapping[str, str], counting: Counting) -> Figures:
    """Return totals over the days in [start, end)."""
    return await counting.figures(start=start, end=end, where=where)


async def series(
    measure: Measure,
    *,
    bucket: Bucket,
    start: date | None,
    end: date | None,
    by: Sequence[str],
    where: Mapping[str, str],
    counting: Counting,
) -> list[Point]:
    """Return the series in steps of `bucket`, split by dimensions, in order of time and then of the dimensions."""
    daily = await counting.series(measure, start=start, end=end, by=by, where=where)
    sums: Counter[tuple[date, tuple[tuple[str, str], ...]]] = Counter()
    for point in daily:
        sums[first_day(point.bucket, bucket), point.dimensions] += point.value
    return [Point(day, dimensions, value) for (day, dimensions), value in sorted(sums.items())]


def first_day(day: date, bucket: Bucket) -> date:
    """Return the first day of the bucket that a day falls in."""
    if bucket is Bucket.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket is Bucket.MONTH else day


async def fold(*, counting: Counting, now: datetime) -> int:
    """Fold events into the rollups; return how many."""
    return await counting.rollup(now=now)


def access(certificate: Certificate, caller: Caller, *, form: str, now: datetime, language: str = "") -> Event:
    """Return the event of a certificate that a caller was given in some format.

    The gateway appends it once the response is complete.
    """
    dimensions = {"channel": caller.channel or DIRECT, "format": form, "kind": certificate.kind.value}
    if language:
        dimensions["language"] = language
    return Event(Measure.ACCESSED, now, certificate.id, tuple(sorted(dimensions.items())))


def verification(caller: Caller, verdict: str, now: datetime) -> Event:
    """Return the event of a verification: the verdict, never what was verified."""
    return Event(Measure.VERIFIED, now, None, (("channel", caller.channel or DIRECT), ("verdict", verdict)))
