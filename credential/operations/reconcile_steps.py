"""The steps of reconciliations: what a worker, and `pramaan reconcile`, do by kind of work."""

from collections.abc import Mapping
from datetime import datetime

from credential.operations.apply_reconciliation import Tools, apply_step, undo_step
from credential.operations.reconcile import Desk, step
from credential.operations.working import Run
from credential.ports import Step, Work, WorkKind


def reconcile_steps(desk: Desk, tools: Tools) -> Mapping[WorkKind, Run]:
    """Return the steps of dry run, applying and undoing."""

    async def reconcile(work: Work, now: datetime) -> Step:
        return await step(work, desk=desk, now=now)

    return {WorkKind.RECONCILE: reconcile, **acting_steps(tools)}


def acting_steps(tools: Tools) -> Mapping[WorkKind, Run]:
    """Return the steps of applying and undoing, which need no key that signs."""

    async def apply(work: Work, now: datetime) -> Step:
        return await apply_step(work, tools=tools, now=now)

    async def undo(work: Work, now: datetime) -> Step:
        return await undo_step(work, tools=tools, now=now)

    return {WorkKind.APPLY: apply, WorkKind.UNDO: undo}
