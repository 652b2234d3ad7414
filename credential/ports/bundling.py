"""Port of bundles: one ZIP of the documents of many certificates, made by workers in parts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from credential.access import Caller, Visibility
from credential.ports.writing import Request


@dataclass(frozen=True, slots=True)
class BundleSelection:
    """Which certificates: ids in their order, or those ISSUED of a facility over days in [start, end).

    A facility is named by the source system's id, or by its name where it has none. `start` and `end` are days in the
    deployment's time zone; None is no limit.
    """

    ids: tuple[str, ...] = ()
    facility: str | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class BundleOrder:
    """How the documents shall look; None: as each certificate's own default."""

    format: str
    language: str | None = None
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class BundlePart:
    """A part of a bundle, leased to one worker.

    `number` counts from 0; the part numbered `parts` has no ids and puts the others together. `attempts` counts this
    lease, too. `visible` and `caller` are those of who ordered it.
    """

    job_id: str
    number: int
    parts: int
    ids: tuple[str, ...]
    attempts: int
    order: BundleOrder
    visible: Visibility
    caller: Caller

    @property
    def is_last(self) -> bool:
        """Whether it puts the others together."""
        return self.number == self.parts


class Bundles(Protocol):
    """Keeps the orders and the progress of bundles; the bytes are in the artifact store."""

    async def create_bundle(
        self, request: Request, selection: BundleSelection, order: BundleOrder, *, visible: Visibility
    ) -> str:
        """Store an order, cut into parts; return the id of its job, which `Jobs` tells of.

        Raises BadUserInput where nothing or more than 10,000 certificates are selected, and the idempotency faults.
        """
        ...

    async def lease_part(self, *, now: datetime) -> BundlePart | None:
        """Give the part that has waited longest to this worker for two minutes; None where none is due.

        The last part is due once all the others are finished.
        """
        ...

    async def finish_part(self, part: BundlePart, *, done: int, failed: int, now: datetime) -> bool:
        """Note what became of a part's certificates; False where it was noted before. The last part ends the job."""
        ...

    async def expired_bundle(self, *, now: datetime) -> tuple[str, int] | None:
        """Return (job id, number of parts) of a bundle older than seven days, whose artifacts may go."""
        ...

    async def drop_bundle(self, job_id: str) -> None:
        """Forget a bundle and its parts."""
        ...
