"""The old system's certification requests, taken as they are (Co-WIN specification 1.1 and 4.3).

All of an array are checked before any is stored: whoever looks at the status alone must be able to believe it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from credential.errors import (
    BadUserInput,
    IdempotencyConflict,
    IdempotencyInProgress,
    NoChange,
    StaleVersion,
    UserFault,
)
from credential.formats.divoc_request import divoc_path, from_divoc_request
from credential.formats.record_json import complete
from credential.jobs import SIGN, Job
from credential.operations.issue import checked
from credential.operations.nudging import nudge
from credential.operations.update import UpdateTarget, planned, update
from credential.policy import IssuancePolicy
from credential.ports import Correction, Intake, Outcome, Queue, Reading, Request
from credential.record import FULL_DATE, Kind, VaccinationRecord

Plan = Correction | Outcome | UserFault
"""What to store, what was stored before, or what stands in the way."""
PART = "\x1f"
"""Parts a request's key from an item's number; no key of a client's holds it."""


def read_requests(
    requests: Sequence[Any], *, international: bool, request: Request, policy: IssuancePolicy
) -> list[VaccinationRecord | UserFault]:
    """Return a checked record or a fault per request object; a fault's path is the source's, the index first.

    `international` is what v3 asks for. A certificate of that kind needs a full date of birth; where there is none the
    record is DOMESTIC, so that nobody is left without a certificate.
    """
    return [
        _read(one, index, international=international, request=request, policy=policy)
        for index, one in enumerate(requests)
    ]


async def update_all(
    records: Sequence[VaccinationRecord],
    *,
    request: Request,
    policy: IssuancePolicy,
    intake: Intake,
    reading: Reading,
    queue: Queue,
) -> list[Outcome]:
    """Put each record in the place of its dose's certificate, member by member; one outcome per record, in order.

    Nothing is stored where one of them cannot be: the outcomes are then the faults, and empty for the others. NoChange
    stops nothing. Raises the idempotency faults.
    """
    stored = await intake.recall(request)
    if stored is not None and stored.fault is not None:
        refused_before = int(stored.fault.path[0])
        return [Outcome(fault=stored.fault if index == refused_before else None) for index in range(len(records))]
    parts = _parts(request, len(records))
    plans = await _plans(records, parts, policy, intake, reading)
    if any(isinstance(plan, UserFault) and not isinstance(plan, NoChange) for plan in plans):
        faults = [_placed(plan, index) if isinstance(plan, UserFault) else None for index, plan in enumerate(plans)]
        first = next(fault for fault in faults if fault and not isinstance(fault, NoChange))
        with suppress(UserFault):  # kept under the key: sent again later, the request must not begin to act
            await intake.correct(request, first)
        return [Outcome(fault=fault) for fault in faults]
    outcomes: list[Outcome] = []
    for record, part, plan in zip(records, parts, plans, strict=True):
        try:
            outcomes.append(
                await _stored(record, plan, part, policy=policy, intake=intake, reading=reading, queue=queue)
            )
        except UserFault as fault:
            outcomes.append(Outcome(fault=_placed(fault, len(outcomes))))
    await nudge(queue, Job(SIGN, tuple(one.certificate_id for one in outcomes if one.certificate_id)))
    return outcomes


def _read(
    data: Any,  # noqa: ANN401 - JSON
    index: int,
    *,
    international: bool,
    request: Request,
    policy: IssuancePolicy,
) -> VaccinationRecord | UserFault:
    try:
        record = from_divoc_request(data).record
    except BadUserInput as fault:
        return fault.under(str(index))
    born = record.get("recipient", {}).get("dateOfBirth")
    full = isinstance(born, str) and len(born) == FULL_DATE
    record["kind"] = Kind.INTERNATIONAL if international and full else Kind.DOMESTIC
    read = checked(record, now=request.now, kind=Kind.DOMESTIC, policy=policy)
    return _placed(read, index) if isinstance(read, UserFault) else read


def _placed(fault: UserFault, index: int) -> UserFault:
    """Return the fault with its path in the source's words."""
    fault.path = (str(index), *divoc_path(fault.path))
    return fault


def _parts(request: Request, number: int) -> list[Request]:
    """Return one request per item, each with a key of its own under the request's."""
    key = request.key
    return [replace(request, key=None if key is None else f"{key}{PART}{index}") for index in range(number)]


async def _plans(
    records: Sequence[VaccinationRecord],
    parts: Sequence[Request],
    policy: IssuancePolicy,
    intake: Intake,
    reading: Reading,
) -> list[Plan]:
    """Return a plan per record, storing nothing."""
    plans: list[Plan] = []
    seen: set[UpdateTarget] = set()
    for record, part in zip(records, parts, strict=True):
        target = _target(record)
        try:
            if target in seen:
                raise BadUserInput("The dose stands in the request twice.", ("vaccination", "dose"))
            plans.append(await intake.recall(part) or await _planned(record, part, policy, reading))
        except (IdempotencyConflict, IdempotencyInProgress):
            raise
        except UserFault as fault:
            plans.append(fault)
        seen.add(target)
    return plans


async def _planned(record: VaccinationRecord, request: Request, policy: IssuancePolicy, reading: Reading) -> Correction:
    changes, kind = complete(record), record.kind
    return await planned(_target(record), changes, request=request, kind=kind, policy=policy, reading=reading)


async def _stored(
    record: VaccinationRecord,
    plan: Plan,
    request: Request,
    *,
    policy: IssuancePolicy,
    intake: Intake,
    reading: Reading,
    queue: Queue,
) -> Outcome:
    if isinstance(plan, Outcome):
        if plan.fault is not None:
            raise plan.fault
        return plan
    try:
        return await intake.correct(request, plan)
    except StaleVersion:  # somebody else was faster: put over what is there now
        return await update(
            _target(record),
            complete(record),
            request=request,
            kind=record.kind,
            expected_version=None,
            policy=policy,
            intake=intake,
            reading=reading,
            queue=queue,
        )


def _target(record: VaccinationRecord) -> UpdateTarget:
    return UpdateTarget(None, record.programme, record.beneficiary_id, record.vaccination.dose)
