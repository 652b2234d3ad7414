"""clients, createClient and revokeClient."""

from typing import Annotated

import strawberry

from credential import ports
from credential.access import Scope, Terms
from credential.errors import UserFault
from credential.instants import instant
from credential.operations import clients as operation
from resolvers.connections import Connection, checked_first
from resolvers.context import Context, Info
from resolvers.errors import UserError, user_error
from resolvers.inputs import KEY
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import AFTER, FIRST
from resolvers.scalars import DateTime, moment

argument = strawberry.argument
field = strawberry.field


@strawberry.type(description="Somebody who bears a key. The key itself is shown once, when it is made.")
class Client:
    """A client and what was agreed with it."""

    id: strawberry.ID = field(description="Id of the client.")
    name: str = field(description="Who bears the key.")
    scopes: list[Scope] = field(description="What it may do.")
    channel: str | None = field(description="The name under which its accesses are counted.")
    purpose: str = field(description="What it processes personal data for; may be empty.")
    legal_basis: str = field(description="Why it may; may be empty.")
    daily_reads: int | None = field(description="How many certificates it may read a day; null for no limit.")
    per_minute: int | None = field(description="Cost of its operations a minute and gateway; null for no limit.")
    trusted_only: bool = field(description="Whether it may send only documents that an operator trusted.")
    created_at: DateTime = field(description="When it was made.")
    expires_at: DateTime | None = field(description="When the key ends; null for never.")
    revoked_at: DateTime | None = field(description="When the key was ended.")


@strawberry.input(description="Input of createClient.")
class CreateClientInput:
    """Who, and what was agreed."""

    name: str = field(description="Who will bear the key, such as digilocker.")
    scopes: list[Scope] = field(description="What it may do; at least one.")
    channel: str | None = field(default=None, description="Where its accesses are counted; default the name.")
    purpose: str = field(default="", description="What it processes personal data for.")
    legal_basis: str = field(default="", description="Why it may, such as consent; recorded with each read.")
    daily_reads: int | None = field(default=None, description="Certificates that it may read a day; default no limit.")
    per_minute: int | None = field(default=None, description="Cost of operations a minute; default no limit.")
    trusted_only: bool = field(default=False, description="Only documents that an operator trusted are answered.")
    expires_at: DateTime | None = field(default=None, description="When the key ends; default never.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.input(description="Input of revokeClient.")
class RevokeClientInput:
    """Whose key."""

    id: strawberry.ID = field(description="The client; not the one that asks.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of createClient.")
class CreateClientPayload:
    """The client, and its key."""

    client: Client | None = field(description="The client; null where none was made.")
    key: str | None = field(
        description="Send it as Authorization: Bearer. Shown this once: null where the idempotency key comes again."
    )
    user_errors: list[UserError] = field(description="Why none was made.")


@strawberry.type(description="Answer of revokeClient. What the client issued stays issued.")
class RevokeClientPayload:
    """The client as it stands."""

    client: Client | None = field(description="The client; null where there is none. Gateways may believe it for 5 s.")
    user_errors: list[UserError] = field(description="Why nothing was done.")


async def clients(
    info: Info, first: Annotated[int, FIRST], after: Annotated[str | None, AFTER] = None
) -> Connection[Client]:
    """Return a page of the clients, oldest first."""
    page = await info.context.ports.client_keys.client_page(first=checked_first(first), after=after)
    return Connection[Client].of(page, _client)


async def create_client(
    info: Info, given: Annotated[CreateClientInput, argument(name="input", description="Who.")]
) -> CreateClientPayload:
    """Make a client. Audited."""
    context = info.context
    try:
        made, request = _made(context, given), _request(context, "createClient", given)
        client, key = await operation.create(made, request=request, keys=context.ports.client_keys)
    except UserFault as fault:
        return CreateClientPayload(client=None, key=None, user_errors=[user_error(fault)])
    return CreateClientPayload(client=_client(client), key=key, user_errors=[])


async def revoke_client(
    info: Info, given: Annotated[RevokeClientInput, argument(name="input", description="Whose key.")]
) -> RevokeClientPayload:
    """End a client's key. Audited."""
    context = info.context
    try:
        request = _request(context, "revokeClient", given)
        found = await operation.revoke(given.id, request=request, keys=context.ports.client_keys)
    except UserFault as fault:
        return RevokeClientPayload(client=None, user_errors=[user_error(fault)])
    return RevokeClientPayload(client=_client(found), user_errors=[])


def _made(context: Context, given: CreateClientInput) -> operation.NewClient:
    return operation.new_client(
        given.name,
        frozenset(given.scopes),
        created_at=context.now,
        randomness=context.deployment.randomness,
        channel=given.channel,
        purpose=given.purpose,
        expires_at=instant(given.expires_at, "expiresAt"),
        terms=Terms(given.legal_basis, given.daily_reads, given.per_minute, given.trusted_only),
    )


def _request(context: Context, name: str, given: CreateClientInput | RevokeClientInput) -> ports.Request:
    key = checked_key(given.idempotency_key)
    asked = {name: value for name, value in vars(given).items() if name != "idempotency_key"}
    return context.request(name, key, fingerprint_of(asked) if key else b"")


def _client(one: ports.Client) -> Client:
    terms = one.terms
    return Client(
        id=strawberry.ID(one.id),
        name=one.name,
        scopes=sorted(one.scopes),
        channel=one.channel,
        purpose=one.purpose,
        legal_basis=terms.legal_basis,
        daily_reads=terms.daily_reads,
        per_minute=terms.per_minute,
        trusted_only=terms.trusted_only,
        created_at=moment(one.created_at),
        expires_at=moment(one.expires_at) if one.expires_at else None,
        revoked_at=moment(one.revoked_at) if one.revoked_at else None,
    )
