"""A queue that gathers what many requests enqueue at the same moment into few messages."""

import asyncio
from collections.abc import Sequence

from credential.errors import Unavailable
from credential.jobs import Job, JobName
from credential.ports import Queue
from gateway.faults import log

PAUSE = 0.005
APART = 0.05
"""Seconds between messages at least: a worker signs fifty for little more than one."""
MAX_IDS = 100


class NudgeQueue:
    """Implements Queue over another one: ids of 5 ms go together, of 50 ms where they keep coming; 100 to a message.

    A message that cannot be sent is dropped: the relay sends it again from the outbox.
    """

    def __init__(self, inner: Queue) -> None:
        """Take the queue that carries the messages."""
        self._inner = inner
        self._waiting: dict[JobName, dict[str, None]] = {}
        self._scheduled = False
        self._sent = -APART
        self._flushing: set[asyncio.Task[None]] = set()

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Note the jobs; they are sent within 50 ms, the first ones within 5."""
        for job in jobs:
            self._waiting.setdefault(job.name, {}).update(dict.fromkeys(job.ids))
        if self._waiting and not self._scheduled:
            self._scheduled = True
            flusher = asyncio.create_task(self._flush_soon())
            self._flushing.add(flusher)
            flusher.add_done_callback(self._flushing.discard)

    async def close(self) -> None:
        """Send what is noted, and let what is being sent arrive; the inner queue belongs to whoever opened it."""
        await asyncio.gather(*self._flushing)

    async def _flush_soon(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(PAUSE, self._sent + APART - loop.time()))
        self._sent = loop.time()
        waiting, self._waiting, self._scheduled = self._waiting, {}, False
        jobs = [Job(name, part) for name, ids in waiting.items() for part in _parts(tuple(ids))]
        try:
            await self._inner.enqueue(jobs)
        except Unavailable:
            log.warning("queue_away", messages=len(jobs))


def _parts(ids: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Split ids; a job without ids stays one message."""
    return [ids[start : start + MAX_IDS] for start in range(0, len(ids), MAX_IDS)] or [()]
