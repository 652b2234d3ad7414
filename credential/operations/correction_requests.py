"""Correction requests: a holder asks, an admin accepts, which corrects the certificate, or refuses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from credential.access import own_rows
from credential.certificate import Status
from credential.errors import BadUserInput, NoChange, NotFound
from credential.operations.update import UpdateTarget, update
from credential.policy import IssuancePolicy
from credential.ports import CorrectionRequest, Corrections, CorrectionState, Intake, Queue, Reading, Request
from credential.record import change_record

MAX_NOTE = 500


async def ask(wanted: CorrectionRequest, *, request: Request, reading: Reading, corrections: Corrections) -> str:
    """Store what a holder says is wrong with an own certificate that counts; return the request's id.

    Raises NotFound, NoChange, BadUserInput where the change breaks a rule of records, LimitReached.
    """
    [certificate] = await reading.by_ids([wanted.certificate_id], visible=own_rows(request.caller))
    if certificate is None or certificate.status is not Status.ISSUED:
        raise NotFound("No certificate of yours that counts has this id.", ("certificateId",))
    if len(wanted.note) > MAX_NOTE:
        raise BadUserInput(f"The note may have at most {MAX_NOTE} characters.", ("note",))
    changed = change_record(certificate.record, wanted.changes, now=request.now)
    if changed == certificate.record and not wanted.note:
        raise NoChange("Nothing would change; say in a note what is wrong.")
    return await corrections.request_correction(wanted, request=request)


async def decide(
    request_id: str,
    *,
    accept: bool,
    reason: str,
    request: Request,
    policy: IssuancePolicy,
    corrections: Corrections,
    intake: Intake,
    reading: Reading,
    queue: Queue,
) -> CorrectionRequest:
    """Accept, which corrects the certificate once however often it is sent, or refuse with a reason.

    Raises NotFound, BadUserInput where it was decided otherwise or no reason is given, and what `update` raises.
    """
    found = await corrections.correction(request_id)
    if found is None:
        raise NotFound("No such correction request.", ("id",))
    wanted = CorrectionState.ACCEPTED if accept else CorrectionState.REFUSED
    if found.state is not CorrectionState.OPEN:
        if found.state is wanted:
            return found
        raise BadUserInput("The request was decided otherwise already.", ("id",))
    if not accept and not reason.strip():
        raise BadUserInput("Say why: the holder reads it.", ("reason",))
    if accept and found.changes and not await _says_so(found, request, reading):
        await _correct(found, request, policy, intake=intake, reading=reading, queue=queue)
    await corrections.decide_correction(request_id, wanted, reason, caller=request.caller, now=request.now)
    return await corrections.correction(request_id) or found


async def _correct(
    found: CorrectionRequest,
    request: Request,
    policy: IssuancePolicy,
    *,
    intake: Intake,
    reading: Reading,
    queue: Queue,
) -> None:
    """Correct under a key of the request's own: cut half-way and decided again, it is one correction."""
    changes: Mapping[str, Any] = found.changes
    keyed = replace(request, operation="decideCorrection", key=found.id, fingerprint=found.id.encode())
    await update(
        UpdateTarget(certificate_id=found.certificate_id),
        changes,
        request=keyed,
        kind=None,
        expected_version=None,
        policy=policy,
        intake=intake,
        reading=reading,
        queue=queue,
    )


async def _says_so(found: CorrectionRequest, request: Request, reading: Reading) -> bool:
    """Tell whether the newest version says already what is wanted: somebody was cut off after correcting it."""
    [versions] = await reading.versions([found.certificate_id], visible=own_rows(request.caller))
    newest = next((one for one in versions if one.status in {Status.PENDING, Status.ISSUED}), None)
    return newest is not None and change_record(newest.record, found.changes, now=request.now) == newest.record
