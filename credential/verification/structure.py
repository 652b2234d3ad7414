"""STRUCTURE: the closed list of members and types of each profile, as tables.

The Co-WIN tables follow Co-WIN specification 2.1 and admit what older versions of the old signer wrote: empty or
textual dose numbers, no certificateId, ids that end in /undefined, no uhid. An empty dose is admitted only in a
certificate that names no certificate id, since every later one has both. The order of members does not matter.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from credential import contexts
from credential.documents import cowin, vc2
from credential.errors import ProofError
from credential.keys import Profile, Suite
from credential.proof import ProofFacts, proof_facts
from credential.status.positions import ListPurpose
from credential.verification.result import Check, CheckCode, failed, passed
from credential.verification.shapes import (
    INTEGER,
    TEXT,
    Anything,
    Exactly,
    InOrder,
    Members,
    OnlyOne,
    Shape,
    Texts,
    Value,
    misfit,
)

V2_SUBJECT: Final = frozenset({"dob"})
V2_EVIDENCE: Final = frozenset({"icd11Code", "prophylaxis"})
UNDEFINED: Final = "undefined"

_TEXT_OR_INTEGER: Final = Value(integer=True)
_DOSE: Final = Value(re.compile(r"[0-9]{0,3}"), integer=True)
_NOT_EMPTY: Final = Value(re.compile(r"(?s).+"))
_INDEX: Final = Value(re.compile(r"0|[1-9][0-9]{0,5}", re.ASCII))
_EVIDENCE_ID: Final = Value(re.compile(r"https?://[^\s/?#]+/(?:[^\s?#]*/)?vaccine/[^\s/?#]+(?:#\S+)?"))


def _texts(*names: str) -> dict[str, Shape]:
    return dict.fromkeys(names, TEXT)


_ADDRESS: Final = Members(
    {
        **_texts("streetAddress", "streetAddress2", "district", "city", "addressRegion", "addressCountry"),
        "postalCode": _TEXT_OR_INTEGER,
    }
)


def _cowin(subject: Mapping[str, Shape], evidence: Mapping[str, Shape]) -> Members:
    person = {
        "type": Exactly("Person"),
        **_texts("id", "refId", "name", "gender", "nationality"),
        "age": _TEXT_OR_INTEGER,
        "address": _ADDRESS,
    }
    vaccination = {
        "id": _EVIDENCE_ID,
        "type": Exactly(["Vaccination"]),
        **_texts("feedbackUrl", "infoUrl", "batch", "vaccine", "manufacturer"),
        **_texts("date", "effectiveStart", "effectiveUntil"),
        "dose": _DOSE,
        "totalDoses": _DOSE,
        "verifier": Members(_texts("name")),
        "facility": Members({"name": TEXT, "address": _ADDRESS}),
    }
    return Members(
        {
            "@context": Texts(),
            "type": Exactly(list(cowin.TYPES)),
            "credentialSubject": Members({**person, **subject}, _texts("uhid")),
            "issuer": _NOT_EMPTY,
            "issuanceDate": TEXT,
            "evidence": OnlyOne(Members({**vaccination, **evidence}, {"certificateId": _NOT_EMPTY})),
            "nonTransferable": Exactly("true"),
            "proof": Anything(),
        },
        {"expirationDate": TEXT},
    )


def _entry(purpose: ListPurpose) -> Members:
    return Members(
        {
            "id": _NOT_EMPTY,
            "type": Exactly(vc2.ENTRY_TYPE),
            "statusPurpose": Exactly(purpose.value),
            "statusListIndex": _INDEX,
            "statusListCredential": _NOT_EMPTY,
        }
    )


def _vc2() -> Members:
    parts = ("streetAddress", "streetAddress2", "city", "district", "region", "postalCode", "country")
    address = Members({"type": Exactly("PostalAddress")}, _texts(*parts))
    facility = Members({"type": Exactly("VaccinationFacility"), "name": TEXT}, {"address": address})
    event = Members(
        {
            "type": Exactly("VaccinationEvent"),
            "certificateId": _NOT_EMPTY,
            **_texts("vaccine", "batch", "manufacturer", "date"),
            "dose": INTEGER,
            "totalDoses": INTEGER,
            "facility": facility,
        },
        {
            **_texts("programme", "kind", "stage", "icd11Code", "prophylaxis", "effectiveStart", "effectiveUntil"),
            "vaccinator": Members({"type": Exactly("Vaccinator"), "name": TEXT}),
        },
    )
    person = {"type": Exactly("VaccinatedPerson"), **_texts("id", "beneficiaryId", "name"), "vaccination": event}
    return Members(
        {
            "@context": Texts(),
            "type": Exactly(list(vc2.TYPES)),
            "issuer": _NOT_EMPTY,
            "validFrom": TEXT,
            "credentialSubject": Members(person, {"age": INTEGER, **_texts("birthDate", "gender", "nationality")}),
            "proof": Anything(),
        },
        {"validUntil": TEXT, "credentialStatus": InOrder(tuple(_entry(purpose) for purpose in ListPurpose))},
    )


SHAPES: Final[Mapping[Profile, Members]] = {
    Profile.COWIN_V1: _cowin({}, {}),
    Profile.COWIN_V2: _cowin(dict.fromkeys(V2_SUBJECT, TEXT), dict.fromkeys(V2_EVIDENCE, TEXT)),
    Profile.VC2: _vc2(),
}
_COWIN_SUITES: Final = frozenset({Suite.RSA_SIGNATURE_2018, Suite.ED25519_SIGNATURE_2018})


def profile_of(document: Mapping[str, Any]) -> Profile:
    """Tell the profile that a document claims: vc2 by its context, cowin-v2 by any of the members that v1 has not."""
    named = document.get("@context")
    if isinstance(named, list) and contexts.CREDENTIALS_V2 in named:
        return Profile.VC2
    subject, evidence = document.get("credentialSubject"), document.get("evidence")
    entry = evidence[0] if isinstance(evidence, list) and evidence else None
    has_v2 = any(
        isinstance(part, dict) and not names.isdisjoint(part)
        for part, names in ((subject, V2_SUBJECT), (entry, V2_EVIDENCE))
    )
    return Profile.COWIN_V2 if has_v2 else Profile.COWIN_V1


def check_structure(document: Mapping[str, Any], profile: Profile) -> tuple[Check, ProofFacts | None]:
    """Check members and types; return also what the proof says of itself, None where it cannot be read."""
    try:
        facts = proof_facts(document)
    except ProofError as error:
        return failed(CheckCode.STRUCTURE, str(error)), None
    fault = misfit(document, SHAPES[profile]) or _cross_fault(document, profile, facts)
    if fault:
        return failed(CheckCode.STRUCTURE, f"Not the closed structure of {profile.value}: {fault}."), facts
    return passed(CheckCode.STRUCTURE, f"The members and types of {profile.value}, and no others."), facts


def _cross_fault(document: Mapping[str, Any], profile: Profile, facts: ProofFacts) -> str | None:
    if (facts.suite in _COWIN_SUITES) is (profile is Profile.VC2):
        return "proof is of a suite that the profile does not use"
    if profile is Profile.VC2:
        return None
    entry = document["evidence"][0]
    names_certificate = "certificateId" in entry and certificate_id(document, profile) != UNDEFINED
    if entry["dose"] == "" and names_certificate:
        return "evidence.dose is empty"
    return None


def certificate_id(document: Mapping[str, Any], profile: Profile) -> str:
    """Return the certificate id of a document of the right structure; Co-WIN profiles have it in the evidence id."""
    if profile is Profile.VC2:
        return str(document["credentialSubject"]["vaccination"]["certificateId"])
    path, _, _ = str(document["evidence"][0]["id"]).partition("#")
    return path.rsplit("/", 1)[1]
