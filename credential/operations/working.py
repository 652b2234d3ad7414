"""Long work, step by step: whoever stops, the next goes on from the last step that was stored."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from credential.errors import PramaanError, Unavailable
from credential.ports import Step, Work, WorkKind, Works

ATTEMPTS = 10
"""How often one step is tried before the work is FAILED."""
TURN = timedelta(seconds=2)
"""How long one work goes on before another that is due has its turn."""

Run = Callable[[Work, datetime], Awaitable[Step]]


async def work_on(
    *, works: Works, steps: Mapping[WorkKind, Run], clock: Callable[[], datetime], job_id: str | None = None
) -> int:
    """Do the steps of the work that is due longest, or of one job, until its turn is over; return how many.

    A step that fails is tried again after a while. Raises Unavailable where a backend is away, which counts as nothing
    tried.
    """
    began = clock()
    work = await works.lease_work(tuple(steps), now=began, job_id=job_id)
    taken = 0
    while work is not None and clock() - began < TURN:
        step = await _tried(work, works, steps, clock)
        work = None if step is None else await works.take_step(work, step, now=clock())
        taken += 1
    if work is not None:
        await works.give_back(work, now=clock())
    return taken


async def _tried(work: Work, works: Works, steps: Mapping[WorkKind, Run], clock: Callable[[], datetime]) -> Step | None:
    """Return what a step comes to; None where it failed and was given back."""
    if work.attempts > ATTEMPTS:
        await works.give_back(work, now=clock(), fault=PramaanError.code, ended=True)
        return None
    try:
        return await steps[work.kind](work, clock())
    except Unavailable:
        await works.give_back(work, now=clock())
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, it must not hold up the other work
        fault = error.code if isinstance(error, PramaanError) else type(error).__name__
        await works.give_back(work, now=clock(), fault=fault, ended=work.attempts >= ATTEMPTS)
        return None
