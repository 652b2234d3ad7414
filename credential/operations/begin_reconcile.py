"""Beginning a dry run of a reconciliation, and waiting for its report (contract, reconcile)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from msgspec.structs import replace

from credential.errors import BadUserInput
from credential.operations.files import INCOMPLETE, form_of_file, own_file
from credential.operations.reconcile_order import ReconcileOrder, encoded
from credential.operations.reconcile_source import keep_records
from credential.operations.sealing import Shelf
from credential.operations.waiting import FIRST_PAUSE, LONGEST_PAUSE, MAX_WAIT_MS
from credential.ports import Files, Reports, Request, WorkKind, Works


@dataclass(frozen=True, slots=True)
class Intake:
    """What takes a source in."""

    works: Works
    files: Files
    reports: Reports
    shelf: Shelf


async def reconcile_records(
    given: Sequence[Any], order: ReconcileOrder, *, nonce: str, request: Request, intake: Intake
) -> str:
    """Begin with records; return the report's id, which is its job's.

    `nonce` names what is kept of records without an idempotency key. Raises the idempotency faults, Unavailable.
    """
    label = (request.caller.client_id or "", request.key or nonce)
    name, digest = await keep_records(given, label, intake.shelf)
    wanted = encoded(replace(order, digest=digest, records=name))
    begun = await intake.works.begin_work(request, WorkKind.RECONCILE, wanted, total=len(given))
    report = await intake.reports.report(begun.id, client_id=None)
    if report is not None and report.digest is not None:  # the same request again: nobody needs what it brought
        await intake.shelf.remove(name)
    return begun.id


async def reconcile_upload(upload_id: str, order: ReconcileOrder, *, request: Request, intake: Intake) -> str:
    """Begin with a file of the caller's own; return the report's id.

    Raises NotFound, BadUserInput for a file that is not complete or cannot be read, and the idempotency faults.
    """
    file = await own_file(upload_id, caller=request.caller, files=intake.files)
    if not file.complete:
        raise BadUserInput(INCOMPLETE, ("uploadId",))
    await form_of_file(file, shelf=intake.shelf)
    wanted = encoded(replace(order, digest=file.sha256.hex(), file=file.id))
    return (await intake.works.begin_work(request, WorkKind.RECONCILE, wanted)).id


async def until_reported(
    report_id: str,
    *,
    wait_ms: int,
    reports: Reports,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = monotonic,
) -> bool:
    """Return True once a report is finished, False when `wait_ms` (at most 10,000) is over first."""
    deadline, length = clock() + min(wait_ms, MAX_WAIT_MS) / 1000, FIRST_PAUSE
    while True:
        report = await reports.report(report_id, client_id=None)
        if report is not None and report.digest is not None:
            return True
        left = deadline - clock()
        if left <= 0:
            return False
        await pause(min(length, left))
        length = min(length * 1.5, LONGEST_PAUSE)
