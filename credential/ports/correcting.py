"""Port of correction requests: what a holder says is wrong, for an admin to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from credential.access import Caller
from credential.ports.reading import Page
from credential.ports.writing import Request


class CorrectionState(StrEnum):
    """States of a correction request."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """What is wanted, and what became of it.

    `changes` has the record's JSON shape, as updateCertificate takes it; `note` is the holder's own word, `reason` the
    admin's.
    """

    id: str
    certificate_id: str
    state: CorrectionState
    created_at: datetime
    changes: Mapping[str, Any] = field(default_factory=dict, repr=False)
    note: str = field(default="", repr=False)
    reason: str = ""
    decided_at: datetime | None = None


class Corrections(Protocol):
    """Keeps correction requests, sealed under the person's key."""

    async def request_correction(self, wanted: CorrectionRequest, *, request: Request) -> str:
        """Store a request, audited; return its id, which under the same key is that of the first time.

        Raises LimitReached where three of the certificate's are open, NotFound, and the idempotency faults.
        """
        ...

    async def correction(self, request_id: str) -> CorrectionRequest | None:
        """Return a request."""
        ...

    async def decide_correction(
        self, request_id: str, state: CorrectionState, reason: str, *, caller: Caller, now: datetime
    ) -> bool:
        """Close an open request; audited. False where it is closed already."""
        ...

    async def corrections(
        self, *, state: CorrectionState | None, first: int, after: str | None
    ) -> Page[CorrectionRequest]:
        """Return a page of all requests, oldest first. Raises BadUserInput on a broken cursor."""
        ...

    async def corrections_of(self, programme: str, beneficiary_id: str) -> list[CorrectionRequest]:
        """Return a beneficiary's requests, newest first."""
        ...
