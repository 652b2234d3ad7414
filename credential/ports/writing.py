"""Ports of issuing: intake of records and corrections, signing, and the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.access import Caller
from credential.errors import UserFault
from credential.jobs import Job
from credential.keys import Profile
from credential.record import Kind, VaccinationRecord
from credential.status.positions import StatusPosition


@dataclass(frozen=True, slots=True)
class Request:
    """What every mutation carries.

    Who asks, which operation, the idempotency key (None = none), what the fingerprint is taken over, and the time.
    """

    caller: Caller
    operation: str
    key: str | None
    fingerprint: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record: a certificate id or a fault."""

    certificate_id: str | None = None
    fault: UserFault | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Answer of `Intake.accept`.

    One outcome per item in order, the job to follow (None for a single record), and whether it was a replay.
    """

    outcomes: tuple[Outcome, ...]
    job_id: str | None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A new version of a certificate.

    `base_id` is the version that was read and merged; the store refuses when it is no longer the newest.
    """

    base_id: str
    record: VaccinationRecord
    kind: Kind
    counts: bool
    limit: int


class Intake(Protocol):
    """Takes records in.

    Each item's record, certificate row PENDING, idempotency, audit and outbox rows are one transaction.
    """

    async def accept(self, request: Request, items: Sequence[VaccinationRecord | UserFault]) -> Accepted:
        """Store the items; faults pass through to the outcomes.

        DUPLICATE per item. Raises IdempotencyConflict, IdempotencyInProgress.
        """
        ...

    async def recall(self, request: Request) -> Outcome | None:
        """Return the stored outcome of a single-item request with the same key, or None.

        Raises IdempotencyConflict, IdempotencyInProgress.
        """
        ...

    async def correct(self, request: Request, correction: Correction | UserFault) -> Outcome:
        """Store a new PENDING version; or a fault, as the answer under the request's key, and raise it.

        Raises StaleVersion (base no longer newest), LimitReached, NotFound and the idempotency faults.
        """
        ...


@dataclass(frozen=True, slots=True)
class PendingCertificate:
    """What signing needs of a PENDING certificate.

    `issued_at`, `key_id` and `position`, its bit in the status lists, are set once intent was stored, and then stay.
    Those without a position were meant to be without.
    """

    id: str
    record: VaccinationRecord
    kind: Kind
    version: int
    issued_at: datetime | None
    key_id: str | None
    attempts: int
    position: StatusPosition | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What is stored before the signer is called.

    Which key signs, the issuance time, the digest of the bytes to sign, and the bit in the status lists.
    """

    certificate_id: str
    key_id: str
    issued_at: datetime
    payload_digest: bytes
    position: StatusPosition | None = None


@dataclass(frozen=True, slots=True)
class SignedCertificate:
    """A signed certificate: exact JSON text per profile (primary first) and the hash of each signature."""

    certificate_id: str
    credentials: Mapping[Profile, str]
    signature_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SigningFailure:
    """A certificate that cannot be signed.

    `final` marks it FAILED with the reason; otherwise it stays PENDING for another attempt.
    """

    certificate_id: str
    reason: str
    final: bool


class Signing(Protocol):
    """What the signing operation needs."""

    async def take(self, ids: Sequence[str]) -> list[PendingCertificate]:
        """Return those of the ids that are still PENDING, with their records."""
        ...

    async def positions(self, count: int) -> list[StatusPosition]:
        """Hand out as many bits of the status lists, in a transaction of its own; what is not used stays unused."""
        ...

    async def intend(self, intents: Sequence[Intent]) -> list[str]:
        """Store the intents before the signer is called; what was stored first stays.

        Return the ids that are PENDING and whose stored key, time and position are the given ones: only these may be
        signed.
        """
        ...

    async def complete(self, signed: Sequence[SignedCertificate], *, now: datetime) -> list[str]:
        """Make each ISSUED in one transaction: the old version SUPERSEDED, events appended, outbox rows gone.

        Return the ids that were still PENDING (the others were cancelled or done meanwhile and are left alone).
        """
        ...

    async def fail(self, failures: Sequence[SigningFailure], *, now: datetime) -> None:
        """Record failures: final ones become FAILED, with a dead-letter row."""
        ...

    async def replay(self, ids: Sequence[str], *, now: datetime) -> list[str]:
        """Turn FAILED certificates back to PENDING with a new outbox row; return the ids that were."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up, and why: never a value of a record."""

    job: str
    certificate_id: str
    reason: str
    at: datetime


class Outbox(Protocol):
    """What the relay needs: jobs whose intent is stored and which nobody has finished."""

    async def due(self, *, now: datetime, limit: int) -> list[Job]:
        """Lease up to `limit` due rows (FOR UPDATE SKIP LOCKED).

        Push their next attempt into the future, and return them as jobs.
        """
        ...

    async def backlog(self) -> int:
        """Return how many rows wait, for back-pressure and health."""
        ...


class DeadLetters(Protocol):
    """Jobs that were given up, for operators."""

    async def dead_letters(self, *, limit: int) -> list[DeadLetter]:
        """Return jobs that were given up, the oldest first."""
        ...

    async def revive(self, letters: Sequence[DeadLetter], *, caller: Caller, now: datetime) -> int:
        """Make given up jobs due again, with all attempts before them; audited. Return how many still were given up.

        Those of signing are none of these: `Signing.replay` makes their certificates PENDING again.
        """
        ...


class Housekeeping(Protocol):
    """Forgetting what has served its time."""

    async def purge(self, *, now: datetime) -> int:
        """Forget idempotency rows and jobs older than seven days; return how many rows went."""
        ...


class Statistics(Protocol):
    """What the store's planner knows of its tables."""

    async def analyze(self) -> int:
        """Bring it up to date where a table has grown much; return how many tables were."""
        ...
