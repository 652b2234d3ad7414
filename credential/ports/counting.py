"""Port of audit, events and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.access import Caller
from credential.figures import MAX_FIGURES, Cut, Measure, Point


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


class Counting(Protocol):
    """Appends audit rows and events, folds events into rollups."""

    async def audit(self, entries: Sequence[AuditEntry]) -> None:
        """Write audit rows, committed before the answer is sent; raises Unavailable when it cannot."""
        ...

    async def append(self, events: Sequence[Event]) -> None:
        """Append events."""
        ...

    async def rollup(self, *, now: datetime, limit: int = 10_000) -> int:
        """Fold up to `limit` events, exactly once each; return how many."""
        ...


class Closing(Protocol):
    """Settles the figures of days, weeks and months that are over."""

    async def close_next(self) -> bool:
        """Close the next day that is over and folded, else week, else month. Tell whether there may be more."""
        ...


class Figuring(Protocol):
    """Answers from rollups and from what was settled; days are those of the deployment's time zone.

    The order is that of time, then of the values. Raises BadUserInput for what is no dimension, and where there would
    be more than `limit` figures.
    """

    async def as_of(self) -> datetime | None:
        """Return up to when everything is counted; None before the first fold."""
        ...

    async def exact(self, measure: Measure, cut: Cut, *, limit: int = MAX_FIGURES) -> list[Point]:
        """Return counts."""
        ...

    async def published(self, measure: Measure, cut: Cut, *, limit: int = MAX_FIGURES) -> list[Point]:
        """Return what was settled of closed days, or of closed weeks where districts or facilities are told apart.

        A cut that names a facility is fast where its filter names a facility or a district.
        """
        ...
