"""Port of reading back what was signed, with the intent that it was signed for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from credential.keys import Profile
from credential.ports.writing import PendingCertificate


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate that was signed: what was meant, the digest of the bytes to sign, and the stored texts."""

    item: PendingCertificate
    payload_digest: bytes
    credentials: Mapping[Profile, str]


@dataclass(frozen=True, slots=True)
class SignedPage:
    """Some certificates in the order of shard and id; `shard` is the last one's, `after` is for the next page."""

    signed: tuple[Signed, ...]
    shard: int
    after: tuple[int, str] | None


class Rebuilding(Protocol):
    """Reads everything that was ever signed, superseded and revoked versions too."""

    async def signed_after(self, after: tuple[int, str] | None, *, limit: int) -> SignedPage:
        """Return the next certificates; `after` None is the beginning, and in the answer the end."""
        ...
