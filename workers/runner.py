"""A worker: actors, relay and chores on one event loop, until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from dramatiq import Broker
from dramatiq.worker import Worker as Consumer

from backends.queues.jobs import QUEUE, RENDER_QUEUE, JobQueue
from credential.jobs import BUNDLE, PUBLISH_REVOCATIONS, ROLLUP, SEND_CODES
from credential.operations.revoke_by_reach import read_on
from workers.acknowledging import lanes
from workers.actors import declared
from workers.composition import Composition
from workers.relay import purge, purge_files, relay, repeat
from workers.tasks import tasks
from workers.working import go_on

IDLE_MS = 100
"""How long an idle consumer sleeps at most: what a first job after a quiet while waits."""

RELAY_SECONDS = (0.2, 2.0)
CHORE_SECONDS = (0.5, 1.0)
BUNDLE_SECONDS = (0.01, 1.0)
CLOSE_SECONDS = (0.05, 60.0)
ACKNOWLEDGE_SECONDS = (0.01, 1.0)
WORK_SECONDS = (0.01, 1.0)
READ_ON_SECONDS = (0.05, 600.0)
PURGE_SECONDS = (3600.0, 3600.0)
ANALYZE_SECONDS = (1.0, 20.0)
FILE_SECONDS = (0.1, 600.0)


@dataclass(frozen=True, slots=True)
class Load:
    """How much one worker takes on at once, and how long it may take to end, in seconds."""

    signing: int = 4
    rendering: int = 1
    grace: float = 25


async def run(
    parts: Composition,
    queue: JobQueue,
    *,
    stopping: asyncio.Event,
    load: Load = Load(),
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Do the queue's jobs until `stopping` is set; then finish those at work and give the others back.

    `ready` is called once jobs are taken.
    """
    work = tasks(parts)
    steps: dict[str, tuple[Callable[[], Awaitable[int]], tuple[float, float]]] = {
        "relay": (partial(relay, outbox=parts.store, queue=queue, parts=parts), RELAY_SECONDS),
        **{name: (partial(work[name].run, ()), CHORE_SECONDS) for name in (ROLLUP, PUBLISH_REVOCATIONS, SEND_CODES)},
        BUNDLE: (partial(work[BUNDLE].run, ()), BUNDLE_SECONDS),
        "close": (parts.store.close_next, CLOSE_SECONDS),
        "work": (partial(go_on, parts, queue), WORK_SECONDS),
        "read on": (partial(read_on, reaching=parts.store), READ_ON_SECONDS),
        "purge": (partial(purge, housekeeping=parts.store, parts=parts), PURGE_SECONDS),
        "analyze": (parts.store.analyze, ANALYZE_SECONDS),
        "files": (partial(purge_files, parts), FILE_SECONDS),
        **{name: (step, ACKNOWLEDGE_SECONDS) for name, step in lanes(parts).items()},
    }
    with declared(queue.broker, work, asyncio.get_running_loop()):
        async with _consuming(queue.broker, load):
            ready()
            async with asyncio.TaskGroup() as group:
                for name, (step, pauses) in steps.items():
                    group.create_task(repeat(name, step, pauses=pauses, stopping=stopping, jitter=parts.jitter))


@asynccontextmanager
async def _consuming(broker: Broker, load: Load) -> AsyncIterator[None]:
    """Take messages in threads. At the end those at work finish and the others go back to the queue."""
    consumers = [
        Consumer(broker, queues={name}, worker_threads=threads, worker_timeout=IDLE_MS)
        for name, threads in ((QUEUE, load.signing), (RENDER_QUEUE, load.rendering))
    ]
    listeners = list(broker.middleware)
    for consumer in consumers:
        consumer.start()
        # It listens for queues declared later. Ours are all declared, and the listener would outlive its consumer.
        broker.middleware[:] = listeners
    try:
        yield
    finally:
        # From other threads: the jobs at work need this loop to come to their end.
        grace = int(load.grace * 1000)
        await asyncio.gather(*(asyncio.to_thread(consumer.stop, grace) for consumer in consumers))
