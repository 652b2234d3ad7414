"""Documents: what a worker or the gateway makes of certificates."""

from typing import Self

import strawberry

from credential.operations.documents import DocumentState
from credential.operations.links import link_to
from credential.operations.sealing import Stored
from resolvers.context import Context
from resolvers.fields import computed
from resolvers.scalars import Base64, DateTime, moment

LARGEST_INT = 2**31 - 1


@strawberry.type(description="A document or picture made of a certificate, or a bundle of many.")
class Document:
    """Facts of bytes, and where they are; or word that they are on their way."""

    data: strawberry.Private[bytes | None]
    state: DocumentState = strawberry.field(description="Whether it is there.")
    retry_after_ms: int | None = strawberry.field(
        description="While PENDING, after how many milliseconds to ask again."
    )
    url: str | None = strawberry.field(
        description="Path on this server, fetched with the same credential: unguessable, and good until `expiresAt`. "
        "To a QR code it is a lasting one, to which a partner sends its proof in the headers X-Proof-Mobile or "
        "X-Proof-Date-Of-Birth."
    )
    expires_at: DateTime | None = strawberry.field(
        description="Until when the path can be fetched, 15 minutes; null as long as the credential lasts."
    )
    content_type: str | None = strawberry.field(description="Media type of the bytes.")
    byte_size: int | None = strawberry.field(
        description="Number of bytes; null above 2,147,483,647, the largest Int of GraphQL."
    )
    sha256: str | None = strawberry.field(description="SHA-256 of the bytes, in hexadecimal.")

    @computed("The bytes themselves, which `url` gives cheaper; null of a bundle.")
    def base64(self) -> Base64 | None:
        """Encode the bytes, only where they are asked for."""
        return None if self.data is None else Base64(self.data)

    @classmethod
    def of(cls, name: str, stored: Stored, context: Context) -> Self:
        """Return an artifact with a link to it for who asks."""
        link = link_to(name, context.caller, secret=context.deployment.document_secret, now=context.now)
        return cls._there(stored, f"/documents/{link.token}", moment(link.expires_at))

    @classmethod
    def drawn(cls, stored: Stored, url: str | None) -> Self:
        """Return what was made at once and is kept nowhere."""
        return cls._there(stored, url, None)

    @classmethod
    def pending(cls, retry_after_ms: int) -> Self:
        """Return word that it is on its way."""
        return cls._without(DocumentState.PENDING, retry_after_ms)

    @classmethod
    def failed(cls) -> Self:
        """Return word that there is none and will be none."""
        return cls._without(DocumentState.FAILED, None)

    @classmethod
    def _there(cls, stored: Stored, url: str | None, expires_at: DateTime | None) -> Self:
        facts = stored.envelope
        return cls(
            data=None if facts.sections else stored.data,
            state=DocumentState.READY,
            retry_after_ms=None,
            url=url,
            expires_at=expires_at,
            content_type=facts.media_type,
            byte_size=facts.size if facts.size <= LARGEST_INT else None,
            sha256=facts.sha256,
        )

    @classmethod
    def _without(cls, state: DocumentState, retry_after_ms: int | None) -> Self:
        return cls(
            data=None,
            state=state,
            retry_after_ms=retry_after_ms,
            url=None,
            expires_at=None,
            content_type=None,
            byte_size=None,
            sha256=None,
        )
