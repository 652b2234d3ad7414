"""Steps of long work: one operation per kind."""

from collections.abc import Mapping
from datetime import datetime

from credential.operations import revoke_by_reach
from credential.operations.working import Run, work_on
from credential.ports import Step, Work, WorkKind
from workers.composition import Composition


def steps(parts: Composition) -> Mapping[WorkKind, Run]:
    """Return the step of every kind of long work."""

    async def revoke(work: Work, now: datetime) -> Step:
        return await revoke_by_reach.step(work, reaching=parts.store, outbox=parts.store, now=now)

    return {WorkKind.REVOKE: revoke}


async def go_on(parts: Composition) -> int:
    """Go on with the long work that is due longest; return how many steps were taken. Raises Unavailable."""
    return await work_on(works=parts.store, steps=steps(parts), clock=parts.clock)
