"""A queue over any Dramatiq broker. Messages carry a job's name and ids, never personal data."""

import asyncio
from collections.abc import Iterator, Sequence

import redis.exceptions
from dramatiq import Broker, Message
from dramatiq.errors import BrokerConnectionError

from credential.errors import Unavailable
from credential.jobs import BUNDLE, JOB_NAMES, RENDER, Job, JobName

QUEUE = "pramaan"
RENDER_QUEUE = "pramaan.render"
QUEUES: dict[JobName, str] = {name: RENDER_QUEUE if name in {BUNDLE, RENDER} else QUEUE for name in JOB_NAMES}
"""Rendering costs a hundred signatures, so it has a queue of its own and signing never waits for it."""

MAX_IDS = {QUEUE: 100, RENDER_QUEUE: 4}
"""Ids per message: enough to sign in batches, few enough to spread over workers."""


class JobQueue:
    """Implements the port Queue; a worker takes its messages from `broker`."""

    def __init__(self, broker: Broker, *, blocking: bool) -> None:
        """Take a broker; `blocking` says that it waits for a network, so that messages are sent from a thread."""
        for name in MAX_IDS:
            broker.declare_queue(name)
        self.broker = broker
        self._blocking = blocking

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Send jobs, long ones in several messages. Raises Unavailable."""
        messages = [message for job in jobs for message in _messages(job)]
        try:
            if self._blocking:
                await asyncio.to_thread(self._send, messages)
            else:
                self._send(messages)
        except (redis.exceptions.RedisError, BrokerConnectionError, OSError):
            raise Unavailable("The queue is away; the work goes on when it is back.") from None

    async def close(self) -> None:
        """Let go of connections."""
        await asyncio.to_thread(self.broker.close)

    def _send(self, messages: Sequence[Message[None]]) -> None:
        for message in messages:
            self.broker.enqueue(message)


def _messages(job: Job) -> Iterator[Message[None]]:
    queue = QUEUES[job.name]
    step = MAX_IDS[queue]
    for start in range(0, len(job.ids) or 1, step):
        ids = list(job.ids[start : start + step])
        yield Message(queue_name=queue, actor_name=job.name, args=(ids,), kwargs={}, options={})
