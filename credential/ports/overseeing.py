"""Ports of those who administer: who did what, who is behind a number, what failed, and client keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from credential.ports.clients import Client
from credential.ports.reading import Page
from credential.ports.writing import Request


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows of the audit; None means any. Times are [start, end)."""

    action: str | None = None
    client_id: str | None = None
    certificate_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to which certificate, when and why, as it was written then."""

    at: datetime
    action: str
    client_id: str | None
    caller: str
    purpose: str
    channel: str | None
    certificate_id: str | None
    detail: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """What to look for; exactly one is set. `mobile` is E.164."""

    mobile: str | None = field(default=None, repr=False)
    certificate_id: str | None = None
    beneficiary_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A person of a programme, and the certificate that led there: the one named, else the person's newest."""

    programme: str
    beneficiary_id: str = field(repr=False)
    certificate_id: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Work that was given up. `kind` is the job's name, or `acknowledgement`; `reason` has nothing personal."""

    id: str
    kind: str
    certificate_id: str
    reason: str
    at: datetime


class Overseeing(Protocol):
    """What only admins may see. Raises BadUserInput on a broken cursor."""

    async def audit_log(self, where: AuditFilter, *, first: int, after: str | None) -> Page[AuditRecord]:
        """Return rows of the audit, newest first."""
        ...

    async def find_people(self, term: SearchTerm, *, first: int, after: str | None) -> Page[Hit]:
        """Return those whom the term leads to; of a number, those whose newest record has it."""
        ...

    async def given_up(self, *, first: int, after: str | None) -> Page[GivenUp]:
        """Return what was given up, oldest first."""
        ...

    async def replay_given_up(self, ids: Sequence[str], *, request: Request) -> list[str]:
        """Let it be tried again, once under the request's key; audited. Return the ids that wait again.

        A certificate that a later version replaced is not signed any more: its letter stays.
        """
        ...


class ClientKeys(Protocol):
    """Client keys, changed by those who administer: audited in the same transaction, once under a key."""

    async def client_page(self, *, first: int, after: str | None) -> Page[Client]:
        """Return clients, oldest first. Raises BadUserInput on a broken cursor."""
        ...

    async def create_client(self, client: Client, key: str, *, request: Request) -> Client:
        """Store a client and the keyed hash of its key; return the one that the request's key made first."""
        ...

    async def end_client(self, client_id: str, *, request: Request) -> Client:
        """End a client's key; one that has ended keeps its time. Raises NotFound."""
        ...
