"""requestOneTimeCode, confirmOneTimeCode and setNotifications."""

from typing import Annotated

import strawberry

from credential.access import Scope
from credential.errors import BadUserInput, UserFault
from credential.one_time_code import LIFETIME
from credential.operations import one_time_codes
from credential.operations.one_time_codes import Admitted
from resolvers.context import Info
from resolvers.errors import UNAVAILABLE, Refused, UserError, user_error
from resolvers.inputs import KEY
from resolvers.issue import checked_key, fingerprint_of
from resolvers.scalars import DateTime, MobileNumber, moment

OPERATION = "setNotifications"
field = strawberry.field
argument = strawberry.argument


@strawberry.input(description="Input of requestOneTimeCode.")
class RequestOneTimeCodeInput:
    """Whom to send a code."""

    mobile: MobileNumber = field(description="The registered mobile number.")


@strawberry.type(description="Answer of requestOneTimeCode: the same whether the number is known or not.")
class RequestOneTimeCodePayload:
    """How long a code is good."""

    expires_in_seconds: int = field(description="How long a code that was sent is good; 0 where none was.")
    user_errors: list[UserError] = field(description="Why no code was sent.")


@strawberry.input(description="Input of confirmOneTimeCode.")
class ConfirmOneTimeCodeInput:
    """What was received."""

    mobile: MobileNumber = field(description="The number that the code was sent to.")
    code: str = field(description="The six digits.")


@strawberry.type(description="A person on the number, and the token for that person's certificates.")
class HolderToken:
    """One beneficiary's token; send it as Authorization: Bearer."""

    display_name: str = field(description="First letters of the name, to tell people on one number apart.")
    token: str = field(description="Names this beneficiary alone.")
    expires_at: DateTime = field(description="When the token ends.")


@strawberry.type(description="Answer of confirmOneTimeCode.")
class ConfirmOneTimeCodePayload:
    """Who is on the number."""

    people: list[HolderToken] = field(description="The people on the number.")
    user_errors: list[UserError] = field(description="Why there are none.")


@strawberry.input(description="Input of setNotifications.")
class SetNotificationsInput:
    """Whether to be told."""

    enabled: bool = field(description="Whether messages are sent on issue, correction and revocation.")
    beneficiary_id: strawberry.ID | None = field(
        default=None, description="Whose messages; for admins. A holder's are the token's."
    )
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of setNotifications.")
class SetNotificationsPayload:
    """What holds now."""

    enabled: bool = field(description="Whether messages are sent.")
    user_errors: list[UserError] = field(description="Why nothing was changed.")


async def request_one_time_code(
    info: Info, given: Annotated[RequestOneTimeCodeInput, argument(name="input", description="Whom to send a code.")]
) -> RequestOneTimeCodePayload:
    """Have a code sent; the answer does not tell whether anybody has the number."""
    context, ports = info.context, info.context.ports
    if not context.deployment.sends_codes:
        raise Refused(UNAVAILABLE, "No codes are sent here; the operator sets PRAMAAN_SMS_URL.")
    try:
        await one_time_codes.ask(
            given.mobile,
            requester=context.requester,
            codes=ports.codes,
            queue=ports.queue,
            randomness=context.deployment.randomness,
            now=context.now,
        )
    except UserFault as fault:
        return RequestOneTimeCodePayload(expires_in_seconds=0, user_errors=[user_error(fault)])
    return RequestOneTimeCodePayload(expires_in_seconds=int(LIFETIME.total_seconds()), user_errors=[])


async def confirm_one_time_code(
    info: Info, given: Annotated[ConfirmOneTimeCodeInput, argument(name="input", description="What was received.")]
) -> ConfirmOneTimeCodePayload:
    """Turn a code into tokens; it works once."""
    context = info.context
    try:
        found = await one_time_codes.confirm(
            given.mobile,
            given.code,
            codes=context.ports.codes,
            secret=context.deployment.document_secret,
            randomness=context.deployment.randomness,
            now=context.now,
        )
    except UserFault as fault:
        return ConfirmOneTimeCodePayload(people=[], user_errors=[user_error(fault)])
    return ConfirmOneTimeCodePayload(people=[_token(one) for one in found], user_errors=[])


async def set_notifications(
    info: Info, given: Annotated[SetNotificationsInput, argument(name="input", description="Whose, and whether.")]
) -> SetNotificationsPayload:
    """Opt out of messages, or in again. Audited."""
    context, caller = info.context, info.context.caller
    own = caller.holder_of[1] if caller.holder_of else None
    beneficiary = own or (given.beneficiary_id if caller.has(Scope.ADMIN) else None)
    if beneficiary is None or (own and given.beneficiary_id not in {None, own}):
        wrong = BadUserInput("Give beneficiaryId; a holder's token names its own.", ("beneficiaryId",))
        return SetNotificationsPayload(enabled=False, user_errors=[user_error(wrong)])
    try:
        key = checked_key(given.idempotency_key)
        fingerprint = fingerprint_of([beneficiary, given.enabled]) if key else b""
        request = context.request(OPERATION, key, fingerprint)
        await context.ports.notices.set_notices(request, beneficiary, enabled=given.enabled)
    except UserFault as fault:
        return SetNotificationsPayload(enabled=False, user_errors=[user_error(fault)])
    return SetNotificationsPayload(enabled=given.enabled, user_errors=[])


def _token(one: Admitted) -> HolderToken:
    return HolderToken(display_name=one.person.shown, token=one.token, expires_at=moment(one.expires_at))
