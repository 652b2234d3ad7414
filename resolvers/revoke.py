"""revokeCertificates and revocations."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from credential import ports
from credential.errors import BadUserInput, UserFault
from credential.operations.revoke import revoke
from credential.ports import RevocationTarget
from resolvers import reach
from resolvers.connections import Connection, checked_first
from resolvers.context import Context, Info
from resolvers.enums import RevocationPurpose
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import RevocationTargetInput, RevokeCertificatesInput, to_json
from resolvers.issue import MAX_RECORDS, checked_key, fingerprint_of
from resolvers.jobs import AFTER, FIRST, Job, job_of
from resolvers.reach import RevocationReach
from resolvers.scalars import DateTime, moment
from resolvers.types_certificate import Certificate, certificate

OPERATION = "revokeCertificates"


@strawberry.type(description="Answer of revokeCertificates.")
class RevokeCertificatesPayload:
    """What is revoked now."""

    ids: strawberry.Private[tuple[str, ...]] = ()
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was revoked.")
    reach: RevocationReach | None = strawberry.field(default=None, description="What `where` reaches; else null.")
    job_id: strawberry.Private[str | None] = None
    approval_needed: bool = strawberry.field(
        default=False, description="The job begins when another client sends the same, digest included."
    )

    @computed("The job that revokes what `where` reaches, of the client that began it; else null.")
    async def job(self, info: Info) -> Job | None:
        """Read the job."""
        return await job_of(info.context, self.job_id) if self.job_id else None

    @computed("What the target named and is revoked now; of `where` none.")
    async def certificates(self, info: Info) -> list[Certificate]:
        """Read what was revoked."""
        found = [await one for one in [info.context.own(one) for one in self.ids]]
        return [certificate(one) for one in found if one is not None]


@strawberry.type(description="A signature that no longer counts: no id, no name, no reason.")
class RevocationEntry:
    """One entry of the public feed."""

    sequence: strawberry.ID = strawberry.field(description="Number in commit order.")
    at: DateTime = strawberry.field(description="When it was revoked or superseded.")
    purpose: RevocationPurpose = strawberry.field(description="Whether it was revoked or superseded.")
    signature_hash: str = strawberry.field(
        description="base64url of the first 16 bytes of the SHA-256 of the signature's bytes."
    )
    status_list: int | None = strawberry.field(
        description="Number of the status lists that tell of the certificate; null where it is in none."
    )
    status_index: int | None = strawberry.field(description="Its index there.")


@strawberry.type(description="A page of the public feed.")
class RevocationConnection(Connection[RevocationEntry]):
    """Entries in commit order; a cursor never expires."""


async def revoke_certificates(
    info: Info,
    given: Annotated[RevokeCertificatesInput, strawberry.argument(name="input", description="What, and why.")],
) -> RevokeCertificatesPayload:
    """Revoke all that the target names, or nothing; what `where` reaches by a job."""
    context = info.context
    try:
        if given.target.where or given.dry_run or given.digest is not None:
            return await _by_reach(context, given)
        target = _target(given.target)
        key = checked_key(given.idempotency_key)
        fingerprint = fingerprint_of([to_json(given.target), given.reason.value]) if key else b""
        request = context.request(OPERATION, key, fingerprint)
        ids = await revoke(
            target, given.reason, request=request, revoking=context.ports.revoking, queue=context.ports.queue
        )
    except UserFault as fault:
        return RevokeCertificatesPayload(user_errors=[user_error(_placed(fault))])
    return RevokeCertificatesPayload(ids=ids)


async def _by_reach(context: Context, given: RevokeCertificatesInput) -> RevokeCertificatesPayload:
    if given.dry_run:
        return RevokeCertificatesPayload(reach=await reach.dry_run(context, given))
    found, job_id, awaiting = await reach.begin(context, given)
    return RevokeCertificatesPayload(reach=found, job_id=job_id, approval_needed=awaiting)


def _target(given: RevocationTargetInput) -> RevocationTarget:
    """Return the domain's target; the schema lets through exactly one member. Raises BadUserInput."""
    if given.ids is not UNSET and given.ids is not None:
        if not 1 <= len(given.ids) <= MAX_RECORDS:
            raise BadUserInput("Give 1 to 1,000 ids.", ("target", "ids"))
        return RevocationTarget(ids=tuple(given.ids))
    if given.doses is not UNSET and given.doses is not None:
        beneficiary = (given.doses.programme, given.doses.beneficiary_id)
        return RevocationTarget(beneficiary=beneficiary, doses=tuple(given.doses.doses))
    if given.all_doses is not UNSET and given.all_doses is not None:
        return RevocationTarget(beneficiary=(given.all_doses.programme, given.all_doses.beneficiary_id))
    raise BadUserInput("Give exactly one member.", ("target",))


def _placed(fault: UserFault) -> UserFault:
    """Return the fault with its path from the input on; the domain names members of the target."""
    below = {"ids": ("target",), "doses": ("target", "doses"), "where": ("target",)}
    return fault.under(*below.get("".join(fault.path[:1]), ()))


async def revocations(
    info: Info, first: Annotated[int, FIRST], after: Annotated[str | None, AFTER] = None
) -> RevocationConnection:
    """Return a page of the public feed."""
    page = await info.context.ports.revoking.feed(first=checked_first(first), after=after)
    return RevocationConnection.of(page, _entry, after=after)


def _entry(entry: ports.RevocationEntry) -> RevocationEntry:
    return RevocationEntry(
        sequence=strawberry.ID(str(entry.sequence)),
        at=moment(entry.at),
        purpose=RevocationPurpose(entry.purpose),
        signature_hash=entry.signature_hash,
        status_list=entry.position.number if entry.position else None,
        status_index=entry.position.index if entry.position else None,
    )
