"""What a provider publishes, remembered: few questions to the provider, and none to anybody whom a token names."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from credential.errors import Unavailable

KEPT = timedelta(minutes=10)
"""How long it is believed without asking again; longer only while the provider is away."""
PAUSE = timedelta(minutes=1)
"""At least so long between two looks for what is not in it, or at a provider that is away."""
FIRST_PAUSE = timedelta(seconds=5)
"""As `PAUSE`, as long as it was never seen."""
T = TypeVar("T")

log = structlog.stdlib.get_logger("pramaan.oidc")


class Remembered(Generic[T]):
    """The newest that was seen."""

    def __init__(self, name: str, fetch: Callable[[], Awaitable[T]]) -> None:
        """Take what fetches it and raises Unavailable; the name is for the log."""
        self._name = name
        self._fetch = fetch
        self._kept: T | None = None
        self._seen_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    async def get(self, *, now: datetime, suffices: Callable[[T], bool] = lambda _: True) -> T:
        """Return it, after a look where it is old or does not suffice. Raises Unavailable where it was never seen."""
        if (
            self._seen_at is None
            or now - self._seen_at >= KEPT
            or (self._kept is not None and not suffices(self._kept))
        ):
            await self._look(now)
        if self._kept is None:
            raise Unavailable(f"The OpenID provider's {self._name} cannot be had.")
        return self._kept

    async def close(self) -> None:
        """Give up a look that nobody waits for any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _look(self, now: datetime) -> None:
        """Ask the provider, unless that was done a moment ago; whoever comes meanwhile waits for the same answer."""
        pause = FIRST_PAUSE if self._kept is None else PAUSE
        if self._asking is None or self._asking.done():
            if self._asked_at is not None and now - self._asked_at < pause:
                return
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask(now))
        await asyncio.shield(self._asking)

    async def _ask(self, now: datetime) -> None:
        try:
            self._kept = await self._fetch()
        except Unavailable:
            log.warning("provider_unavailable", wanted=self._name, kept=self._kept is not None)
        else:
            self._seen_at = now
