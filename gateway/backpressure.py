"""Refusing new records while too many wait to be signed, instead of letting the backlog grow without bound."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from credential.errors import Unavailable, UserFault
from credential.ports import Accepted, Correction, Intake, Outbox, Outcome, Request
from credential.record import VaccinationRecord

FRESH = timedelta(seconds=1)


class BoundedIntake:
    """Implements Intake over another one; new records are Unavailable while the outbox holds more than `limit` rows.

    The count is asked at most once a second. Corrections pass: they are few, and people wait for them.
    """

    def __init__(self, inner: Intake, outbox: Outbox, limit: int, clock: Callable[[], datetime]) -> None:
        """Take the intake to protect and the outbox to watch."""
        self._inner = inner
        self._outbox = outbox
        self._limit = limit
        self._clock = clock
        self._checked_at: datetime | None = None
        self._full = False

    async def accept(self, request: Request, items: Sequence[VaccinationRecord | UserFault]) -> Accepted:
        """Accept unless the backlog is too long. Raises Unavailable."""
        if await self._is_full():
            raise Unavailable("Too many records wait to be signed; try again later.")
        return await self._inner.accept(request, items)

    async def recall(self, request: Request) -> Outcome | None:
        """Pass on."""
        return await self._inner.recall(request)

    async def correct(self, request: Request, correction: Correction | UserFault) -> Outcome:
        """Pass on."""
        return await self._inner.correct(request, correction)

    async def _is_full(self) -> bool:
        now = self._clock()
        if self._checked_at is None or now - self._checked_at >= FRESH:
            self._checked_at = now
            self._full = await self._outbox.backlog() > self._limit
        return self._full
