"""The checks put together: `examine` the document, look up its standing if it is signed, `conclude`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from credential.errors import Unreadable
from credential.formats.received import Received
from credential.keys import Profile, PublicKey
from credential.proof import signature_hash
from credential.verification.context import check_context, check_subject_id
from credential.verification.facts import read_facts
from credential.verification.field_binding import check_field_binding
from credential.verification.plausibility import check_plausibility
from credential.verification.result import (
    Check,
    CheckCode,
    CheckStatus,
    Policy,
    Verdict,
    Verification,
    complete,
    failed,
    passed,
)
from credential.verification.signer import check_issuer, find_signer
from credential.verification.standing import StandingLookup, StatusAnswer, check_standing, names_status_list
from credential.verification.status_lists import ListAnswer, StatusLists
from credential.verification.structure import certificate_id, check_structure, profile_of
from credential.verification.times import check_expiry, check_not_before
from credential.verification.verdict import verdict_of


@dataclass(frozen=True, slots=True)
class Examination:
    """What the document itself tells: the checks from DECODE to EXPIRY, before anyone's records are asked.

    `certificate_id` and `signature_hash` are set only where the signature passed: what to look up. `compromised`: the
    key that made it was; `foreign`: it is another issuer's, whose standing our records do not know.
    """

    received: Received
    profile: Profile
    checks: tuple[Check, ...]
    now: datetime
    ambiguous_fields: tuple[str, ...] = ()
    certificate_id: str | None = None
    signature_hash: str | None = None
    compromised: bool = False
    foreign: bool = False


def judge(
    received: Received,
    *,
    keys: Sequence[PublicKey],
    policy: Policy,
    now: datetime,
    standing: StandingLookup | None = None,
    lists: StatusLists | None = None,
) -> Verification:
    """Return the verification of a document that was read.

    `standing` None means that nobody's records are asked; then `lists`, the status lists at hand, may tell.
    """
    examination = examine(received, keys=keys, now=now)
    identifier = examination.certificate_id
    answer: StatusAnswer | ListAnswer | None = None
    if examination.foreign:
        identifier = None
    if identifier is not None and standing is not None:
        answer = standing(identifier)
    elif identifier is not None and lists is not None:
        answer = lists.look_up(received.document, examination.profile, now=now)
    return conclude(examination, answer, policy=policy)


def unreadable(reason: Unreadable, *, now: datetime) -> Verification:
    """Return the verification of what could not be read."""
    checks = complete([failed(CheckCode.DECODE, str(reason))])
    return Verification(Verdict.UNREADABLE, checks, (), None, None, None, False, now, None, None)  # noqa: FBT003


def examine(received: Received, *, keys: Sequence[PublicKey], now: datetime) -> Examination:
    """Make every check that needs the document and keys only. `now` is aware."""
    document, profile = received.document, profile_of(received.document)
    structure, proof = check_structure(document, profile)
    first = (passed(CheckCode.DECODE, "The certificate was read."), structure, check_issuer(document, keys))
    if proof is None or structure.status is not CheckStatus.PASSED:
        return Examination(received, profile, first, now)
    signer, signed = find_signer(document, proof, keys)
    checks = (
        *first,
        *signed,
        check_context(document, profile),
        check_subject_id(document),
        check_plausibility(document, profile),
        check_not_before(document, profile, now),
        check_expiry(document, profile, now),
    )
    if signer is None:
        return Examination(received, profile, checks, now)
    binding, ambiguous = check_field_binding(document, profile, proof, signer)
    return Examination(
        received,
        profile,
        (*checks, binding),
        now,
        ambiguous_fields=ambiguous,
        certificate_id=certificate_id(document, profile),
        signature_hash=signature_hash(proof.signature),
        compromised=signer.compromised_at is not None,
        foreign=signer.is_foreign,
    )


def conclude(examination: Examination, answer: StatusAnswer | ListAnswer | None, *, policy: Policy) -> Verification:
    """Add what the issuer's records or lists answered (None: not asked) and return the verification."""
    document = examination.received.document
    status = check_standing(answer, examination.signature_hash) if examination.certificate_id else ()
    checks = complete([*_with_key(examination, status), *status])
    readable = checks[1].status is CheckStatus.PASSED
    issuer = document.get("issuer")
    return Verification(
        verdict=verdict_of(checks, policy, has_status=_has_status(examination, answer, readable=readable)),
        checks=checks,
        ambiguous_fields=examination.ambiguous_fields,
        format=examination.received.format,
        issuer=issuer if isinstance(issuer, str) else None,
        facts=read_facts(document, examination.profile) if readable else None,
        newer_certificate_exists=_newer_exists(answer),
        checked_at=examination.now,
        status_as_of=answer.as_of if answer and (isinstance(answer, ListAnswer) or answer.standing) else None,
        document=document,
    )


def _newer_exists(answer: StatusAnswer | ListAnswer | None) -> bool:
    if isinstance(answer, ListAnswer):
        return bool(answer.superseded)
    return answer is not None and answer.standing is not None and answer.standing.newer_exists


def _with_key(examination: Examination, status: Sequence[Check]) -> Sequence[Check]:
    """A certificate of a compromised key counts if the issuer's records hold it, whatever date it bears."""
    stored = any(c.code is CheckCode.STORED_RECORD and c.status is CheckStatus.PASSED for c in status)
    if not (examination.compromised and stored):
        return examination.checks
    key = passed(CheckCode.KEY, "The key was compromised; the issuer's records hold this very certificate.")
    return [key if check.code is CheckCode.KEY else check for check in examination.checks]


def _has_status(examination: Examination, answer: StatusAnswer | ListAnswer | None, *, readable: bool) -> bool:
    """A status is kept of what the records know and of what names a status list; who cannot be asked may keep one."""
    if isinstance(answer, StatusAnswer) and (answer.standing is not None or answer.as_of is None):
        return True
    return readable and names_status_list(examination.received.document, examination.profile)
