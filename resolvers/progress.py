"""jobProgress: a job as it goes on."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from credential.errors import NotFound
from credential.ports import JobState
from resolvers.context import Info
from resolvers.jobs import Job, job_of

PAUSE_SECONDS = 1.0
"""At most one update a second, and one look at the store."""


async def job_progress(
    info: Info, id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="Id of the job.")]
) -> AsyncGenerator[Job]:
    """Give the job as it is, then whenever it has changed, until it is finished, or failed.

    Each update tells all, so a client that was cut off asks again and misses nothing. Raises NotFound where the job is
    unknown or another client's.
    """
    shown: Job | None = None
    while shown is None or shown.state not in {JobState.FINISHED, JobState.FAILED}:
        if shown is not None:
            await asyncio.sleep(PAUSE_SECONDS)
            info.context.look_again()
        found = await job_of(info.context, id_)
        if found is None:
            raise NotFound("No such job.", ("id",))
        if found != shown:
            yield found
        shown = found
