"""requestCorrection, correctionRequests and decideCorrection."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import msgspec
import strawberry

from credential import ports
from credential.errors import UserFault
from credential.operations import correction_requests
from credential.ports import CorrectionState
from resolvers.connections import Connection, checked_first
from resolvers.context import Context, Info
from resolvers.enums import describe
from resolvers.errors import UserError, user_error
from resolvers.inputs import KEY, FacilityInput, RecipientInput, VaccinationInput, VaccinatorInput, members, optional
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import AFTER, FIRST
from resolvers.scalars import DateTime, Json, moment

CHANGES = ["recipient", "vaccination", "vaccinator", "facility"]
ID_BYTES = 12
field = strawberry.field
argument = strawberry.argument
describe(
    CorrectionState,
    "CorrectionState",
    "States of a correction request.",
    {
        "OPEN": "An admin has still to decide.",
        "ACCEPTED": "The certificate was corrected.",
        "REFUSED": "It stays as it is; the reason tells why.",
    },
)


@strawberry.type(description="What a holder says is wrong with a certificate.")
class CorrectionRequest:
    """A request and what became of it."""

    id: strawberry.ID = field(description="Id of the request.")
    certificate_id: strawberry.ID = field(description="The certificate that it is about.")
    state: CorrectionState = field(description="Whether it was decided.")
    changes: Json = field(description="What is to change, in a record's JSON shape.")
    note: str = field(description="The holder's own words; may be empty.")
    reason: str = field(description="The admin's words; may be empty.")
    created_at: DateTime = field(description="When it was asked for.")
    decided_at: DateTime | None = field(description="When it was decided.")


@strawberry.input(description="Input of requestCorrection: what is to change, or a note that says what is wrong.")
class RequestCorrectionInput:
    """What is wrong."""

    certificate_id: strawberry.ID = field(description="An own certificate that counts.")
    recipient: RecipientInput | None = optional("Changes to who was vaccinated.")
    vaccination: VaccinationInput | None = optional("Changes to what was given; the dose cannot change.")
    vaccinator: VaccinatorInput | None = optional("Changes to who gave it.")
    facility: FacilityInput | None = optional("Changes to where it was given.")
    note: str = field(default="", description="What is wrong, in at most 500 characters.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.input(description="Input of decideCorrection.")
class DecideCorrectionInput:
    """Yes or no."""

    id: strawberry.ID = field(description="The request.")
    accept: bool = field(description="Whether to correct the certificate.")
    reason: str = field(default="", description="Why not; the holder reads it.")


@strawberry.type(description="Answer of requestCorrection and decideCorrection.")
class CorrectionPayload:
    """The request as it stands."""

    request: CorrectionRequest | None = field(description="The request; null where there is none.")
    user_errors: list[UserError] = field(description="Why nothing was done.")


async def request_correction(
    info: Info, given: Annotated[RequestCorrectionInput, argument(name="input", description="What is wrong.")]
) -> CorrectionPayload:
    """Ask for a correction of an own certificate."""
    context = info.context
    name = context.deployment.randomness(ID_BYTES).hex()
    changes = {key: value for key, value in members(given, CHANGES).items() if value}
    wanted = ports.CorrectionRequest(
        name, given.certificate_id, CorrectionState.OPEN, context.now, changes, given.note.strip()
    )
    try:
        found = await correction_requests.ask(
            wanted,
            request=_request(context, given, changes),
            reading=context.ports.reading,
            corrections=context.ports.corrections,
        )
    except UserFault as fault:
        return CorrectionPayload(request=None, user_errors=[user_error(fault)])
    return CorrectionPayload(request=correction_request(replace(wanted, id=found)), user_errors=[])


def _request(context: Context, given: RequestCorrectionInput, changes: object) -> ports.Request:
    """Return what the store is told."""
    key = checked_key(given.idempotency_key)
    fingerprint = fingerprint_of([given.certificate_id, changes, given.note]) if key else b""
    return context.request("requestCorrection", key, fingerprint)


async def decide_correction(
    info: Info, given: Annotated[DecideCorrectionInput, argument(name="input", description="Which, and whether.")]
) -> CorrectionPayload:
    """Accept or refuse a request."""
    context = info.context
    try:
        found = await correction_requests.decide(
            given.id,
            accept=given.accept,
            reason=given.reason,
            request=context.request("decideCorrection", None, b""),
            policy=context.deployment.policy,
            corrections=context.ports.corrections,
            intake=context.ports.intake,
            reading=context.ports.reading,
            queue=context.ports.queue,
        )
    except UserFault as fault:
        return CorrectionPayload(request=None, user_errors=[user_error(fault)])
    return CorrectionPayload(request=correction_request(found), user_errors=[])


async def all_requests(
    info: Info,
    first: Annotated[int, FIRST],
    after: Annotated[str | None, AFTER] = None,
    state: Annotated[CorrectionState | None, argument(description="Only in this state.")] = None,
) -> Connection[CorrectionRequest]:
    """Return a page of the queue, oldest first."""
    page = await info.context.ports.corrections.corrections(state=state, first=checked_first(first), after=after)
    return Connection[CorrectionRequest].of(page, correction_request)


def correction_request(one: ports.CorrectionRequest) -> CorrectionRequest:
    """Return a request in the schema's form."""
    changes = msgspec.to_builtins(one.changes)
    return CorrectionRequest(
        id=strawberry.ID(one.id),
        certificate_id=strawberry.ID(one.certificate_id),
        state=one.state,
        changes=Json(changes),
        note=one.note,
        reason=one.reason,
        created_at=moment(one.created_at),
        decided_at=_moment(one.decided_at),
    )


def _moment(at: datetime | None) -> DateTime | None:
    return moment(at) if at else None
