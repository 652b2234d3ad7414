"""Ports of client keys, jobs, the contact index and the issuer's public keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from credential.access import NO_TERMS, Caller, Scope, Terms
from credential.keys import PublicKey
from credential.ports.reading import Page
from credential.ports.writing import Outcome


@dataclass(frozen=True, slots=True)
class Client:
    """A client as operators see it; the key itself is shown once and stored as a keyed hash."""

    id: str
    name: str
    scopes: frozenset[Scope]
    channel: str | None
    purpose: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    terms: Terms = NO_TERMS


class Clients(Protocol):
    """Client keys."""

    async def create(self, client: Client, key: str) -> None:
        """Store a client and the keyed hash of its key."""
        ...

    async def clients(self) -> list[Client]:
        """Return all clients, oldest first."""
        ...

    async def revoke_client(self, client_id: str, *, now: datetime) -> bool:
        """End a client's key; False where unknown."""
        ...

    async def authenticate(self, key: str, *, now: datetime) -> Caller | None:
        """Return who bears the key, None where unknown, expired or revoked."""
        ...


class JobState(StrEnum):
    """States of a job."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class JobReport:
    """A batch of records on its way.

    `done` counts ISSUED (or superseded, revoked since), `failed` counts faults and FAILED.
    """

    id: str
    kind: str
    state: JobState
    total: int
    done: int
    failed: int
    created_at: datetime
    finished_at: datetime | None


class Jobs(Protocol):
    """Jobs of a client; another client's jobs answer as unknown."""

    async def job(self, job_id: str, *, client_id: str | None) -> JobReport | None:
        """Return a job; `client_id` None means any client's (admin)."""
        ...

    async def results(
        self, job_id: str, *, client_id: str | None, first: int, after: str | None
    ) -> Page[tuple[int, Outcome]]:
        """Return (index, outcome) pairs in order. Raises BadUserInput on a broken cursor."""
        ...


class ContactIndex(Protocol):
    """Which beneficiaries a mobile number belongs to, by keyed hash: a hint that can be rebuilt; the record decides."""

    async def index_contacts(self, ids: Sequence[str]) -> int:
        """Index the contacts of these certificates and drop their outbox rows; return how many were indexed."""
        ...


class KeyRing(Protocol):
    """Public keys of the issuer, registered by workers, served by the gateway."""

    async def register(self, keys: Sequence[PublicKey]) -> None:
        """Insert or update public keys."""
        ...

    async def public_keys(self) -> list[PublicKey]:
        """Return all, retired ones too."""
        ...
