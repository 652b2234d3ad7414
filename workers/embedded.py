"""The worker thread beside a gateway: what `serve --with-worker` and `demo` start through an entry point."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread

from backends.queues.jobs import JobQueue
from backends.settings import Settings
from credential.errors import ConfigurationError
from credential.ports import Queue
from workers.composition import opened
from workers.runner import Load, run

LOAD = Load(signing=2, rendering=1, grace=10)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running worker thread."""

    _loop: asyncio.AbstractEventLoop
    _stopping: asyncio.Event
    _thread: Thread

    def stop(self) -> None:
        """Finish what is at work, within ten seconds, and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()


def start(settings: Settings, queue: Queue) -> Embedded:
    """Start a worker on the gateway's own queue, in a thread with an event loop and a store of its own.

    Returns when it takes jobs. Raises ConfigurationError, also in production, where no private key belongs into the
    gateway's process.
    """
    if settings.production:
        raise ConfigurationError("--with-worker is for development; in production run `pramaan worker` beside it.")
    if not isinstance(queue, JobQueue):
        raise ConfigurationError("The scheme of PRAMAAN_QUEUE_URL has no worker of its own; use inprocess: or redis:.")
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = Thread(target=_main, args=(settings, queue, started), name="pramaan-worker", daemon=True)
    thread.start()
    loop, stopping = started.result()
    return Embedded(loop, stopping, thread)


def _main(
    settings: Settings, queue: JobQueue, started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]
) -> None:
    try:
        asyncio.run(_work(settings, queue, started))
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)


async def _work(
    settings: Settings, queue: JobQueue, started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]
) -> None:
    stopping = asyncio.Event()
    where = asyncio.get_running_loop(), stopping
    async with opened(settings) as parts:
        await run(parts, queue, stopping=stopping, load=LOAD, ready=lambda: started.set_result(where))
