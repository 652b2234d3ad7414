"""Two small savings of statements per request: events counted in batches, and public keys believed for a moment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from credential.access import Caller
from credential.errors import PramaanError, Unavailable
from credential.keys import PublicKey
from credential.ports import Counting, Event, KeyRing, Trust
from credential.trust import TrustedKey
from gateway.faults import log

PAUSE = 0.1
MAX_WAITING = 10_000
KEYS_TTL = timedelta(seconds=1)
"""How long public keys are believed.

A new one is unknown, a compromised one trusted, at most that long, or as long as the store is away.
"""


T = TypeVar("T")


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


class Remembered(Generic[T]):
    """What the store was asked for a second ago. While it is away, what was last seen serves on."""

    def __init__(self, read: Callable[[], Awaitable[list[T]]], clock: Callable[[], datetime]) -> None:
        """Take what asks the store, and a clock that gives aware times."""
        self._read = read
        self._clock = clock
        self._kept: list[T] = []
        self._until: datetime | None = None

    def forget(self) -> None:
        """Ask again."""
        self._until = None

    async def all(self) -> list[T]:
        """Return all as of the last second. Raises Unavailable where nothing was ever seen."""
        now, never = self._clock(), self._until is None
        if self._until is None or now >= self._until or not self._kept:
            try:
                self._kept = await self._read()
            except Unavailable:
                if never and not self._kept:
                    raise
            self._until = now + KEYS_TTL
        return self._kept


class RememberedKeys:
    """Implements KeyRing over another one: signatures can be checked while the store is away, only standing cannot."""

    def __init__(self, inner: KeyRing, clock: Callable[[], datetime]) -> None:
        """Take the key ring, and a clock that gives aware times."""
        self._inner = inner
        self._keys = Remembered(inner.public_keys, clock)

    async def register(self, keys: Sequence[PublicKey]) -> None:
        """Pass on, and ask again."""
        self._keys.forget()
        await self._inner.register(keys)

    async def public_keys(self) -> list[PublicKey]:
        """Return all keys as of the last second; while there are none, ask each time."""
        return await self._keys.all()


class RememberedTrust:
    """Implements Trust over another one."""

    def __init__(self, inner: Trust, clock: Callable[[], datetime]) -> None:
        """Take the trust list, and a clock that gives aware times."""
        self._inner = inner
        self._keys = Remembered(inner.trusted_keys, clock)

    async def trust(self, keys: Sequence[TrustedKey], *, caller: Caller) -> None:
        """Pass on, and ask again."""
        self._keys.forget()
        await self._inner.trust(keys, caller=caller)

    async def distrust(self, issuer: str, key_id: str | None, *, caller: Caller, now: datetime) -> int:
        """Pass on, and ask again."""
        self._keys.forget()
        return await self._inner.distrust(issuer, key_id, caller=caller, now=now)

    async def trusted_keys(self) -> list[TrustedKey]:
        """Return all as of the last second."""
        return await self._keys.all()
