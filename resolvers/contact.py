"""changeContact."""

from typing import Annotated

import strawberry

from credential.errors import UserFault
from credential.operations import contact
from credential.record import DEFAULT_PROGRAMME
from resolvers.context import Info
from resolvers.errors import UserError, user_error
from resolvers.inputs import KEY, PROGRAMME, members, optional
from resolvers.issue import checked_key, fingerprint_of
from resolvers.scalars import MobileNumber

OPERATION = "changeContact"
field = strawberry.field


@strawberry.input(description="Input of changeContact. An absent member is unchanged, null clears.")
class ChangeContactInput:
    """Whose, and to what."""

    beneficiary_id: strawberry.ID = field(description="Whose contact.")
    programme: str = field(default=DEFAULT_PROGRAMME, description=PROGRAMME)
    mobile: MobileNumber | None = optional("Mobile number. One of mobile and email must be left.")
    email: str | None = optional("Address for electronic mail.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of changeContact.")
class ChangeContactPayload:
    """In how many certificates."""

    changed: int = field(description="In how many certificates it was changed.")
    user_errors: list[UserError] = field(description="Why nothing was changed.")


async def change_contact(
    info: Info,
    given: Annotated[ChangeContactInput, strawberry.argument(name="input", description="Whose, and to what.")],
) -> ChangeContactPayload:
    """Change it in place: nothing of it is printed, so there is no new version and no correction is used up."""
    context = info.context
    changes = members(given, ["mobile", "email"])
    try:
        key = checked_key(given.idempotency_key)
        fingerprint = fingerprint_of([given.programme, given.beneficiary_id, changes]) if key else b""
        changed = await contact.change(
            given.programme,
            given.beneficiary_id,
            changes,
            request=context.request(OPERATION, key, fingerprint),
            contacting=context.ports.contacting,
            queue=context.ports.queue,
        )
    except UserFault as fault:
        return ChangeContactPayload(changed=0, user_errors=[user_error(fault)])
    return ChangeContactPayload(changed=changed, user_errors=[])
