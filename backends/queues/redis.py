"""`redis://host:port/db` (and `rediss://`, `unix://`): jobs travel through Redis to any number of workers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis as client
from dramatiq.brokers.redis import RedisBroker

from backends.queues.jobs import JobQueue
from backends.queues.retries import middleware
from backends.settings import Settings
from credential.errors import ConfigurationError

NAMESPACE = "pramaan"
CONNECT_SECONDS = 2
ANSWER_SECONDS = 5


@asynccontextmanager
async def open_redis(settings: Settings) -> AsyncIterator[JobQueue]:
    """Open a queue on Redis. Nothing is sent yet: a Redis that is away is no reason not to start.

    Raises ConfigurationError for an address that cannot be read.
    """
    try:
        connection = client.Redis.from_url(
            settings.queue_url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS
        )
    except ValueError:
        raise ConfigurationError("PRAMAAN_QUEUE_URL must look like redis://host:6379/0.") from None
    broker = RedisBroker(client=connection, middleware=middleware(), namespace=NAMESPACE)  # type: ignore[no-untyped-call] # by the library
    queue = JobQueue(broker, blocking=True, length=lambda name: connection.llen(f"{NAMESPACE}:{name}"))
    try:
        yield queue
    finally:
        await queue.close()
        connection.close()
