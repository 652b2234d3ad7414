"""Steps of long work: one operation per kind."""

from collections.abc import Mapping
from datetime import datetime

from credential.operations import exporting, import_step, revoke_by_reach
from credential.operations.apply_reconciliation import Tools
from credential.operations.import_step import Deployed
from credential.operations.reconcile import Desk
from credential.operations.reconcile_steps import reconcile_steps
from credential.operations.working import Run, work_on
from credential.ports import Queue, Step, Work, WorkKind
from workers.composition import Composition


def steps(parts: Composition, queue: Queue) -> Mapping[WorkKind, Run]:
    """Return the step of every kind of long work."""
    store, shelf = parts.store, parts.press.shelf
    deployed = Deployed(store, shelf, store, store, store, store, queue, parts.policy)

    async def revoke(work: Work, now: datetime) -> Step:
        return await revoke_by_reach.step(work, reaching=parts.store, outbox=parts.store, now=now)

    async def bring_in(work: Work, now: datetime) -> Step:
        return await import_step.step(work, deployed=deployed, now=now)

    async def export(work: Work, _: datetime) -> Step:
        return await exporting.step(work, figuring=store, shelf=shelf)

    desk, tools = Desk(store, store, parts.signer, parts.policy, shelf, store), Tools(store, store, parts.policy, queue)
    return {WorkKind.REVOKE: revoke, WorkKind.IMPORT: bring_in, WorkKind.EXPORT: export, **reconcile_steps(desk, tools)}


async def go_on(parts: Composition, queue: Queue) -> int:
    """Go on with the long work that is due longest; return how many steps were taken. Raises Unavailable."""
    return await work_on(works=parts.store, steps=steps(parts, queue), clock=parts.clock)
