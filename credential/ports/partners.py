"""Ports of what partner apps do: who received what, daily budgets of reads, and documents that were trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from credential.access import Caller, Visibility
from credential.ports.reading import Page


@dataclass(frozen=True, slots=True)
class Access:
    """That somebody was given a certificate. `how` is the door's word for it, "" for GraphQL and the documents."""

    at: datetime
    certificate_id: str
    caller: str
    channel: str | None
    purpose: str
    legal_basis: str
    how: str


class AccessLog(Protocol):
    """Tells who received a beneficiary's certificates, from the audit."""

    async def accesses(
        self, programme: str, beneficiary_id: str, *, visible: Visibility, first: int, after: str | None
    ) -> Page[Access]:
        """Return a page, newest first; empty where nothing is visible. Raises BadUserInput on a broken cursor."""
        ...


class ReadBudgets(Protocol):
    """Counts reads per client and day, over all gateways."""

    async def spend_reads(self, client_id: str, day: date, number: int) -> int:
        """Add reads to a day's count; return the count with them."""
        ...


class ReadAllowance(Protocol):
    """Lets clients read as much a day as was agreed."""

    async def spend(self, caller: Caller, number: int) -> None:
        """Count reads before they are looked up, found or not. Raises RateLimited beyond what was agreed."""
        ...


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    """A GraphQL document that an operator trusted; `sha256` is of its UTF-8 bytes, in lower hexadecimal."""

    sha256: str
    text: str
    name: str
    added_at: datetime


class TrustedDocuments(Protocol):
    """Keeps trusted documents."""

    async def trust_documents(self, documents: Sequence[TrustedDocument]) -> None:
        """Add documents; one that is there keeps its place."""
        ...

    async def distrust_document(self, sha256: str) -> bool:
        """Remove a document; False where it was not there."""
        ...

    async def trusted_document(self, sha256: str) -> str | None:
        """Return a document's text."""
        ...

    async def trusted_documents(self) -> list[TrustedDocument]:
        """Return all, by name."""
        ...
