"""Port of revocation by reach: a survey, and the acts, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.certificate import RevocationReason
from credential.ports.writing import Request
from credential.reach import Reach


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the order of certificates; the first is before all."""

    shard: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class SurveyedPage:
    """How many of a page are reached, the first of them, and where the next page begins (None: nowhere)."""

    count: int
    sample: tuple[str, ...]
    after: Spot | None


@dataclass(frozen=True, slots=True)
class RevokedPage:
    """How many of a page are revoked now, and where the next page begins (None: nowhere)."""

    count: int
    after: Spot | None


class Reaching(Protocol):
    """Finds and revokes what a reach names: signed and PENDING certificates, superseded ones too."""

    async def survey(self, reach: Reach, after: Spot, *, sample: int) -> SurveyedPage:
        """Look through a page of certificates."""
        ...

    async def revoke_reached(
        self, request: Request, reach: Reach, reason: RevocationReason, after: Spot, *, since: datetime | None
    ) -> RevokedPage:
        """Revoke a page in one transaction, with later versions of the same doses that the reach's `where` names.

        What was revoked from `since` on counts too, so that a page that is repeated comes to the same.
        """
        ...

    async def undecided(self, reach: Reach) -> bool:
        """Tell whether something PENDING will fall inside or outside only when it is signed."""
        ...

    async def is_begun(self, subject: bytes) -> bool:
        """Tell whether somebody began a revocation of this subject."""
        ...

    async def unread(self) -> bool:
        """Tell whether certificates of an earlier release are there whose batch nobody has read yet."""
        ...

    async def read_on(self, *, limit: int) -> int:
        """Read batch, vaccine and vaccinator of so many of them; return how many."""
        ...
