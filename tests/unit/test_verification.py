"""The checks and verdicts, one rule of the contract after the other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from credential import contexts
from credential.certificate import Stage, Standing, Status
from credential.keys import Profile
from credential.proof import proof_facts, signature_hash
from credential.verification import CheckCode, CheckStatus, Policy, StatusAnswer, Verdict, Verification
from tests.issued import (
    CERTIFICATE_ID,
    COWIN,
    ISSUED_AT,
    NOW,
    OTHER_PRIVATE,
    Json,
    check,
    issued,
    public_key,
    signed,
    signed_leniently,
    signed_over,
    unsigned,
)

PROFILES = (*COWIN, Profile.VC2)
DAY = timedelta(days=1)


def answer(document: Json, status: Status = Status.ISSUED, **changes: object) -> Callable[[str], StatusAnswer]:
    hashes: tuple[str, ...] = (signature_hash(proof_facts(document).signature),)
    if "signature_hashes" in changes:
        hashes = changes["signature_hashes"]  # type: ignore[assignment]
    standing = Standing(CERTIFICATE_ID, status, None, bool(changes.get("newer_exists")), hashes)

    def lookup(certificate_id: str) -> StatusAnswer:
        return StatusAnswer(standing if certificate_id == CERTIFICATE_ID else None, NOW)

    return lookup


def statuses(result: Verification, *codes: CheckCode) -> list[CheckStatus]:
    return [result.check(code).status for code in codes]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("policy", Policy)
def test_an_issued_certificate_is_valid_with_every_check_passed(profile: Profile, policy: Policy) -> None:
    document = issued(profile)
    result = check(document, policy=policy, standing=answer(document))
    assert result.verdict is Verdict.VALID
    assert [c.code for c in result.checks] == list(CheckCode)
    assert {c.status for c in result.checks} == {CheckStatus.PASSED}
    assert result.status_as_of == NOW
    assert result.checked_at == NOW


@pytest.mark.parametrize("profile", PROFILES)
def test_facts_are_what_the_portal_shows(profile: Profile) -> None:
    facts = check(issued(profile)).facts
    assert facts is not None
    assert (facts.name, facts.age, facts.gender) == ("Sample Person 1", "33", "Female")
    assert (facts.certificate_id, facts.beneficiary_id) == (CERTIFICATE_ID, "BEN223718502")
    assert (facts.vaccine, facts.batch, facts.manufacturer) == ("COVISHIELD", "4121Z062", "Serum Institute of India")
    assert (facts.dose, facts.total_doses, facts.stage) == (1, 2, Stage.PROVISIONAL)
    assert (facts.facility, facts.district, facts.state) == ("Sample Hospital", "Kolhapur", "Maharashtra")
    assert facts.date_of_birth == (None if profile is Profile.COWIN_V1 else "1990-06-15")


@pytest.mark.parametrize(("dose", "stage"), [(2, Stage.FINAL), (3, Stage.PRECAUTION)])
def test_a_later_dose_is_valid_and_shown_with_its_stage(dose: int, stage: Stage) -> None:
    result = check(issued(Profile.COWIN_V1, bound=False, dose=dose), policy=Policy.STRICT)
    assert result.verdict is Verdict.VALID
    assert result.facts is not None
    assert result.facts.stage is stage


# --- issuer, key, signature ----------------------------------------------------------------------------------------


def test_an_issuer_without_a_known_key_is_unknown() -> None:
    result = check(issued(Profile.COWIN_V1), public_key(issuer="https://other.example/"))
    assert result.verdict is Verdict.UNKNOWN_ISSUER
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.NOT_CHECKED


def test_the_signature_of_another_key_is_invalid() -> None:
    result = check(signed(unsigned(Profile.COWIN_V1), private=OTHER_PRIVATE))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.FAILED


def test_a_key_of_another_name_is_not_tried() -> None:
    result = check(issued(Profile.COWIN_V1), public_key(verification_method="did:elsewhere"))
    assert statuses(result, CheckCode.KEY, CheckCode.SIGNATURE) == [CheckStatus.FAILED, CheckStatus.NOT_CHECKED]
    assert result.verdict is Verdict.INVALID


def test_of_several_keys_of_one_name_the_one_that_signed_counts() -> None:
    name: Json = {"verification_method": "did:india", "issuer": "https://cowin.gov.in/"}
    keys = (public_key(OTHER_PRIVATE, **name), public_key(**name))
    assert check(issued(Profile.COWIN_V1), *keys).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("period", "verdict"),
    [
        ({"active_from": ISSUED_AT - DAY, "retired_at": ISSUED_AT + DAY}, Verdict.VALID),
        ({"active_from": ISSUED_AT + DAY}, Verdict.INVALID),
        ({"retired_at": ISSUED_AT - DAY}, Verdict.INVALID),
    ],
)
def test_a_key_counts_in_its_period_only(period: Json, verdict: Verdict) -> None:
    result = check(issued(Profile.COWIN_V1), public_key(**period))
    assert result.verdict is verdict
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.PASSED


def test_another_purpose_is_a_wrong_key() -> None:
    document = issued(Profile.COWIN_V1)
    document["proof"]["proofPurpose"] = "authentication"
    result = check(document)
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.KEY).status is CheckStatus.FAILED


@pytest.mark.parametrize("policy", Policy)
def test_of_a_compromised_key_only_stored_certificates_count(policy: Policy) -> None:
    key = public_key(compromised_at=ISSUED_AT + 30 * DAY)
    document = issued(Profile.COWIN_V1)
    assert check(document, key, policy=policy, standing=answer(document)).verdict is Verdict.VALID
    for standing in (None, answer(document, signature_hashes=("other",)), lambda _: StatusAnswer(None, NOW)):
        result = check(document, key, policy=policy, standing=standing)
        assert result.verdict is Verdict.INVALID
        assert result.check(CheckCode.KEY).status is CheckStatus.FAILED


# --- field binding -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound_from", "verdict"), [(ISSUED_AT, Verdict.INVALID), (ISSUED_AT + DAY, Verdict.VALID), (None, Verdict.VALID)]
)
def test_the_mark_is_required_from_the_keys_date_on(bound_from: datetime | None, verdict: Verdict) -> None:
    # a proof's `created` has seconds only
    key = public_key(bound_from=bound_from and bound_from.replace(microsecond=0))
    assert check(issued(Profile.COWIN_V1, bound=False), key).verdict is verdict
    assert check(issued(Profile.COWIN_V1), key).verdict is Verdict.VALID


def test_values_that_no_value_set_tells_apart_are_named_and_strictly_inconclusive() -> None:
    document = issued(Profile.COWIN_V1, bound=False, name="New vaccine", manufacturer="New maker")
    result = check(document)
    assert result.verdict is Verdict.VALID
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.NOT_CHECKED
    assert set(result.ambiguous_fields) == {"batch", "vaccine", "manufacturer", "dose", "totalDoses"}
    assert check(document, policy=Policy.STRICT).verdict is Verdict.INCONCLUSIVE


def test_an_unknown_maker_leaves_the_vaccine_known() -> None:
    document = issued(Profile.COWIN_V2, bound=False, manufacturer="New maker")
    assert check(document).ambiguous_fields == ("batch", "manufacturer")
    entry = document["evidence"][0]
    entry["vaccine"], entry["manufacturer"] = entry["manufacturer"], entry["vaccine"]
    assert check(document).verdict is Verdict.INVALID


def test_the_code_tells_which_of_two_known_names_is_the_vaccine() -> None:
    document = issued(Profile.COWIN_V2, bound=False, name="COVAXIN", batch="COVISHIELD 17")
    assert check(document, policy=Policy.STRICT).verdict is Verdict.VALID
    entry = document["evidence"][0]
    entry["vaccine"], entry["batch"] = entry["batch"], entry["vaccine"]
    assert check(document).verdict is Verdict.INVALID


def test_equal_doses_are_no_ambiguity() -> None:
    document = issued(Profile.COWIN_V1, bound=False, dose=2)
    assert check(document, policy=Policy.STRICT).verdict is Verdict.VALID


# --- old shapes ----------------------------------------------------------------------------------------------------


def old(document: Json) -> Json:
    """Return a document as the old signer wrote it in its first months."""
    entry = document["evidence"][0]
    del entry["certificateId"], document["credentialSubject"]["uhid"]
    entry |= {"id": "https://cowin.gov.in/vaccine/undefined", "dose": "", "totalDoses": ""}
    entry |= {"feedbackUrl": "https://cowin.gov.in/?undefined", "infoUrl": "https://cowin.gov.in/?undefined"}
    return document


def test_a_certificate_of_the_first_months_is_valid() -> None:
    result = check(signed(old(unsigned(Profile.COWIN_V1, bound=False))), policy=Policy.STRICT)
    assert result.verdict is Verdict.VALID
    assert result.facts is not None
    assert (result.facts.dose, result.facts.stage, result.facts.certificate_id) == (None, None, None)


def test_an_empty_dose_beside_a_certificate_id_is_invalid() -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    document["evidence"][0]["dose"] = ""
    result = check(signed(document))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.STRUCTURE).status is CheckStatus.FAILED


def test_a_certificate_id_put_into_an_old_certificate_is_invalid() -> None:
    document = signed(old(unsigned(Profile.COWIN_V1, bound=False)))
    document["evidence"][0]["certificateId"] = document["evidence"][0]["batch"]
    result = check(document)
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.PASSED
    assert result.verdict is Verdict.INVALID


@pytest.mark.parametrize(("dose", "total"), [("1", "2"), (1, ""), ("1", "")])
def test_textual_and_missing_numbers_of_doses_are_read(dose: str | int, total: str) -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    document["evidence"][0] |= {"dose": dose, "totalDoses": total}
    result = check(signed(document), policy=Policy.STRICT)
    assert result.verdict is Verdict.VALID
    assert result.facts is not None
    assert (result.facts.dose, result.facts.total_doses) == (1, 2)


def test_the_proof_layout_of_before_2021_is_valid() -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    document = signed(document, created=datetime(2021, 1, 5, tzinfo=UTC))
    new, sec = document["proof"], "https://w3id.org/security#"
    document["proof"] = {
        "type": new["type"],
        "http://purl.org/dc/terms/created": {
            "type": "http://www.w3.org/2001/XMLSchema#dateTime",
            "@value": new["created"],
        },
        sec + "jws": new["jws"],
        sec + "proofPurpose": {"id": sec + new["proofPurpose"]},
        sec + "verificationMethod": {"id": new["verificationMethod"]},
    }
    assert check(document).verdict is Verdict.VALID
    document["proof"]["http://purl.org/dc/terms/created"]["@value"] = "2021-01-06T00:00:00Z"
    assert check(document).verdict is Verdict.INVALID


def test_a_member_more_in_an_id_with_spaces_is_invalid() -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    document["credentialSubject"]["id"] = "did:Voter ID:KR 1"
    document = signed_leniently(document)
    document["credentialSubject"]["note"] = "x"
    assert check(document).verdict is Verdict.INVALID


# --- plausibility and times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"dose": 0},
        {"totalDoses": 0},
        {"effectiveStart": "2025-01-01", "effectiveUntil": "2024-01-01"},
        {"effectiveStart": "2023-02-30"},
        {"date": "15-12-2023"},
    ],
)
def test_implausible_values_are_invalid_though_signed(change: Json) -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    document["evidence"][0] |= change
    result = check(signed(document))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.PLAUSIBILITY).status is CheckStatus.FAILED


@pytest.mark.parametrize("profile", PROFILES)
def test_a_certificate_from_the_future_is_not_yet_valid(profile: Profile) -> None:
    before = ISSUED_AT - timedelta(seconds=301)
    assert check(issued(profile), now=before).verdict is Verdict.NOT_YET_VALID
    assert check(issued(profile), now=before + timedelta(seconds=2)).verdict is Verdict.VALID


@pytest.mark.parametrize(("profile", "member"), [(Profile.COWIN_V1, "expirationDate"), (Profile.VC2, "validUntil")])
def test_an_end_set_by_the_issuer_is_an_expiry(profile: Profile, member: str) -> None:
    document = signed({**unsigned(profile, bound=False), member: "2024-05-06T00:00:00Z"})
    assert check(document).verdict is Verdict.EXPIRED
    assert check(document, now=NOW - DAY).verdict is Verdict.VALID


def test_the_vaccines_end_of_effect_is_no_expiry() -> None:
    assert check(issued(Profile.COWIN_V1), now=NOW + 1000 * DAY).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "text", ["soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-13-01T00:00:00Z"]
)
def test_odd_times_never_break_the_verifier(text: str) -> None:
    document = signed({**unsigned(Profile.COWIN_V1, bound=False), "expirationDate": text})
    assert check(document).verdict in {Verdict.INVALID, Verdict.EXPIRED, Verdict.VALID}


@pytest.mark.parametrize(
    "issuer",
    ["https://[x", "https://ℵ℀/", "http://[::1]:99999999/", "https://divoc.dev\\x", "https://divoc.development/"],
)
def test_an_issuer_that_is_no_address_never_breaks_the_verifier(issuer: str) -> None:
    document = {**unsigned(Profile.COWIN_V1, bound=False), "issuer": issuer}
    result = check(signed_over(document, ""))
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.CONTEXT).status is CheckStatus.PASSED


@pytest.mark.parametrize("issuer", ["https://divoc.dev", "https://a@DIVOC.dev:80/x", "https://divoc.dev/#"])
def test_divoc_dev_has_contexts_of_its_own(issuer: str) -> None:
    document = {**unsigned(Profile.COWIN_V1, bound=False), "issuer": issuer}
    assert check(signed_over(document, "")).check(CheckCode.CONTEXT).status is CheckStatus.FAILED
    named = [contexts.CREDENTIALS_V1, contexts.DIVOC_V1]
    assert check(signed({**document, "@context": named})).check(CheckCode.CONTEXT).status is CheckStatus.PASSED


@pytest.mark.parametrize("behind", [" ", "\n", "\u00a0"])
def test_a_signature_has_one_spelling(behind: str) -> None:
    document = issued(Profile.VC2)
    document["proof"]["proofValue"] += behind
    assert check(document).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "created",
    ["20240501T060000Z", "2024-05-01 06:00:00Z", "2024-05-01T06Z", "2024-W18-3T06:00:00Z", "2024-05-01T06:00"],
)
def test_the_time_of_a_proof_has_one_spelling(created: str) -> None:
    document = issued(Profile.COWIN_V1)
    document["proof"]["created"] = created
    assert check(document).check(CheckCode.STRUCTURE).status is CheckStatus.FAILED
