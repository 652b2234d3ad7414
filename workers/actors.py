"""Dramatiq actors: threads that hand each message to the worker's event loop and wait for the end of it."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import dramatiq
import structlog
from dramatiq import Broker
from dramatiq.errors import Retry

from backends.queues.jobs import QUEUES
from credential.errors import PramaanError
from credential.jobs import JobName
from workers.tasks import Task

log = structlog.get_logger(__name__)


@contextmanager
def declared(broker: Broker, tasks: Mapping[JobName, Task], loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Let the broker call the tasks on `loop`, which must run in another thread than the broker's workers."""
    for name, task in tasks.items():
        dramatiq.actor(broker=broker, actor_name=name, queue_name=QUEUES[name])(_actor(name, task, loop))
    try:
        yield
    finally:
        for name in tasks:
            broker.actors.pop(name)


def _actor(name: JobName, task: Task, loop: asyncio.AbstractEventLoop) -> Callable[[list[str]], None]:
    def run(ids: list[str]) -> None:
        work = asyncio.run_coroutine_threadsafe(_limited(task, ids), loop)
        try:
            work.result()
        except Exception as error:  # noqa: BLE001 - whatever it was, the queue tries again and then the outbox does
            log.warning("job failed", job=name, ids=len(ids), error=describe(error))
            # The broker stores the traceback with the message: this one tells nothing but the name.
            raise Retry(f"The job {name} failed.") from None

    return run


async def _limited(task: Task, ids: list[str]) -> None:
    async with asyncio.timeout(task.seconds):
        await task.run(ids)


def describe(error: BaseException) -> str:
    """Return the stable code of an error of ours, else the name of its class: texts may hold personal data."""
    return error.code if isinstance(error, PramaanError) else type(error).__name__
