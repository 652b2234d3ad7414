"""What verifying answers: one check per rule, in the contract's order, and a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from credential.certificate import Stage
from credential.formats.received import Format


class CheckCode(StrEnum):
    """The checks, in the order in which they are made and reported (contract, verify)."""

    DECODE = "DECODE"
    STRUCTURE = "STRUCTURE"
    CONTEXT = "CONTEXT"
    SUBJECT_ID = "SUBJECT_ID"
    ISSUER = "ISSUER"
    KEY = "KEY"
    SIGNATURE = "SIGNATURE"
    FIELD_BINDING = "FIELD_BINDING"
    PLAUSIBILITY = "PLAUSIBILITY"
    NOT_BEFORE = "NOT_BEFORE"
    EXPIRY = "EXPIRY"
    STATUS_FRESHNESS = "STATUS_FRESHNESS"
    REVOCATION = "REVOCATION"
    SUPERSESSION = "SUPERSESSION"
    STORED_RECORD = "STORED_RECORD"


class CheckStatus(StrEnum):
    """What became of a check."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    NOT_CHECKED = "NOT_CHECKED"


class Verdict(StrEnum):
    """The answer as a whole; of several that apply the first counts."""

    UNREADABLE = "UNREADABLE"
    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    INVALID = "INVALID"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    INCONCLUSIVE = "INCONCLUSIVE"
    VALID = "VALID"


class Policy(StrEnum):
    """How much must be known for VALID: STRICT wants every member bound, STRICT and STANDARD want a known status."""

    STRICT = "STRICT"
    STANDARD = "STANDARD"
    OFFLINE = "OFFLINE"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `message` is for people and never holds a value of the certificate."""

    code: CheckCode
    status: CheckStatus
    message: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the certificate says, for showing beside the verdict; None where it does not say. Dates are as written."""

    name: str | None
    age: str | None
    date_of_birth: str | None
    gender: str | None
    certificate_id: str | None
    beneficiary_id: str | None
    vaccine: str | None
    vaccine_type: str | None
    batch: str | None
    manufacturer: str | None
    date: str | None
    dose: int | None
    total_doses: int | None
    stage: Stage | None
    facility: str | None
    district: str | None
    state: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer to "is this certificate genuine and in force?".

    `ambiguous_fields` are the members whose values the signature does not keep apart. `status_as_of` is None where no
    status was asked. `facts` and `document` are None where nothing could be read; facts of a certificate that is not
    VALID prove nothing.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    ambiguous_fields: tuple[str, ...]
    format: Format | None
    issuer: str | None
    facts: Facts | None
    newer_certificate_exists: bool
    checked_at: datetime
    status_as_of: datetime | None
    document: dict[str, Any] | None

    def check(self, code: CheckCode) -> Check:
        """Return one check by its code."""
        return next(check for check in self.checks if check.code is code)


def passed(code: CheckCode, message: str) -> Check:
    """Return a check that passed."""
    return Check(code, CheckStatus.PASSED, message)


def failed(code: CheckCode, message: str) -> Check:
    """Return a check that failed."""
    return Check(code, CheckStatus.FAILED, message)


def not_checked(code: CheckCode, message: str) -> Check:
    """Return a check that could not be made."""
    return Check(code, CheckStatus.NOT_CHECKED, message)


def complete(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Return one check per code, in the contract's order; those not made are NOT_CHECKED."""
    made = {check.code: check for check in checks}
    reason = "Not reached, since an earlier check failed."
    return tuple(made.get(code) or not_checked(code, reason) for code in CheckCode)
