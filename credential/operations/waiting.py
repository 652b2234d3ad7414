"""Waiting for certificates to leave PENDING, without holding a database connection."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

from credential.certificate import Status
from credential.ports import Reading

MAX_WAIT_MS = 10_000
FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.2


async def until_terminal(
    ids: Sequence[str],
    *,
    wait_ms: int,
    reading: Reading,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = monotonic,
) -> bool:
    """Return True once none of the ids is PENDING, False when `wait_ms` (at most 10,000) is over first."""
    deadline = clock() + min(wait_ms, MAX_WAIT_MS) / 1000
    waiting, length = list(ids), FIRST_PAUSE
    while waiting:
        left = deadline - clock()
        if left <= 0:
            return False
        await pause(min(length, left))
        length = min(length * 1.5, LONGEST_PAUSE)
        states = await reading.statuses(waiting)
        waiting = [one for one, state in zip(waiting, states, strict=True) if state is Status.PENDING]
    return True
