"""Stats: figures of certificates issued.

Corrected, revoked, accessed and verified, from rollups only (contract, stats). Admins are told counts, others what was
published of them (docs/adr/0013).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from credential.access import Caller, Scope
from credential.certificate import Certificate
from credential.errors import BadUserInput
from credential.figures import MAX_DIMENSIONS, MAX_FIGURES, PLACES, Bucket, Cut, Measure, Point
from credential.ports import Counting, Event, Figuring

DIRECT = "direct"


async def totals(cut: Cut, *, caller: Caller, figuring: Figuring) -> Mapping[Measure, int]:
    """Return the sum of each measure; what is suppressed counts as nothing. Raises BadUserInput as `series` does."""
    found = {measure: await series(measure, cut, caller=caller, figuring=figuring) for measure in Measure}
    return {measure: sum(point.value or 0 for point in points) for measure, points in found.items()}


async def by_channel(cut: Cut, *, caller: Caller, figuring: Figuring) -> list[tuple[str, int]]:
    """Return how often certificates were accessed through each channel. Raises BadUserInput as `series` does."""
    apart = replace(cut, by=("channel",))
    points = await series(Measure.ACCESSED, apart, caller=caller, figuring=figuring)
    return [(point.dimensions[0][1], point.value or 0) for point in points if point.dimensions[0][1]]


async def series(
    measure: Measure, cut: Cut, *, caller: Caller, figuring: Figuring, limit: int = MAX_FIGURES
) -> list[Point]:
    """Return figures as a caller may see them.

    All of all time, not split, are for anybody. Raises BadUserInput for what nobody but admins may ask, and for more
    than `limit` figures.
    """
    if _is_told_counts(cut, caller):
        return await figuring.exact(measure, cut, limit=limit)
    require_told(cut, caller)
    return await figuring.published(measure, cut, limit=limit)


def require_told(cut: Cut, caller: Caller) -> None:
    """Refuse what nothing is published of, for whom is not told counts. Raises BadUserInput (contract, stats)."""
    if _is_told_counts(cut, caller):
        return
    if len(cut.named) > MAX_DIMENSIONS:
        raise BadUserInput(f"Name at most {MAX_DIMENSIONS} dimensions, those of the filter among them.", ("by",))
    if cut.of_places:
        _require_weeks(cut)


def _is_told_counts(cut: Cut, caller: Caller) -> bool:
    """Tell whether a caller is: admins are, and everybody of all that happened, at most by channel."""
    public = cut == Cut(by=cut.by) and cut.by in {(), ("channel",)}
    return public or caller.has(Scope.ADMIN)


def _require_weeks(cut: Cut) -> None:
    if cut.bucket not in {None, Bucket.WEEK}:
        raise BadUserInput("Districts and facilities are told by the week: ask for the bucket WEEK.", ("bucket",))
    for name, day in (("from", cut.start), ("to", cut.end)):
        if day is not None and day.weekday() != 0:
            raise BadUserInput("Districts and facilities are told by the week: give a Monday.", (name,))
    if "facility" in cut.by and cut.where.keys().isdisjoint(PLACES):
        raise BadUserInput("Facilities are told within a district: name one in the filter.", ("by",))


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
