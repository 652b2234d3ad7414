"""Two small savings of statements per request: events counted in batches, and public keys believed for a moment."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from credential.errors import PramaanError, Unavailable
from credential.keys import PublicKey
from credential.ports import Counting, Event, KeyRing
from gateway.faults import log

PAUSE = 0.1
MAX_WAITING = 10_000
KEYS_TTL = timedelta(seconds=1)
"""How long public keys are believed.

A new one is unknown, a compromised one trusted, at most that long, or as long as the store is away.
"""


class EventBuffer:
    """Gathers events for a tenth of a second and appends them in one transaction.

    A figure is not worth an answer: events that cannot be stored, or beyond 10,000, are lost, and the log says so.
    """

    def __init__(self, counting: Counting) -> None:
        """Take the port that stores events."""
        self._counting = counting
        self._waiting: list[Event] = []
        self._scheduled = False
        self._flushing: set[asyncio.Task[None]] = set()

    def add(self, events: Sequence[Event]) -> None:
        """Note events of a complete answer."""
        if len(self._waiting) + len(events) > MAX_WAITING:
            log.warning("events_lost", number=len(events))
            return
        self._waiting += events
        if self._waiting and not self._scheduled:
            self._scheduled = True
            flusher = asyncio.create_task(self._flush_soon())
            self._flushing.add(flusher)
            flusher.add_done_callback(self._flushing.discard)

    async def close(self) -> None:
        """Store what is noted, and let what is being stored arrive."""
        await asyncio.gather(*self._flushing)

    async def _flush_soon(self) -> None:
        await asyncio.sleep(PAUSE)
        self._scheduled = False
        await self._flush()

    async def _flush(self) -> None:
        events, self._waiting = self._waiting, []
        if not events:
            return
        try:
            await self._counting.append(events)
        except PramaanError:
            log.warning("events_lost", number=len(events))


class RememberedKeys:
    """Implements KeyRing over another one, asking it for the public keys at most once a second.

    While the store is away, the keys last seen serve on: signatures can still be checked, only standing cannot.
    """

    def __init__(self, inner: KeyRing, clock: Callable[[], datetime]) -> None:
        """Take the key ring, and a clock that gives aware times."""
        self._inner = inner
        self._clock = clock
        self._kept: list[PublicKey] = []
        self._until: datetime | None = None

    async def register(self, keys: Sequence[PublicKey]) -> None:
        """Pass on, and ask again."""
        self._until = None
        await self._inner.register(keys)

    async def public_keys(self) -> list[PublicKey]:
        """Return all keys as of the last second; while there are none, ask each time."""
        now = self._clock()
        if self._until is None or now >= self._until or not self._kept:
            try:
                self._kept = await self._inner.public_keys()
            except Unavailable:
                if not self._kept:
                    raise
            self._until = now + KEYS_TTL
        return self._kept
