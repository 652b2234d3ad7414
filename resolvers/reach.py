"""revokeCertificates by reach: `where`, its dry run, and its job."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from credential.certificate import RevocationReason
from credential.errors import BadUserInput
from credential.instants import instant
from credential.operations import revoke_by_reach
from credential.operations.revoke_by_reach import OPERATION, Found
from credential.reach import Where
from resolvers.context import Context, Info
from resolvers.fields import computed
from resolvers.inputs import RevokeCertificatesInput, to_json
from resolvers.issue import checked_key, fingerprint_of
from resolvers.scalars import DateTime, moment
from resolvers.types_certificate import Certificate, certificate


@strawberry.type(description="What `where` reaches.")
class RevocationReach:
    """What a dry run found."""

    ids: strawberry.Private[tuple[str, ...]]
    count: int = strawberry.field(description="How many certificates, superseded ones and those in signing included.")
    digest: str = strawberry.field(description="Give it to the real call, within a day.")
    to: DateTime = strawberry.field(description="What was taken in or issued from this moment on is not reached.")

    @computed("Some of them, at most 10; of a real call none.")
    async def sample(self, info: Info) -> list[Certificate]:
        """Read the sample."""
        found = [await one for one in [info.context.own(one) for one in self.ids]]
        return [certificate(one) for one in found if one is not None]


async def dry_run(context: Context, given: RevokeCertificatesInput) -> RevocationReach:
    """Count, and change nothing. Raises BadUserInput."""
    found = await revoke_by_reach.dry_run(
        _where(given),
        caller=context.caller,
        reaching=context.ports.reaching,
        secret=context.deployment.document_secret,
        now=context.now,
    )
    return _reach(found)


async def begin(context: Context, given: RevokeCertificatesInput) -> tuple[RevocationReach, str, bool]:
    """Begin or approve the job; return also its id, and whether it waits for approval. Raises UserFault."""
    where, reason, digest = _where(given), RevocationReason(given.reason), given.digest
    if not digest:
        raise BadUserInput("Do a dry run first, and give its digest.", ("digest",))
    key = checked_key(given.idempotency_key)
    fingerprint = fingerprint_of([to_json(given.target), reason.value, digest]) if key else b""
    begun = await revoke_by_reach.begin(
        where,
        reason,
        digest,
        request=context.request(OPERATION, key, fingerprint),
        reaching=context.ports.reaching,
        works=context.ports.works,
        secret=context.deployment.document_secret,
        approval_above=context.deployment.policy.approval_above,
    )
    return _reach(begun.found), begun.job_id, begun.awaiting


def _reach(found: Found) -> RevocationReach:
    return RevocationReach(ids=found.sample, count=found.count, digest=found.digest, to=moment(found.to))


def _where(given: RevokeCertificatesInput) -> Where:
    where = given.target.where
    if where is UNSET or where is None:
        raise BadUserInput("Only `where` has a dry run and a digest.", ("target",))
    return Where(
        batch=_text(where.batch),
        facility=_text(where.facility),
        vaccine=_text(where.vaccine),
        vaccinator=_text(where.vaccinator),
        client=_text(where.client),
        key_id=_text(where.key_id),
        start=_moment(where.from_, "from"),
        end=_moment(where.to, "to"),
    )


def _text(given: str | None) -> str | None:
    """Return what was given; an empty text stays one, which the domain refuses."""
    return None if given is UNSET else given


def _moment(text: str | None, name: str) -> datetime | None:
    return instant(None if text is UNSET else text, "where", name)
