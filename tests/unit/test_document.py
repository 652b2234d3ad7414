import re
from typing import Any

import msgspec
import pytest

from credential.binding import digest, marked_digest
from credential.document import ToIssue, build
from credential.documents.subject_id import exact_subject_id, is_url
from credential.keys import Profile
from credential.policy import IssuancePolicy
from credential.record import Address, Kind, VaccinationRecord, parse_record
from tests.issued import CERTIFICATE_ID, COWIN, DID, ISSUED_AT, NOW, record, record_json, unsigned


def with_identity(identity: str) -> VaccinationRecord:
    given = record()
    return msgspec.structs.replace(given, recipient=msgspec.structs.replace(given.recipient, identity=identity))


def test_members_stand_in_the_old_signers_order() -> None:
    document = unsigned(Profile.COWIN_V2, bound=False)
    assert list(document) == [
        "@context",
        "type",
        "credentialSubject",
        "issuer",
        "issuanceDate",
        "evidence",
        "nonTransferable",
    ]
    assert list(document["credentialSubject"])[-2:] == ["address", "dob"]
    assert list(document["evidence"][0])[-3:] == ["facility", "icd11Code", "prophylaxis"]


def test_times_have_milliseconds_in_utc() -> None:
    document = unsigned(Profile.COWIN_V1, date="2023-12-15T11:30:00+05:30")
    assert document["issuanceDate"] == "2024-05-01T06:00:00.005Z"
    assert document["evidence"][0]["date"] == "2023-12-15T06:00:00.000Z"


@pytest.mark.parametrize("profile", COWIN)
def test_a_bound_certificate_shows_no_address_uhid_or_identity_of_the_recipient(profile: Profile) -> None:
    subject = unsigned(profile)["credentialSubject"]
    assert subject["uhid"] == ""
    assert set(subject["address"].values()) == {""}
    assert len(subject["address"]) == 7


def test_an_exact_certificate_shows_them() -> None:
    subject = unsigned(Profile.COWIN_V1, bound=False)["credentialSubject"]
    assert subject["uhid"] == "12-3456-7890-1234"
    assert subject["address"]["streetAddress"] == "1, Sample Road"
    assert subject["address"]["addressCountry"] == "IN"


@pytest.mark.parametrize("profile", COWIN)
def test_a_bound_certificate_carries_its_mark_and_an_exact_one_none(profile: Profile) -> None:
    bound, exact = unsigned(profile), unsigned(profile, bound=False)
    assert marked_digest(bound["evidence"][0]["id"]) == digest(bound)
    assert exact["evidence"][0]["id"] == f"https://cowin.gov.in/vaccine/{CERTIFICATE_ID}"


@pytest.mark.parametrize(
    ("kind", "identity", "subject"),
    [
        (Kind.DOMESTIC, "did:Passport:Z1234567", "did:india:BEN223718502"),
        (Kind.INTERNATIONAL, "did:Passport:Z1234567", "did:passport:Z1234567"),
        (Kind.INTERNATIONAL, "passport: z1234567", "did:passport:Z1234567"),
        (Kind.INTERNATIONAL, "", "did:india:BEN223718502"),
        (Kind.INTERNATIONAL, "234567890123", "did:india:BEN223718502"),
        (Kind.INTERNATIONAL, "did:passport:234567890123", "did:india:BEN223718502"),
        (Kind.INTERNATIONAL, "did:in.gov.uidai.aadhaar:234567890123", "did:india:BEN223718502"),
        (Kind.INTERNATIONAL, "did:Voter ID:KRX1234567", "did:india:BEN223718502"),
    ],
)
def test_only_a_passport_may_name_the_subject_of_a_bound_certificate(kind: Kind, identity: str, subject: str) -> None:
    item = ToIssue(CERTIFICATE_ID, with_identity(identity), kind, ISSUED_AT)
    document = build([item], profile=Profile.COWIN_V2, policy=IssuancePolicy())[0]
    assert document["credentialSubject"]["id"] == subject
    assert "234567890123" not in str(document)


@pytest.mark.parametrize(
    ("identity", "subject"),
    [
        ("12345", "did:india:12345"),
        ("did:Aadhar Card:12345", "did:aadharcard:12345"),
        ('did:"PAN" Card:AB:C', "did:pancard:AB:C"),
        ("NA", "did:india:BEN223718502"),
        ("na", "did:india:BEN223718502"),
        ("_", "did:india:BEN223718502"),
        ("6", "did:india:BEN223718502"),
        ("", "did:india:BEN223718502"),
        ("aadhar.co.in/id/1", "did:india:aadhar.co.in/id/1"),
        ("https://example.org/person/1", "https://example.org/person/1"),
        ("https://", "did:india:https://"),
    ],
)
def test_an_exact_certificates_subject_follows_the_identity(identity: str, subject: str) -> None:
    assert exact_subject_id(with_identity(identity)) == subject


@pytest.mark.parametrize(
    ("text", "parses"),
    [
        ("did:a:b", True),
        ("x:", True),
        ("http:example.org", True),
        ("http://[::1]:80/", True),
        ("foo://", True),
        ("foo://a b/", False),
        ("http://a b/", False),
        ("http://host:99999/", False),
        ("http://user@/", False),
        ("1:2", False),
        (":x", False),
        ("plain", False),
        ("", False),
    ],
)
def test_urls_are_told_as_the_whatwg_parser_tells_them(text: str, parses: bool) -> None:  # noqa: FBT001
    assert is_url(text) is parses


@pytest.mark.parametrize(
    ("code", "written"),
    [("416201", 416201), ("016201", "016201"), ("SW1A 1AA", "SW1A 1AA"), ("", ""), ("٤١٦٢٠١", "٤١٦٢٠١")],
)
def test_a_plain_decimal_postal_code_is_a_json_integer(code: str, written: str | int) -> None:
    given = record()
    facility = msgspec.structs.replace(given.facility, address=Address(postal_code=code))
    item = ToIssue(CERTIFICATE_ID, msgspec.structs.replace(given, facility=facility), Kind.DOMESTIC, ISSUED_AT)
    document = build([item], profile=Profile.COWIN_V1, policy=IssuancePolicy())[0]
    assert document["evidence"][0]["facility"]["address"]["postalCode"] == written


def test_an_age_is_completed_years_when_bound_and_a_difference_of_years_when_exact() -> None:
    data = record_json()
    del data["recipient"]["age"]
    data["recipient"]["dateOfBirth"] = "1990-12-31"
    item = ToIssue(CERTIFICATE_ID, parse_record(data, now=NOW), Kind.DOMESTIC, ISSUED_AT)
    ages = [
        build([item], profile=Profile.COWIN_V1, policy=IssuancePolicy(bound=bound))[0]["credentialSubject"]["age"]
        for bound in (True, False)
    ]
    assert ages == ["32", "34"]


def test_a_vaccine_without_a_code_leaves_code_and_prophylaxis_empty() -> None:
    entry = unsigned(Profile.COWIN_V2, name="Another vaccine")["evidence"][0]
    assert (entry["icd11Code"], entry["prophylaxis"]) == ("", "")


def test_missing_effective_dates_are_empty() -> None:
    entry = unsigned(Profile.COWIN_V1, effectiveStart=None, effectiveUntil=None)["evidence"][0]
    assert (entry["effectiveStart"], entry["effectiveUntil"]) == ("", "")


def test_a_divoc_issuer_gets_divoc_addresses() -> None:
    item = ToIssue(CERTIFICATE_ID, record(), Kind.DOMESTIC, ISSUED_AT)
    document = build([item], profile=Profile.COWIN_V1, policy=IssuancePolicy(issuer="https://divoc.dev/"))[0]
    assert document["@context"][1] == "https://divoc.dev/credentials/vaccination/v1"
    assert document["evidence"][0]["infoUrl"] == f"https://divoc.dev/?{CERTIFICATE_ID}"


def test_vc2_says_each_thing_once_and_leaves_empty_members_out() -> None:
    document = unsigned(Profile.VC2, effectiveStart=None)
    subject = document["credentialSubject"]
    assert document["issuer"] == DID
    assert document["validFrom"] == "2024-05-01T06:00:00.005Z"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", subject["id"])
    assert subject["age"] == 33
    assert subject["vaccination"]["stage"] == "PROVISIONAL"
    assert "effectiveStart" not in subject["vaccination"]
    assert not {"uhid", "address", "identity"} & subject.keys()
    assert "" not in _leaves(document)


def _leaves(value: Any) -> list[Any]:  # noqa: ANN401
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in _leaves(member)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


def test_vc2_without_a_random_subject_is_refused() -> None:
    with pytest.raises(ValueError, match="subject_uuid"):
        build(
            [ToIssue(CERTIFICATE_ID, record(), Kind.DOMESTIC, ISSUED_AT)], profile=Profile.VC2, policy=IssuancePolicy()
        )
