"""Steps of long work: one operation per kind."""

from collections.abc import Mapping

from credential.operations.working import Run, work_on
from credential.ports import WorkKind
from workers.composition import Composition


def steps(_parts: Composition) -> Mapping[WorkKind, Run]:
    """Return the step of every kind of long work."""
    return {}


async def go_on(parts: Composition) -> int:
    """Go on with the long work that is due longest; return how many steps were taken. Raises Unavailable."""
    return await work_on(works=parts.store, steps=steps(parts), clock=parts.clock)
