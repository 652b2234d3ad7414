"""audit, search, deadLetters and replay: what those who administer need."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from credential import ports
from credential.errors import UserFault
from credential.instants import instant
from credential.operations import given_up
from credential.operations import search as searching
from credential.ports import SearchTerm
from resolvers.connections import Connection, checked_first
from resolvers.context import Info
from resolvers.errors import UserError, user_error
from resolvers.fetch import Beneficiary, Whose
from resolvers.inputs import KEY, optional
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import AFTER, FIRST
from resolvers.scalars import DateTime, MobileNumber, moment

argument = strawberry.argument
field = strawberry.field


@strawberry.input(description="Whom to look for.", one_of=True)
class SearchInput:
    """Exactly one."""

    mobile: MobileNumber | None = optional("The mobile number of the newest record.")
    certificate_id: strawberry.ID | None = optional("A certificate of the person, of any version.")
    beneficiary_id: strawberry.ID | None = optional("The source system's id of the person.")


@strawberry.input(description="Which entries of the audit; absent means any.")
class AuditFilter:
    """All that is given must fit."""

    action: str | None = field(default=None, description="What was done, such as `read` or `revokeCertificates`.")
    client_id: strawberry.ID | None = field(
        default=None, description="By whom: a client's id, or `oidc:` and the subject of a person."
    )
    certificate_id: strawberry.ID | None = field(default=None, description="To which certificate.")
    from_: DateTime | None = field(name="from", default=None, description="The first instant.")
    to: DateTime | None = field(default=None, description="The instant after the last one.")


@strawberry.type(description="That somebody did something. Written with the act itself, never changed.")
class AuditEntry:
    """A row of the audit."""

    at: DateTime = field(description="When.")
    action: str = field(description="What was done.")
    client_id: strawberry.ID | None = field(description="By whom; null for holders and anyone.")
    caller: str = field(description="Name of the client or person then.")
    purpose: str = field(description="What for; may be empty.")
    channel: str | None = field(description="The partner app's channel.")
    certificate_id: strawberry.ID | None = field(description="To which certificate; null for acts on none.")
    detail: str = field(description="More, in our own words; nothing personal.")
    legal_basis: str = field(description="Why the client may process personal data; may be empty.")


@strawberry.type(description="Work that was given up after many attempts, or for good reason.")
class DeadLetter:
    """What can be replayed."""

    id: strawberry.ID = field(description="Give it to `replay`.")
    kind: str = field(description="`acknowledgement`, or the name of a job such as `sign`.")
    certificate_id: strawberry.ID = field(description="The certificate that it is about.")
    reason: str = field(description="Why it was given up.")
    at: DateTime = field(description="When.")


@strawberry.input(description="Input of replay.")
class ReplayInput:
    """Which."""

    ids: list[strawberry.ID] = field(description="Ids of dead letters, 1 to 1,000.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of replay.")
class ReplayPayload:
    """What waits to be tried again."""

    replayed: list[strawberry.ID] = field(
        description="Those of the ids that wait again; a certificate that a later version replaced is left alone."
    )
    user_errors: list[UserError] = field(description="Why nothing was done.")


async def search(
    info: Info,
    given: Annotated[SearchInput, argument(name="input", description="Whom to look for.")],
    first: Annotated[int, FIRST],
    after: Annotated[str | None, AFTER] = None,
) -> Connection[Beneficiary]:
    """Return a page of people."""
    context = info.context
    page = await searching.search(
        SearchTerm(*(_text(one) for one in (given.mobile, given.certificate_id, given.beneficiary_id))),
        caller=context.caller,
        first=checked_first(first),
        after=after,
        overseeing=context.ports.overseeing,
        counting=context.ports.counting,
        now=context.now,
    )
    return Connection[Beneficiary].of(page, _beneficiary)


async def audit(
    info: Info,
    first: Annotated[int, FIRST],
    after: Annotated[str | None, AFTER] = None,
    where: Annotated[AuditFilter | None, argument(name="filter", description="Which entries.")] = None,
) -> Connection[AuditEntry]:
    """Return a page of the audit, newest first."""
    given = where or AuditFilter()
    chosen = ports.AuditFilter(
        given.action,
        given.client_id,
        given.certificate_id,
        instant(given.from_, "filter", "from"),
        instant(given.to, "filter", "to"),
    )
    page = await info.context.ports.overseeing.audit_log(chosen, first=checked_first(first), after=after)
    return Connection[AuditEntry].of(page, _entry)


async def dead_letters(
    info: Info, first: Annotated[int, FIRST], after: Annotated[str | None, AFTER] = None
) -> Connection[DeadLetter]:
    """Return a page of what was given up, oldest first."""
    page = await info.context.ports.overseeing.given_up(first=checked_first(first), after=after)
    return Connection[DeadLetter].of(page, _letter)


async def replay(
    info: Info, given: Annotated[ReplayInput, argument(name="input", description="Which.")]
) -> ReplayPayload:
    """Let dead letters be tried again. Audited."""
    context = info.context
    try:
        key = checked_key(given.idempotency_key)
        request = context.request("replay", key, fingerprint_of(given.ids) if key else b"")
        overseeing, queue = context.ports.overseeing, context.ports.queue
        again = await given_up.replay(given.ids, request=request, overseeing=overseeing, queue=queue)
    except UserFault as fault:
        return ReplayPayload(replayed=[], user_errors=[user_error(fault)])
    return ReplayPayload(replayed=[strawberry.ID(one) for one in again], user_errors=[])


def _text(given: str | None) -> str | None:
    return None if given is UNSET else given


def _beneficiary(hit: ports.Hit) -> Beneficiary:
    return Beneficiary(whose=Whose(hit.programme, hit.beneficiary_id, None), id=strawberry.ID(hit.beneficiary_id))


def _entry(one: ports.AuditRecord) -> AuditEntry:
    return AuditEntry(
        at=moment(one.at),
        action=one.action,
        client_id=_id(one.client_id),
        caller=one.caller,
        purpose=one.purpose,
        channel=one.channel,
        certificate_id=_id(one.certificate_id),
        detail=one.detail,
        legal_basis=one.legal_basis,
    )


def _id(text: str | None) -> strawberry.ID | None:
    return None if text is None else strawberry.ID(text)


def _letter(one: ports.GivenUp) -> DeadLetter:
    return DeadLetter(
        id=strawberry.ID(one.id),
        kind=one.kind,
        certificate_id=strawberry.ID(one.certificate_id),
        reason=one.reason,
        at=moment(one.at),
    )
