"""A certificate as the house keeps it.

States, versions and what may be done with it (contract, Certificate and updateCertificate).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from credential.keys import Profile
from credential.record import Kind, VaccinationRecord


class Status(StrEnum):
    """States: PENDING -> ISSUED, FAILED, REVOKED, SUPERSEDED.

    FAILED -> PENDING by replay; ISSUED -> SUPERSEDED, REVOKED; SUPERSEDED -> REVOKED.
    """

    PENDING = "PENDING"
    ISSUED = "ISSUED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    FAILED = "FAILED"


class Stage(StrEnum):
    """PROVISIONAL below the schedule's number of doses, FINAL at it, PRECAUTION beyond it."""

    PROVISIONAL = "PROVISIONAL"
    FINAL = "FINAL"
    PRECAUTION = "PRECAUTION"


class RevocationReason(StrEnum):
    """Why a certificate was revoked; told only to the issuer's own callers."""

    ISSUED_IN_ERROR = "ISSUED_IN_ERROR"
    WRONG_PERSON = "WRONG_PERSON"
    FRAUD = "FRAUD"
    HOLDER_REQUEST = "HOLDER_REQUEST"
    BATCH_RECALL = "BATCH_RECALL"
    KEY_COMPROMISE = "KEY_COMPROMISE"
    OTHER = "OTHER"


def stage_of(dose: int, total_doses: int) -> Stage:
    """Return the stage of a dose."""
    if dose < total_doses:
        return Stage.PROVISIONAL
    return Stage.FINAL if dose == total_doses else Stage.PRECAUTION


@dataclass(frozen=True, slots=True)
class Certificate:
    """One version of the certificate for (programme, beneficiary, dose).

    `credentials` maps each profile that was signed to its exact JSON text, the primary profile first; empty until
    ISSUED. `live` holds for the one version that counts for its dose. `corrections` counts the corrections of the dose
    that are used up, over all versions. `failure` is a stable reason without personal data. `client_id` is who sent the
    record.
    """

    id: str
    record: VaccinationRecord
    kind: Kind
    status: Status
    version: int
    live: bool
    created_at: datetime
    client_id: str
    issued_at: datetime | None = None
    key_id: str | None = None
    credentials: Mapping[Profile, str] = field(default_factory=dict)
    previous_id: str | None = None
    next_id: str | None = None
    corrections: int = 0
    revoked_at: datetime | None = None
    revocation_reason: RevocationReason | None = None
    failure: str | None = None

    @property
    def dose(self) -> int:
        """The dose, counted from 1."""
        return self.record.vaccination.dose

    @property
    def total_doses(self) -> int:
        """How many doses the schedule has."""
        return self.record.vaccination.total_doses

    @property
    def stage(self) -> Stage:
        """Provisional, final or precaution."""
        return stage_of(self.dose, self.total_doses)

    @property
    def programme(self) -> str:
        """The vaccination programme."""
        return self.record.programme

    @property
    def beneficiary_id(self) -> str:
        """The source system's id of the person."""
        return self.record.beneficiary_id

    @property
    def text(self) -> str | None:
        """The signed JSON text of the primary profile, byte for byte as stored; None until issued."""
        return next(iter(self.credentials.values()), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What verification may know of a certificate id: no personal data."""

    id: str
    status: Status
    revoked_at: datetime | None
    newer_exists: bool
    signature_hashes: tuple[str, ...]
