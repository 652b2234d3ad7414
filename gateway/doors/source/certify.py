"""POST certify and PUT certificate: the old system's requests, all of an array or nothing."""

from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from credential import ports
from credential.errors import Duplicate, NoChange, NotFound, UserFault
from credential.operations import issue
from credential.operations.certify import read_requests, update_all
from credential.ports import Outcome
from credential.record import VaccinationRecord
from gateway.doors.described import Reply
from gateway.doors.source.answers import (
    KEY_HEADER,
    NOT_ALLOWED,
    described,
    posted_items,
    problem,
    reply,
    request_of,
    status_of,
)
from gateway.doors.source.payloads import BatchError, CertificationRequest, Result, Taken
from resolvers import issue as issuing
from resolvers import update as updating
from resolvers.context import Context

Done = tuple[str | None, Sequence[Outcome]]
"""The job to follow, and one outcome per record."""
Act = Callable[[list[VaccinationRecord], ports.Request, Context], Awaitable[Done]]
SPOILS_NOTHING = (Duplicate, NoChange)


async def certify(request: Request, context: Context) -> Response:
    """Take requests for domestic certificates."""
    return await _served(request, context, issuing.OPERATION, _take, international=False)


async def certify_international(request: Request, context: Context) -> Response:
    """Take requests for certificates that count abroad, too, where there is a full date of birth."""
    return await _served(request, context, issuing.OPERATION, _take, international=True)


async def replace_certificate(request: Request, context: Context) -> Response:
    """Put corrected requests in the place of what was issued, as domestic certificates."""
    return await _served(request, context, updating.OPERATION, _replace, international=False)


async def replace_certificate_international(request: Request, context: Context) -> Response:
    """Put corrected requests in the place of what was issued, as international ones where there is a date of birth."""
    return await _served(request, context, updating.OPERATION, _replace, international=True)


async def _served(request: Request, context: Context, operation: str, act: Act, *, international: bool) -> Response:
    """Act on the records of the body, unless one of them breaks a rule."""
    items = await posted_items(request, CertificationRequest)
    asked = request_of(request, context, operation, items)
    policy = context.deployment.policy
    read = read_requests(items, international=international, request=asked, policy=policy)
    if any(isinstance(one, UserFault) for one in read):
        return _refused(request, [Outcome(fault=one if isinstance(one, UserFault) else None) for one in read])
    records = cast("list[VaccinationRecord]", read)
    job, outcomes = await act(records, asked, context)
    if any(one.fault and not isinstance(one.fault, SPOILS_NOTHING) for one in outcomes):
        return _refused(request, outcomes)
    return reply(Taken(job, _results(outcomes, records)))


async def _take(records: list[VaccinationRecord], asked: ports.Request, context: Context) -> Done:
    doors = context.ports
    accepted = await issue.take(records, request=asked, intake=doors.intake, queue=doors.queue)
    for index, outcome in enumerate(accepted.outcomes):
        if outcome.fault is not None:
            outcome.fault.under(str(index))
    return accepted.job_id, accepted.outcomes


async def _replace(records: list[VaccinationRecord], asked: ports.Request, context: Context) -> Done:
    policy, doors = context.deployment.policy, context.ports
    outcomes = await update_all(
        records, request=asked, policy=policy, intake=doors.intake, reading=doors.reading, queue=doors.queue
    )
    return None, outcomes


def _results(outcomes: Sequence[Outcome], records: Sequence[VaccinationRecord]) -> list[Result]:
    return [
        Result(index, outcome.certificate_id, record.kind, problem(outcome.fault) if outcome.fault else None)
        for index, (outcome, record) in enumerate(zip(outcomes, records, strict=True))
    ]


def _refused(request: Request, outcomes: Sequence[Outcome]) -> Response:
    """Return 400 or 412 with every fault; what no certificate is there for is 412, as the old gateway had it."""
    faults = [one.fault for one in outcomes if one.fault is not None]
    first = next(fault for fault in faults if not isinstance(fault, SPOILS_NOTHING))
    status = NOT_ALLOWED if isinstance(first, NotFound) else status_of(first)
    results = [
        Result(index, one.certificate_id, None, problem(one.fault) if one.fault else None)
        for index, one in enumerate(outcomes)
    ]
    told = [problem(fault) for fault in faults]
    body = BatchError(first.code, first.message, told, request.state.request_id, results)
    return reply(body, status)


_ALL = (
    "All requests of the array are checked before any is stored. `certificateId` is durable when it is answered; the"
    " certificate is signed within moments. "
)
_ABROAD = "With a full date of birth the certificate is INTERNATIONAL, else DOMESTIC; `kind` tells which."
_TAKEN = {
    200: Reply("Taken, and durable. A second request for the same dose has the error DUPLICATE.", Taken),
    400: Reply("A request breaks a rule; nothing was stored.", BatchError),
}
_REPLACED = {
    200: Reply("Taken. What says the same as before has the error NO_CHANGE.", Taken),
    400: Reply("A request breaks a rule; nothing was changed.", BatchError),
    412: Reply("An update is not allowed: no certificate for the dose, or its corrections are used up.", BatchError),
}
DESCRIBED = [
    described(
        "POST",
        f"/{version}/certify",
        summary,
        _TAKEN,
        parameters=[KEY_HEADER],
        body=list[CertificationRequest],
        statuses=(400, 409, 422),
        more=_ALL + more,
    )
    for version, summary, more in (
        ("v1", "Certify vaccinations", ""),
        ("v2", "Certify vaccinations, with a health id", ""),
        ("v3", "Certify vaccinations for use abroad", _ABROAD),
    )
] + [
    described(
        "PUT",
        f"/{version}/certificate",
        summary,
        _REPLACED,
        parameters=[KEY_HEADER],
        body=list[CertificationRequest],
        statuses=(400, 409, 412, 422),
        more=f"A request replaces what was there, member by member. {_ALL}{more}",
    )
    for version, summary, more in (
        ("v1", "Correct certificates", ""),
        ("v3", "Correct certificates for use abroad", _ABROAD),
    )
]
