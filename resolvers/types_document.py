"""Documents: what a worker or the gateway makes of a certificate."""

import hashlib
from typing import Self

import strawberry

from credential.operations.documents import DocumentState
from resolvers.scalars import Base64, DateTime


@strawberry.type(description="A document or picture made of a certificate.")
class Document:
    """Bytes with their facts, or word that they are on their way."""

    state: DocumentState = strawberry.field(description="Whether it is there; when PENDING ask again in a second.")
    url: str | None = strawberry.field(
        description="Path on this server, fetched with the same credential (a partner sends its proof in the headers "
        "X-Proof-Mobile or X-Proof-Date-Of-Birth)."
    )
    expires_at: DateTime | None = strawberry.field(
        description="Until when the path can be fetched; null as long as the credential lasts."
    )
    content_type: str | None = strawberry.field(description="Media type of the bytes.")
    byte_size: int | None = strawberry.field(description="Number of bytes.")
    sha256: str | None = strawberry.field(description="SHA-256 of the bytes, in hexadecimal.")
    base64: Base64 | None = strawberry.field(description="The bytes.")

    @classmethod
    def ready(cls, data: bytes, *, content_type: str, url: str | None) -> Self:
        """Return a document that is there."""
        return cls(
            state=DocumentState.READY,
            url=url,
            expires_at=None,
            content_type=content_type,
            byte_size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            base64=Base64(data),
        )

    @classmethod
    def without_bytes(cls, state: DocumentState, url: str | None) -> Self:
        """Return a document that is not there, yet or at all."""
        return cls(state=state, url=url, expires_at=None, content_type=None, byte_size=None, sha256=None, base64=None)
