"""createShareLink and revokeShareLinks."""

from typing import Annotated

import strawberry

from credential.errors import UserFault
from credential.operations import sharing
from credential.operations.documents import DocumentFormat
from credential.rendering import Layout
from resolvers.context import Info
from resolvers.enums import Language
from resolvers.errors import UserError, user_error
from resolvers.inputs import KEY, members
from resolvers.issue import checked_key, fingerprint_of
from resolvers.scalars import DateTime, moment

argument = strawberry.argument
field = strawberry.field
ASKED = ["certificate_id", "format", "language", "layout", "minutes"]


@strawberry.input(description="Input of createShareLink.")
class CreateShareLinkInput:
    """What to show, and for how long."""

    certificate_id: strawberry.ID = field(description="An own certificate that counts.")
    format: DocumentFormat = field(default=DocumentFormat.PDF, description="Kind of document.")
    language: Language | None = field(default=None, description="Language of the page; default by facility's state.")
    layout: Layout | None = field(default=None, description="How it is laid out; default by the certificate's kind.")
    minutes: int = field(default=60, description="For how long, 5 to 1,440 minutes.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of createShareLink.")
class CreateShareLinkPayload:
    """The link."""

    url: str | None = field(
        description="Shows the document to whoever has it, without a credential; the holder sees each time in "
        "`accessHistory`. Null where none was made."
    )
    expires_at: DateTime | None = field(
        description="When it ends, if the certificate counts and the number stays so long."
    )
    user_errors: list[UserError] = field(description="Why none was made.")


@strawberry.input(description="Input of revokeShareLinks.")
class RevokeShareLinksInput:
    """Of which certificate."""

    certificate_id: strawberry.ID = field(description="An own certificate.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of revokeShareLinks.")
class RevokeShareLinksPayload:
    """How many."""

    revoked: int = field(description="How many links were open, and are not any more.")
    user_errors: list[UserError] = field(description="Why nothing was done.")


async def create_share_link(
    info: Info, given: Annotated[CreateShareLinkInput, argument(name="input", description="What, and how long.")]
) -> CreateShareLinkPayload:
    """Open a link. Audited."""
    context, ports = info.context, info.context.ports
    language = given.language.value if given.language else None
    wanted = sharing.Wanted(given.certificate_id, given.format, language, given.layout, given.minutes)
    try:
        key = checked_key(given.idempotency_key)
        link = await sharing.share(
            wanted,
            request=context.request("createShareLink", key, fingerprint_of(members(given, ASKED)) if key else b""),
            reading=ports.reading,
            holders=ports.holders,
            sharing=ports.sharing,
            randomness=context.deployment.randomness,
            secret=context.deployment.document_secret,
        )
    except UserFault as fault:
        return CreateShareLinkPayload(url=None, expires_at=None, user_errors=[user_error(fault)])
    url = f"{context.deployment.public_url}/shared/{link.token}"
    return CreateShareLinkPayload(url=url, expires_at=moment(link.ends_at), user_errors=[])


async def revoke_share_links(
    info: Info, given: Annotated[RevokeShareLinksInput, argument(name="input", description="Of which certificate.")]
) -> RevokeShareLinksPayload:
    """Take all links of a certificate back. Audited."""
    context = info.context
    try:
        key = checked_key(given.idempotency_key)
        request = context.request("revokeShareLinks", key, given.certificate_id.encode() if key else b"")
        reading, kept = context.ports.reading, context.ports.sharing
        revoked = await sharing.unshare(given.certificate_id, request=request, reading=reading, sharing=kept)
    except UserFault as fault:
        return RevokeShareLinksPayload(revoked=0, user_errors=[user_error(fault)])
    return RevokeShareLinksPayload(revoked=revoked, user_errors=[])
