"""The relay: brings what the outbox holds to the queue until it is done, so that the queue may lose anything."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from backends.queues.jobs import JobQueue
from credential.errors import Unavailable
from credential.operations.exporting import remove_old
from credential.operations.files import remove_expired
from credential.ports import Housekeeping, Outbox
from workers.actors import describe
from workers.composition import Composition

LIMIT = 1000
"""Outbox rows per round."""
FULL = 100
"""Messages in the queue above which nothing is added; each has up to 100 ids."""

log = structlog.get_logger(__name__)


async def relay(*, outbox: Outbox, queue: JobQueue, parts: Composition) -> int:
    """Send what is due; return how many jobs were sent. Raises Unavailable; leased rows come back by themselves.

    Nothing is sent while a queue is long: what waits in it would be sent again and again, and done as often.
    """
    if await queue.waiting() > FULL:
        return 0
    jobs = await outbox.due(now=parts.clock(), limit=LIMIT)
    if jobs:
        await queue.enqueue(jobs)
    return len(jobs)


async def purge(*, housekeeping: Housekeeping, parts: Composition) -> int:
    """Forget idempotency rows and jobs that have served their time, and files of exports; return how many rows."""
    now = parts.clock()
    await remove_old(works=parts.store, shelf=parts.press.shelf, now=now)
    return await housekeeping.purge(now=now)


async def purge_files(parts: Composition) -> int:
    """Remove an uploaded file that has served its time; return how many."""
    return await remove_expired(files=parts.store, chunks=parts.store, shelf=parts.press.shelf, now=parts.clock())


async def repeat(
    name: str,
    step: Callable[[], Awaitable[int]],
    *,
    pauses: tuple[float, float],
    stopping: asyncio.Event,
    jitter: Callable[[], float],
) -> None:
    """Take a step again and again until told to stop.

    `pauses` are seconds: the first after a step that found work, growing to the second while there is none or it fails.
    """
    pause, longest = pauses
    while not stopping.is_set():
        try:
            found = await step() > 0
        except Unavailable as error:
            found = False
            log.warning("backend away", step=name, error=describe(error))
        except Exception as error:  # noqa: BLE001 - the loop outlives whatever one step meets
            found = False
            log.warning("step failed", step=name, error=describe(error))
        pause = pauses[0] if found else min(longest, pause * 2)
        await _pause(stopping, pause * (0.75 + jitter() / 2))


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
