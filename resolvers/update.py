"""updateCertificate."""

from typing import Annotated

import strawberry

from credential.errors import BadUserInput, UserFault
from credential.operations.update import UpdateTarget, update
from credential.ports import Outcome
from resolvers.context import Info
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import UpdateCertificateInput, members
from resolvers.issue import checked_key, checked_wait, fingerprint_of, wait
from resolvers.types_certificate import Certificate, certificate

OPERATION = "updateCertificate"
CHANGES = ["recipient", "vaccination", "vaccinator", "facility", "earlier_doses"]
NAMES = ["certificate_id", "beneficiary_id", "programme", "dose", "kind", "expected_version"]


@strawberry.type(description="Answer of updateCertificate.")
class UpdateCertificatePayload:
    """The new version."""

    certificate_id: strawberry.Private[str | None]
    user_errors: list[UserError] = strawberry.field(description="Why nothing was changed.")

    @computed("The new version, PENDING until it is signed; the old one counts until then.")
    async def certificate(self, info: Info) -> Certificate | None:
        """Read the new version."""
        found = await info.context.own(self.certificate_id) if self.certificate_id else None
        return certificate(found) if found else None


async def update_certificate(
    info: Info,
    given: Annotated[UpdateCertificateInput, strawberry.argument(name="input", description="Which, and what changes.")],
) -> UpdateCertificatePayload:
    """Store a corrected version, and wait for its signature if asked to."""
    try:
        outcome = await _update(info, given)
    except UserFault as fault:
        return UpdateCertificatePayload(certificate_id=None, user_errors=[user_error(fault)])
    if outcome.fault is not None:
        return UpdateCertificatePayload(certificate_id=None, user_errors=[user_error(outcome.fault)])
    await wait(info, [outcome], given.wait_ms)
    return UpdateCertificatePayload(certificate_id=outcome.certificate_id, user_errors=[])


async def _update(info: Info, given: UpdateCertificateInput) -> Outcome:
    context = info.context
    checked_wait(given.wait_ms)
    if context.caller.is_person and given.expected_version is None:
        raise BadUserInput("Say which version you looked at.", ("expectedVersion",))
    key = checked_key(given.idempotency_key)
    changes = members(given, CHANGES)
    fingerprint = fingerprint_of([members(given, NAMES), changes]) if key else b""
    return await update(
        UpdateTarget(given.certificate_id, given.programme, given.beneficiary_id, given.dose),
        changes,
        request=context.request(OPERATION, key, fingerprint),
        kind=given.kind,
        expected_version=given.expected_version,
        policy=context.deployment.policy,
        intake=context.ports.intake,
        reading=context.ports.reading,
        queue=context.ports.queue,
    )
