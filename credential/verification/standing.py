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
from credential.verification.status_lists import ListAnswer


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The answer to a look-up: the standing, None for an unknown id; `as_of` None where nobody could answer."""

    standing: Standing | None
    as_of: datetime | None


StandingLookup = Callable[[str], StatusAnswer]

NOT_ASKED: Final = "The issuer's records were not asked."
NO_LIST: Final = "The certificate names no status list."
REVOKED: Final = "The certificate was revoked."
NOT_REVOKED: Final = "The certificate is not revoked."
REPLACED: Final = "A corrected certificate has taken its place."
NOT_REPLACED: Final = "No correction has taken its place."
NO_RECORD: Final = "The issuer's records do not know this certificate."


def names_status_list(document: Mapping[str, Any], profile: Profile) -> bool:
    """Tell whether a document of the right structure names its place in a status list."""
    if profile is Profile.VC2:
        return "credentialStatus" in document
    return marked_position(evidence_id(document)) is not None


def check_standing(answer: StatusAnswer | ListAnswer | None, signature: str | None) -> tuple[Check, ...]:
    """Return the four checks; `signature` is the signature's hash, an answer of None means that nobody was asked."""
    if isinstance(answer, ListAnswer):
        return check_listed(answer)
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


def check_listed(answer: ListAnswer) -> tuple[Check, ...]:
    """Return the four checks as far as status lists can tell; they hold no records.

    A superseded certificate has the bits of both purposes: it no longer counts, and another one has taken its place.
    """
    if not answer.named:
        return _not_made(NO_LIST)
    if answer.revoked is None and answer.superseded is None:
        return _not_made("The status list of the certificate is not at hand.")
    gone = answer.revoked and not answer.superseded
    return (
        _freshness(answer),
        failed(CheckCode.REVOCATION, REVOKED) if gone else _unless_stale(CheckCode.REVOCATION, NOT_REVOKED, answer),
        failed(CheckCode.SUPERSESSION, REPLACED)
        if answer.superseded
        else _unless_stale(CheckCode.SUPERSESSION, NOT_REPLACED, answer),
        not_checked(CheckCode.STORED_RECORD, NOT_ASKED),
    )


def _freshness(answer: ListAnswer) -> Check:
    if answer.fresh:
        return passed(CheckCode.STATUS_FRESHNESS, "The status comes from a signed list that has not expired.")
    if answer.revoked is None:
        return not_checked(CheckCode.STATUS_FRESHNESS, "The list of revocations is not at hand.")
    return failed(CheckCode.STATUS_FRESHNESS, "The status list has expired; get a newer one.")


def _unless_stale(code: CheckCode, message: str, answer: ListAnswer) -> Check:
    """A bit that is not set tells something only in a fresh list; one that is set, for ever."""
    return passed(code, message) if answer.fresh else not_checked(code, "No status list that is fresh tells.")


def _not_made(reason: str) -> tuple[Check, ...]:
    codes = (CheckCode.STATUS_FRESHNESS, CheckCode.REVOCATION, CheckCode.SUPERSESSION, CheckCode.STORED_RECORD)
    return tuple(not_checked(code, reason) for code in codes)


def _revocation(standing: Standing) -> Check:
    if standing.status is Status.REVOKED:
        return failed(CheckCode.REVOCATION, REVOKED)
    return passed(CheckCode.REVOCATION, NOT_REVOKED)


def _supersession(standing: Standing) -> Check:
    if standing.status is Status.SUPERSEDED:
        return failed(CheckCode.SUPERSESSION, REPLACED)
    return passed(CheckCode.SUPERSESSION, NOT_REPLACED)


def _stored_record(standing: Standing, signature: str | None) -> Check:
    if not standing.signature_hashes:
        return not_checked(CheckCode.STORED_RECORD, "The issuer's records hold no signature of this certificate.")
    if signature in standing.signature_hashes:
        return passed(CheckCode.STORED_RECORD, "The issuer's records hold this very certificate.")
    return failed(CheckCode.STORED_RECORD, "The issuer's records hold another certificate of this id.")
