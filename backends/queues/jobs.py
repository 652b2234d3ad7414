"""A queue over any Dramatiq broker. Messages carry a job's name and ids, never personal data."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import redis.exceptions
from dramatiq import Broker, Message
from dramatiq.errors import BrokerConnectionError

from credential.errors import Unavailable
from credential.jobs import BUNDLE, JOB_NAMES, RENDER, Job, JobName

T = TypeVar("T")

QUEUE = "pramaan"
RENDER_QUEUE = "pramaan.render"
QUEUES: dict[JobName, str] = {name: RENDER_QUEUE if name in {BUNDLE, RENDER} else QUEUE for name in JOB_NAMES}
"""Rendering costs a hundred signatures, so it has a queue of its own and signing never waits for it."""

MAX_IDS = {QUEUE: 100, RENDER_QUEUE: 4}
"""Ids per message: enough to sign in batches, few enough to spread over workers."""


class JobQueue:
    """Implements the port Queue; a worker takes its messages from `broker`."""

    def __init__(self, broker: Broker, *, blocking: bool, length: Callable[[str], int]) -> None:
        """Take a broker and what tells how many messages wait in one of its queues.

        `blocking` says that both wait for a network, so that they are used from a thread.
        """
        for name in MAX_IDS:
            broker.declare_queue(name)
        self.broker = broker
        self._blocking = blocking
        self._length = length

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Send jobs, long ones in several messages. Raises Unavailable."""
        messages = [message for job in jobs for message in _messages(job)]
        await self._asked(lambda: self._send(messages))

    async def waiting(self) -> int:
        """Return how many messages of jobs other than documents wait for a worker. Raises Unavailable."""
        return await self._asked(lambda: self._length(QUEUE))

    async def close(self) -> None:
        """Let go of connections."""
        await asyncio.to_thread(self.broker.close)

    async def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(ask) if self._blocking else ask()
        except (redis.exceptions.RedisError, BrokerConnectionError, OSError):
            raise Unavailable("The queue is away; the work goes on when it is back.") from None

    def _send(self, messages: Sequence[Message[None]]) -> None:
        for message in messages:
            self.broker.enqueue(message)


def _messages(job: Job) -> Iterator[Message[None]]:
    queue = QUEUES[job.name]
    step = MAX_IDS[queue]
    for start in range(0, len(job.ids) or 1, step):
        ids = list(job.ids[start : start + step])
        yield Message(queue_name=queue, actor_name=job.name, args=(ids,), kwargs={}, options={})
