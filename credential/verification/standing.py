"""STATUS_FRESHNESS, REVOCATION, SUPERSESSION and STORED_RECORD: what the issuer's records know of the certificate.

The look-up is by certificate id, after the signature: nothing unsigned takes part in it. A certificate that the records
do not know and that names no place in a status list has no status: these checks are then not made and lower nothing, so
that certificates of the old system stay VALID (contract, verify).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from credential.binding import evidence_id, marked_position
from credential.certificate import Standing, Status
from credential.keys import Profile
from credential.verification.result import Check, CheckCode, failed, not_checked, passed


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The answer to a look-up: the standing, None for an unknown id; `as_of` None where nobody could answer."""

    standing: Standing | None
    as_of: datetime | None


StandingLookup = Callable[[str], StatusAnswer]

NOT_ASKED: Final = "The issuer's records were not asked."
NO_RECORD: Final = "The issuer's records do not know this certificate."


def names_status_list(document: Mapping[str, Any], profile: Profile) -> bool:
    """Tell whether a document of the right structure names its place in a status list."""
    if profile is Profile.VC2:
        return "credentialStatus" in document
    return marked_position(evidence_id(document)) is not None


def check_standing(answer: StatusAnswer | None, signature: str | None) -> tuple[Check, ...]:
    """Return the four checks; `signature` is the signature's hash, an answer of None means that nobody was asked."""
    if answer is None:
        return _not_made(NOT_ASKED)
    if answer.as_of is None:
        return _not_made("The issuer's records could not be reached; try again later.")
    if answer.standing is None:
        return _not_made(NO_RECORD)
    standing = answer.standing
    return (
        passed(CheckCode.STATUS_FRESHNESS, "The status comes from the issuer's records."),
        _revocation(standing),
        _supersession(standing),
        _stored_record(standing, signature),
    )


def _not_made(reason: str) -> tuple[Check, ...]:
    codes = (CheckCode.STATUS_FRESHNESS, CheckCode.REVOCATION, CheckCode.SUPERSESSION, CheckCode.STORED_RECORD)
    return tuple(not_checked(code, reason) for code in codes)


def _revocation(standing: Standing) -> Check:
    if standing.status is Status.REVOKED:
        return failed(CheckCode.REVOCATION, "The certificate was revoked.")
    return passed(CheckCode.REVOCATION, "The certificate is not revoked.")


def _supersession(standing: Standing) -> Check:
    if standing.status is Status.SUPERSEDED:
        return failed(CheckCode.SUPERSESSION, "A corrected certificate has taken its place.")
    return passed(CheckCode.SUPERSESSION, "No correction has taken its place.")


def _stored_record(standing: Standing, signature: str | None) -> Check:
    if not standing.signature_hashes:
        return not_checked(CheckCode.STORED_RECORD, "The issuer's records hold no signature of this certificate.")
    if signature in standing.signature_hashes:
        return passed(CheckCode.STORED_RECORD, "The issuer's records hold this very certificate.")
    return failed(CheckCode.STORED_RECORD, "The issuer's records hold another certificate of this id.")
