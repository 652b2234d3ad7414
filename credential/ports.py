"""The doors of the domain: what operations need from the outside, each a Protocol of one to six methods.

One SQL store implements Intake, Signing, Outbox, Reading, Revoking, Counting, Clients, Jobs and KeyRing. All methods
take and return batches where a batch makes sense, raise `Unavailable` when the backend is away, and never leak a
driver's text. Times are aware, UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from credential.access import Caller, Proof, Scope, Visibility
from credential.certificate import Certificate, RevocationReason, Standing, Status
from credential.errors import UserFault
from credential.jobs import Job
from credential.keys import Algorithm, Profile, PublicKey
from credential.record import Kind, VaccinationRecord

T = TypeVar("T")

# --- writing ---


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

    async def correct(self, request: Request, correction: Correction) -> Outcome:
        """Store a new PENDING version.

        Raises StaleVersion (base no longer newest), LimitReached, NotFound and the idempotency faults.
        """
        ...


@dataclass(frozen=True, slots=True)
class PendingCertificate:
    """What signing needs of a PENDING certificate.

    `issued_at` and `key_id` are set once intent was stored, and then stay.
    """

    id: str
    record: VaccinationRecord
    kind: Kind
    version: int
    issued_at: datetime | None
    key_id: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Intent:
    """What is stored before the signer is called.

    Which key signs, the issuance time, and the digest of the bytes to sign.
    """

    certificate_id: str
    key_id: str
    issued_at: datetime
    payload_digest: bytes


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

    async def intend(self, intents: Sequence[Intent]) -> None:
        """Store the intents before the signer is called."""
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


# --- reading ---


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Which certificates of a beneficiary; None means any.

    An empty `statuses` means ISSUED and REVOKED and PENDING first issues.
    """

    dose: int | None = None
    kind: Kind | None = None
    statuses: frozenset[Status] = frozenset()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a connection: items with one opaque cursor each."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool


class Reading(Protocol):
    """Reads with rows limited in SQL by `visible`; a `proof` that does not fit gives nothing, after equal work."""

    async def by_ids(
        self, ids: Sequence[str], *, visible: Visibility, proof: Proof | None = None
    ) -> list[Certificate | None]:
        """Return one entry per id, None where unknown or not visible."""
        ...

    async def of_beneficiary(
        self,
        programme: str,
        beneficiary_id: str,
        *,
        visible: Visibility,
        proof: Proof | None = None,
        where: CertificateFilter | None = None,
        first: int = 100,
        after: str | None = None,
    ) -> Page[Certificate] | None:
        """Return certificates in the order dose desc, version desc, id.

        None where the beneficiary is unknown, not visible or not proven. Raises BadUserInput on a broken cursor.
        """
        ...

    async def versions(self, certificate_id: str, *, visible: Visibility) -> list[Certificate]:
        """Return all versions for the same programme, beneficiary and dose that were issued or may be, newest first."""
        ...

    async def standings(self, ids: Sequence[str]) -> list[Standing | None]:
        """Return what verification may know of each id."""
        ...

    async def statuses(self, ids: Sequence[str]) -> list[Status | None]:
        """Return only the states: what `waitMs` polls."""
        ...


# --- revoking ---


@dataclass(frozen=True, slots=True)
class RevocationTarget:
    """Exactly one of: certificate ids; or a beneficiary with doses (None = all doses)."""

    ids: tuple[str, ...] | None = None
    beneficiary: tuple[str, str] | None = None
    doses: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class RevocationEntry:
    """A public entry of the revocation feed: no id, no name, no reason. `purpose` is REVOKED or SUPERSEDED."""

    sequence: int
    at: datetime
    purpose: str
    signature_hash: str


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


# --- counting ---


class Measure(StrEnum):
    """What is counted."""

    ISSUED = "ISSUED"
    UPDATED = "UPDATED"
    REVOKED = "REVOKED"
    ACCESSED = "ACCESSED"
    VERIFIED = "VERIFIED"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, without personal data.

    `dimensions` are (name, value) pairs such as ("state", "Kerala"), sorted by name.
    """

    measure: Measure
    at: datetime
    certificate_id: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which certificate, and why; no personal data. `action` is such as `issue`, `read`, `revoke`."""

    caller: Caller
    action: str
    certificate_id: str | None
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series: the bucket's first day, its dimension values, the count."""

    bucket: date
    dimensions: tuple[tuple[str, str], ...]
    value: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What `stats` answers from rollups. `as_of` is when the youngest counted event happened or the fold ran."""

    as_of: datetime | None
    totals: Mapping[Measure, int]
    accessed_by_channel: tuple[tuple[str, int], ...]


class Counting(Protocol):
    """Appends audit rows and events, folds events into rollups, answers from rollups only."""

    async def audit(self, entries: Sequence[AuditEntry]) -> None:
        """Write audit rows, committed before the answer is sent; raises Unavailable when it cannot."""
        ...

    async def append(self, events: Sequence[Event]) -> None:
        """Append events."""
        ...

    async def rollup(self, *, now: datetime, limit: int = 10_000) -> int:
        """Fold up to `limit` events, exactly once each; return how many."""
        ...

    async def figures(self, *, start: date | None, end: date | None, where: Mapping[str, str]) -> Figures:
        """Return totals over days in [start, end) in the deployment's time zone."""
        ...

    async def series(
        self, measure: Measure, *, start: date | None, end: date | None, by: Sequence[str], where: Mapping[str, str]
    ) -> list[Point]:
        """Return the daily series of a measure, split by dimensions."""
        ...


# --- clients, jobs, keys ---


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

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"


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


# --- the other backends ---


class Signer(Protocol):
    """Signs bytes with private keys that never leave it."""

    def keys(self) -> Sequence[PublicKey]:
        """Return the public halves with their periods."""
        ...

    async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:
        """Sign each payload: RSA as PSS SHA-256 salt 32, Ed25519 pure, P-256 as raw r||s over SHA-256.

        Raises SigningFailed.
        """
        ...


class Queue(Protocol):
    """Carries jobs to workers. A hint: what it loses the relay sends again."""

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Send jobs; raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Artifacts(Protocol):
    """Keeps rendered documents, encrypted, under keyed-hash names."""

    async def get(self, name: str) -> bytes | None:
        """Return the bytes, None where absent."""
        ...

    async def put(self, name: str, data: bytes) -> None:
        """Store the bytes; storing again replaces."""
        ...

    async def delete(self, name: str) -> None:
        """Remove; absent is no fault."""
        ...


class Notifier(Protocol):
    """Tells a holder that a certificate is there, changed or gone."""

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        """Send to `tel:+91...` or `mailto:...`."""
        ...
