"""The known ways to fool a verifier of the old system (faults 1 to 3), each tried on certificates issued here."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from pyld import jsonld

from credential import contexts
from credential.binding import mark
from credential.canonical import canonicalise_received
from credential.keys import Profile
from credential.verification import CheckCode, CheckStatus, Verdict
from tests.issued import COWIN, VOUCHED, Json, check, issued, signed, signed_over, unsigned, with_jws_header

Alteration = Callable[[Json], None]


def evidence(document: Json) -> Json:
    entry: Json = document["evidence"][0]
    return entry


def subject(document: Json) -> Json:
    person: Json = document["credentialSubject"]
    return person


def swap(members: Json, one: str, other: str) -> None:
    members[one], members[other] = members[other], members[one]


def altered(document: Json, alteration: Alteration) -> Json:
    changed = copy.deepcopy(document)
    alteration(changed)
    assert json.dumps(changed) != json.dumps(document)  # 1, 1.0 and true are equal to Python
    return changed


def evidence_swap(one: str, other: str) -> Alteration:
    return lambda document: swap(evidence(document), one, other)


# Each keeps the signature intact: only members that share an IRI exchange their values.
EXCHANGES: dict[str, Alteration] = {
    "dose and totalDoses swapped": evidence_swap("dose", "totalDoses"),
    "vaccine and manufacturer swapped": evidence_swap("vaccine", "manufacturer"),
    "vaccine and batch swapped": evidence_swap("vaccine", "batch"),
    "vaccine and certificateId swapped": evidence_swap("vaccine", "certificateId"),
    "manufacturer and batch swapped": evidence_swap("manufacturer", "batch"),
    "batch and certificateId swapped": evidence_swap("batch", "certificateId"),
    "date and effectiveStart swapped": evidence_swap("date", "effectiveStart"),
    "date and effectiveUntil swapped": evidence_swap("date", "effectiveUntil"),
    "effectiveStart and effectiveUntil swapped": evidence_swap("effectiveStart", "effectiveUntil"),
}
V2_EXCHANGES: dict[str, Alteration] = {
    "icd11Code and batch swapped": evidence_swap("icd11Code", "batch"),
    "icd11Code and vaccine swapped": evidence_swap("icd11Code", "vaccine"),
}


@pytest.mark.parametrize("bound", [True, False], ids=["bound", "unbound"])
@pytest.mark.parametrize("profile", COWIN)
@pytest.mark.parametrize("name", EXCHANGES)
def test_exchanged_values_are_invalid(name: str, profile: Profile, bound: bool) -> None:  # noqa: FBT001
    document = altered(issued(profile, bound=bound), EXCHANGES[name])
    assert canonicalise_received(document) == canonicalise_received(issued(profile, bound=bound))
    result = check(document)
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.PASSED
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.FAILED


@pytest.mark.parametrize("bound", [True, False], ids=["bound", "unbound"])
@pytest.mark.parametrize("name", V2_EXCHANGES)
def test_an_exchanged_icd11_code_is_invalid(name: str, bound: bool) -> None:  # noqa: FBT001
    result = check(altered(issued(Profile.COWIN_V2, bound=bound), V2_EXCHANGES[name]))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.FAILED


@pytest.mark.parametrize("profile", COWIN)
def test_ref_id_and_uhid_swapped_on_an_old_certificate_is_invalid(profile: Profile) -> None:
    result = check(altered(issued(profile, bound=False), lambda d: swap(subject(d), "refId", "uhid")))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.FAILED


def test_ref_id_and_an_empty_uhid_swapped_is_invalid() -> None:
    assert (
        check(altered(issued(Profile.COWIN_V1), lambda d: swap(subject(d), "refId", "uhid"))).verdict is Verdict.INVALID
    )


def test_info_url_and_feedback_url_swapped_is_invalid_when_bound() -> None:
    from_old = unsigned(Profile.COWIN_V1, bound=False)
    evidence(from_old)["infoUrl"] = "https://cowin.gov.in/info/?12345678901"
    old, bound = signed(from_old), signed(mark(from_old))
    swapped = evidence_swap("infoUrl", "feedbackUrl")
    assert check(altered(bound, swapped)).verdict is Verdict.INVALID
    result = check(altered(old, swapped))  # both addresses end in the id: nothing tells them apart
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.NOT_CHECKED
    assert result.ambiguous_fields == ("feedbackUrl", "infoUrl")


REPEATS: dict[str, Alteration] = {
    "the total repeated as dose": lambda d: evidence(d).update(dose=2),
    "the vaccine repeated as manufacturer": lambda d: evidence(d).update(manufacturer=evidence(d)["vaccine"]),
    "one date repeated": lambda d: evidence(d).update(effectiveUntil=evidence(d)["effectiveStart"]),
    "the refId repeated as uhid": lambda d: subject(d).update(uhid=subject(d)["refId"]),
}


@pytest.mark.parametrize("bound", [True, False], ids=["bound", "unbound"])
@pytest.mark.parametrize("name", REPEATS)
def test_a_repeated_value_is_invalid(name: str, bound: bool) -> None:  # noqa: FBT001
    result = check(altered(issued(Profile.COWIN_V1, bound=bound), REPEATS[name]))
    assert result.verdict is Verdict.INVALID


def add_dose_by_iri(document: Json) -> None:
    entry = evidence(document)
    entry["dose"] = entry["totalDoses"]
    entry["https://schema.org/doseValue"] = 1


def add_second_evidence(document: Json) -> None:
    second = copy.deepcopy(evidence(document))
    evidence(document)["dose"] = second["totalDoses"]
    document["evidence"].append(second)


def dose_array(document: Json) -> None:
    entry = evidence(document)
    entry["dose"], entry["totalDoses"] = entry["totalDoses"], [entry["dose"], entry["totalDoses"]]


def dose_value_object(document: Json) -> None:
    evidence(document)["dose"] = {"@value": evidence(document)["dose"]}


STRUCTURAL: dict[str, Alteration] = {
    "a member named by the IRI of dose": add_dose_by_iri,
    "a second evidence entry of the same id": add_second_evidence,
    "an array of doses": dose_array,
    "a value object as dose": dose_value_object,
    "evidence as an object": lambda d: d.update(evidence=evidence(d)),
    "subjects as an array": lambda d: d.update(credentialSubject=[subject(d)]),
    "two subjects": lambda d: d.update(credentialSubject=[subject(d), subject(d)]),
    "an array of one name": lambda d: subject(d).update(name=[subject(d)["name"]]),
    "a language-tagged name": lambda d: subject(d).update(name={"@value": subject(d)["name"], "@language": "en"}),
    "an undefined member": lambda d: subject(d).update(note="fully vaccinated"),
    "an undefined member at the top": lambda d: d.update(status="ok"),
    "a null member": lambda d: subject(d).update(uhid=None),
    "a boolean dose": lambda d: evidence(d).update(dose=True),
    "a fractional dose": lambda d: evidence(d).update(dose=1.0),
    "a textual dose": lambda d: evidence(d).update(dose="one"),
    "an empty dose": lambda d: evidence(d).update(dose=""),
    "a missing name": lambda d: subject(d).pop("name"),
    "a missing facility": lambda d: evidence(d).pop("facility"),
    "an id on the facility": lambda d: evidence(d)["facility"].update(id="https://example.org/1"),
    "a graph": lambda d: d.update({"@graph": []}),
    "an alias of id": lambda d: subject(d).update({"@id": subject(d).pop("id")}),
    "a context in the subject": lambda d: subject(d).update({"@context": {"name": "https://schema.org/gender"}}),
    "an issuer object": lambda d: d.update(issuer={"id": d["issuer"]}),
    "two proofs": lambda d: d.update(proof=[d["proof"], d["proof"]]),
    "no proof": lambda d: d.pop("proof"),
    "a member in the proof": lambda d: d["proof"].update(nonce="1"),
    "a type more": lambda d: d["type"].append("Person"),
    "another proof suite": lambda d: d["proof"].update(type="EcdsaSecp256k1Signature2019"),
    "a full IRI as proof type": lambda d: d["proof"].update(type="https://w3id.org/security#" + d["proof"]["type"]),
}


@pytest.mark.parametrize("bound", [True, False], ids=["bound", "unbound"])
@pytest.mark.parametrize("name", STRUCTURAL)
def test_what_the_closed_structure_does_not_know_is_invalid(name: str, bound: bool) -> None:  # noqa: FBT001
    result = check(altered(issued(Profile.COWIN_V1, bound=bound), STRUCTURAL[name]))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.STRUCTURE).status is CheckStatus.FAILED
    assert result.facts is None


def test_a_member_named_by_an_iri_would_have_kept_the_signature() -> None:
    document = issued(Profile.COWIN_V1, bound=False)
    assert canonicalise_received(altered(document, add_dose_by_iri)) == canonicalise_received(document)


def test_a_second_evidence_entry_would_have_kept_the_signature() -> None:
    document = issued(Profile.COWIN_V1, bound=False)
    changed = altered(document, add_second_evidence)
    # its unnamed parts count twice, so the attack shares them by leaving them to one entry
    for part in ("verifier", "facility"):
        del changed["evidence"][1][part]
    assert canonicalise_received(changed) == canonicalise_received(document)
    assert check(changed).verdict is Verdict.INVALID


@pytest.mark.parametrize("identifier", ["BEN223718502", "", "/person/1", "_:b0", "1:2"])
def test_a_relative_subject_is_invalid_though_its_signature_fits_what_remains(identifier: str) -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    subject(document)["id"] = identifier
    options: dict[str, Any] = {"base": None, "documentLoader": contexts.document_loader, "algorithm": "URDNA2015"}
    remains = jsonld.normalize(document, options | {"format": "application/n-quads"})
    assert "Sample Person 1" not in remains or identifier == "_:b0"
    result = check(signed_over(document, remains))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.SUBJECT_ID).status is CheckStatus.FAILED


@pytest.mark.parametrize("identifier", ["did:Voter ID:KR 1234567", "did:india:sample holder 1"])
def test_a_subject_id_with_spaces_of_the_old_system_is_valid(identifier: str) -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    subject(document)["id"] = identifier
    result = check(signed_over(document, canonicalise_received(document)))
    assert result.verdict is Verdict.VALID
    assert check(altered_subject(result.document or {}, identifier.replace(" ", "  "))).verdict is Verdict.INVALID


def altered_subject(document: Json, identifier: str) -> Json:
    return altered(document, lambda d: subject(d).update(id=identifier))


def test_v1_replaced_by_the_v2_context_is_invalid_though_the_signature_fits() -> None:
    document = altered(
        issued(Profile.COWIN_V1, bound=False),
        lambda d: d.update({"@context": [contexts.CREDENTIALS_V1, contexts.COWIN_V2]}),
    )
    result = check(document)
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.PASSED
    assert result.check(CheckCode.CONTEXT).status is CheckStatus.FAILED
    assert result.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "named",
    [
        [contexts.CREDENTIALS_V1, contexts.DIVOC_V1],
        [contexts.COWIN_V1, contexts.CREDENTIALS_V1],
        [contexts.CREDENTIALS_V1, contexts.COWIN_V1, contexts.COWIN_V1],
        [contexts.CREDENTIALS_V1, "https://example.org/context"],
        [contexts.CREDENTIALS_V1],
    ],
    ids=["another issuer's", "in another order", "one twice", "not bundled", "one missing"],
)
@pytest.mark.parametrize("bound", [True, False], ids=["bound", "unbound"])
def test_other_contexts_are_invalid(named: list[str], bound: bool) -> None:  # noqa: FBT001
    result = check(altered(issued(Profile.COWIN_V1, bound=bound), lambda d: d.update({"@context": named})))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.CONTEXT).status is CheckStatus.FAILED


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "b64": False, "crit": ["b64"]},
        {"alg": "HS256", "b64": False, "crit": ["b64"]},
        {"alg": "PS256", "b64": False, "crit": ["b64"]},
        {"alg": "EdDSA", "b64": True, "crit": ["b64"]},
        {"alg": "EdDSA", "b64": 0, "crit": ["b64"]},
        {"alg": "EdDSA", "b64": False},
        {"alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": "1"},
        {"crit": ["b64"], "b64": False, "alg": "EdDSA"},
    ],
)
def test_another_jws_header_is_invalid(header: Json) -> None:
    assert check(with_jws_header(issued(Profile.COWIN_V1), header)).verdict is Verdict.INVALID


def test_the_same_jws_header_is_valid() -> None:
    header = {"alg": "EdDSA", "b64": False, "crit": ["b64"]}
    assert check(with_jws_header(issued(Profile.COWIN_V1), header)).verdict is Verdict.VALID


def strip_mark(document: Json) -> None:
    entry = evidence(document)
    entry["id"] = entry["id"].split("#")[0]


def test_a_stripped_mark_breaks_the_signature() -> None:
    result = check(altered(issued(Profile.COWIN_V1), strip_mark))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.FAILED


@pytest.mark.parametrize("fragment", ["b1.", "b2." + "A" * 22, "b1." + "A" * 22, "x"])
def test_a_signed_fragment_that_is_not_the_right_mark_is_invalid(fragment: str) -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    evidence(document)["id"] += "#" + fragment
    result = check(signed(document), VOUCHED)
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.FAILED


VC2: dict[str, Alteration] = {
    "dose and totalDoses swapped": lambda d: swap(subject(d)["vaccination"], "dose", "totalDoses"),
    "vaccine and manufacturer swapped": lambda d: swap(subject(d)["vaccination"], "vaccine", "manufacturer"),
    "the stage changed": lambda d: subject(d)["vaccination"].update(stage="FINAL"),
    "a member added": lambda d: subject(d).update(uhid="1"),
    "another context": lambda d: d.update({"@context": [contexts.CREDENTIALS_V2]}),
    "a relative subject": lambda d: subject(d).update(id="x"),
    "a fractional dose": lambda d: subject(d)["vaccination"].update(dose=1.0),
    "the contexts repeated in the proof and one more": lambda d: d["proof"]["@context"].append(contexts.COWIN_V1),
}


@pytest.mark.parametrize("name", VC2)
def test_an_altered_vc2_certificate_is_invalid(name: str) -> None:
    assert check(altered(issued(Profile.VC2), VC2[name])).verdict is Verdict.INVALID
