"""FIELD_BINDING: does each value belong to the member that shows it?

The Co-WIN contexts give several members one IRI, so that their values can change places under an intact signature
(Co-WIN specification 2.6). Our certificates carry the mark `#b1.`; for others the value sets decide as far as they can.
vc2 has one IRI per member.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from credential import valuesets
from credential.binding import digest, evidence_id, marked_digest
from credential.errors import CanonicalisationError
from credential.keys import Profile, PublicKey
from credential.proof import ProofFacts
from credential.verification.dates import is_date, is_date_time
from credential.verification.exchange import Assignment, Finding, Member, Value, explore
from credential.verification.result import Check, CheckCode, failed, not_checked, passed
from credential.verification.structure import UNDEFINED, certificate_id

_CODE: Final = CheckCode.FIELD_BINDING
_ABHA: Final = re.compile(r"[0-9]{14}|[0-9]{2}-[0-9]{4}-[0-9]{4}-[0-9]{4}")
_COUNT: Final = re.compile(r"[0-9]{1,3}")
_INDIA: Final = "did:india:"


def check_field_binding(
    document: Mapping[str, Any], profile: Profile, proof: ProofFacts, signer: PublicKey
) -> tuple[Check, tuple[str, ...]]:
    """Return the check and the ambiguous members of a document whose structure and signature passed."""
    if profile is Profile.VC2:
        return passed(_CODE, "Every member has an IRI of its own."), ()
    if "#" in evidence_id(document):
        return _check_mark(document), ()
    if signer.bound_from is not None and proof.created is not None and proof.created >= signer.bound_from:
        return failed(_CODE, "Certificates of this key and date carry a binding mark; this one does not."), ()
    return _check_values(document, profile)


def _check_mark(document: Mapping[str, Any]) -> Check:
    try:
        fits = marked_digest(evidence_id(document)) == digest(document)
    except CanonicalisationError:
        fits = False
    if fits:
        return passed(_CODE, "The binding mark fits every member.")
    return failed(_CODE, "The binding mark does not fit: members were exchanged, added, removed or repeated.")


def _check_values(document: Mapping[str, Any], profile: Profile) -> tuple[Check, tuple[str, ...]]:
    findings = _findings(document, profile)
    if any(finding.contradicted for finding in findings):
        return failed(_CODE, "The signed values belong to other members than those that show them."), ()
    ambiguous = tuple(name for finding in findings for name in finding.ambiguous)
    if ambiguous:
        return not_checked(_CODE, "The signature does not tell some members' values apart."), ambiguous
    return passed(_CODE, "The signed values fit their members in one way only."), ()


def _findings(document: Mapping[str, Any], profile: Profile) -> tuple[Finding, ...]:
    entry: Mapping[str, Any] = document["evidence"][0]
    identifier = certificate_id(document, profile)
    names = _names(entry, identifier, profile)
    return (
        _person(document["credentialSubject"]),
        names,
        _addresses(entry, identifier),
        _dates(entry),
        _doses(entry, {str(assignment["vaccine"]) for assignment in names.remaining}),
    )


def _person(subject: Mapping[str, Any]) -> Finding:
    named = str(subject["id"]).removeprefix(_INDIA) if str(subject["id"]).startswith(_INDIA) else None
    known = named is not None and named in (subject["refId"], subject.get("uhid"))
    members = (
        Member("refId", lambda value: value == named if known else value not in ("", None)),
        Member("uhid", lambda value: value == "" or _matches(_ABHA, value), optional=True),
    )
    return explore(subject, members)


def _names(entry: Mapping[str, Any], identifier: str, profile: Profile) -> Finding:
    issued = identifier != UNDEFINED
    absent = not issued or "certificateId" not in entry
    members = (
        Member("certificateId", lambda value: issued and value == identifier, optional=absent),
        Member("batch", lambda _: True),
        Member("vaccine", lambda value: bool(valuesets.icd11_code(str(value))), soft=True),
        Member("manufacturer", lambda value: valuesets.known_manufacturer(str(value)), soft=True),
    )
    if profile is Profile.COWIN_V1:
        return explore(entry, members)
    code = Member("icd11Code", lambda value: value == "" or value in valuesets.PROPHYLAXIS)
    return explore(entry, (*members, code), _code_fits_vaccine)


def _code_fits_vaccine(names: Assignment) -> bool:
    known = valuesets.icd11_code(str(names["vaccine"]))
    return not known or names["icd11Code"] == known


def _addresses(entry: Mapping[str, Any], identifier: str) -> Finding:
    def rule(value: Value) -> bool:
        return str(value).endswith(f"?{identifier}")

    return explore(entry, (Member("feedbackUrl", rule), Member("infoUrl", rule)))


def _dates(entry: Mapping[str, Any]) -> Finding:
    def day(value: Value) -> bool:
        return value == "" or is_date(value)

    members = (Member("date", is_date_time), Member("effectiveStart", day), Member("effectiveUntil", day))
    return explore(entry, members, _in_order)


def _in_order(dates: Assignment) -> bool:
    start, until = str(dates["effectiveStart"] or ""), str(dates["effectiveUntil"] or "")
    return not (start and until) or start <= until


def _doses(entry: Mapping[str, Any], vaccines: set[str]) -> Finding:
    """The schedule decides where every vaccine that it may have been has a known number of doses."""
    schedules = {valuesets.doses_of(vaccine) for vaccine in vaccines}
    totals: set[Value] = set() if None in schedules else {*schedules, *(str(doses) for doses in schedules)}
    members = (
        Member("dose", lambda value: _matches(_COUNT, value), soft=True),
        Member("totalDoses", lambda value: value in totals or (bool(totals) and value == ""), soft=True),
    )
    return explore(entry, members)


def _matches(pattern: re.Pattern[str], value: Value) -> bool:
    return pattern.fullmatch(str(value)) is not None
