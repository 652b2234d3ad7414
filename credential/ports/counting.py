"""Port of audit, events and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from credential.access import Caller


class Measure(StrEnum):
    """What is counted."""

    ISSUED = "ISSUED"
    UPDATED = "UPDATED"
    REVOKED = "REVOKED"
    ACCESSED = "ACCESSED"
    VERIFIED = "VERIFIED"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, without personal data.

    `dimensions` are (name, value) pairs such as ("state", "Kerala"), sorted by name.
    """

    measure: Measure
    at: datetime
    certificate_id: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which certificate, and why; no personal data. `action` is such as `issue`, `read`, `revoke`."""

    caller: Caller
    action: str
    certificate_id: str | None
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series: the bucket's first day, its dimension values, the count."""

    bucket: date
    dimensions: tuple[tuple[str, str], ...]
    value: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What `stats` answers from rollups. `as_of` is when the youngest counted event happened or the fold ran."""

    as_of: datetime | None
    totals: Mapping[Measure, int]
    accessed_by_channel: tuple[tuple[str, int], ...]


class Counting(Protocol):
    """Appends audit rows and events, folds events into rollups, answers from rollups only."""

    async def audit(self, entries: Sequence[AuditEntry]) -> None:
        """Write audit rows, committed before the answer is sent; raises Unavailable when it cannot."""
        ...

    async def append(self, events: Sequence[Event]) -> None:
        """Append events."""
        ...

    async def rollup(self, *, now: datetime, limit: int = 10_000) -> int:
        """Fold up to `limit` events, exactly once each; return how many."""
        ...

    async def figures(self, *, start: date | None, end: date | None, where: Mapping[str, str]) -> Figures:
        """Return totals over days in [start, end) in the deployment's time zone."""
        ...

    async def series(
        self, measure: Measure, *, start: date | None, end: date | None, by: Sequence[str], where: Mapping[str, str]
    ) -> list[Point]:
        """Return the daily series of a measure, split by dimensions."""
        ...

    async def breakdown(self, measure: Measure, *, by: str, end: date) -> dict[str, int]:
        """Return the sum of all days before `end` per value of one dimension; "" is what has no value."""
        ...
