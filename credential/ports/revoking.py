"""Port of revocation and its public feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.access import Visibility
from credential.certificate import RevocationReason
from credential.ports.reading import Page
from credential.ports.writing import Request
from credential.status.positions import StatusPosition


@dataclass(frozen=True, slots=True)
class RevocationTarget:
    """Exactly one of: certificate ids; or a beneficiary with doses (None = all doses)."""

    ids: tuple[str, ...] | None = None
    beneficiary: tuple[str, str] | None = None
    doses: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class RevocationEntry:
    """A public entry of the revocation feed: no id, no name, no reason. `purpose` is REVOKED or SUPERSEDED.

    `position` is the certificate's bit in the status lists, None for those issued before there were any.
    """

    sequence: int
    at: datetime
    purpose: str
    signature_hash: str
    position: StatusPosition | None = None


@dataclass(frozen=True, slots=True)
class RevokedCertificate:
    """A certificate that no longer counts, since when; for the issuer's own callers only."""

    certificate_id: str
    at: datetime


class Revoking(Protocol):
    """Revokes atomically, cancels PENDING versions, and feeds the public list."""

    async def revoke(
        self, request: Request, target: RevocationTarget, reason: RevocationReason, *, visible: Visibility
    ) -> tuple[str, ...]:
        """Revoke everything that the target names, or nothing; return the ids.

        Revoking what is revoked changes nothing and is no fault. Raises NotFound, BadUserInput (doses not consecutive,
        highest missing) and the idempotency faults.
        """
        ...

    async def publish(self, *, now: datetime) -> int:
        """Give sequence numbers in commit order to revocations and supersessions not yet published; return how many."""
        ...

    async def feed(self, *, first: int, after: str | None) -> Page[RevocationEntry]:
        """Return published entries after a cursor. Raises BadUserInput on a broken cursor."""
        ...

    async def revoked(
        self, *, start: datetime, end: datetime, after: RevokedCertificate | None, limit: int, visible: Visibility
    ) -> list[RevokedCertificate]:
        """Return issued certificates that were revoked or superseded in [start, end), oldest first, after one."""
        ...
