"""Telling workers after a commit that there is work."""

from contextlib import suppress

from credential.errors import Unavailable
from credential.jobs import Job
from credential.ports import Queue


async def nudge(queue: Queue, *jobs: Job) -> None:
    """Send jobs whose intent is stored.

    What the queue cannot take now, the relay sends from the outbox, so nothing is raised.
    """
    with suppress(Unavailable):
        await queue.enqueue([job for job in jobs if job.ids or job.name != "sign"])
