"""The public vectors of the old system: what it signed verifies here, and what it builds we build, byte for byte."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from credential.canonical import canonicalise
from credential.document import ToIssue, build
from credential.keys import Algorithm, Profile, PublicKey
from credential.operations.verify import verify
from credential.policy import IssuancePolicy
from credential.record import Kind, VaccinationRecord, parse_record
from credential.verification import CheckCode, CheckStatus, Policy, Verdict, Verification

NOW = datetime(2026, 12, 1, tzinfo=UTC)
REFERENCE = range(4)


def keys(vectors: Path) -> list[PublicKey]:
    folder = vectors / "cowin/keys"
    return [
        PublicKey(path.name, algorithm, path.read_text(), verification_method="did:india")
        for path, algorithm in (
            (folder / "test-rsa-sample.pub.pem", Algorithm.RSA),
            (folder / "reference-signer.pub.pem", Algorithm.RSA),
            (folder / "ed25519-test.pub.base58", Algorithm.ED25519),
        )
    ]


async def verified(vectors: Path, data: bytes | str) -> Verification:
    return await verify(data, keys=keys(vectors), policy=Policy.STANDARD, now=NOW)


@pytest.mark.parametrize(
    "name",
    [
        "rsa-cowin-v1-bhaya.json",
        "rsa-divoc.dev-v1-bhaya.json",
        "rsa-cowin-v2-john-doeq.json",
        "ed25519-divoc.dev-v1-bhaya.json",
    ],
)
async def test_a_certificate_of_the_old_system_is_valid(vectors: Path, name: str) -> None:
    data = (vectors / "cowin/valid" / name).read_bytes()
    result = await verified(vectors, data)
    assert result.verdict is Verdict.VALID
    assert result.facts is not None
    assert result.facts.name == json.loads(data)["credentialSubject"]["name"]


def test_every_valid_and_invalid_file_is_named_here(vectors: Path) -> None:
    assert len(list((vectors / "cowin/valid").iterdir())) == 4
    assert len(list((vectors / "cowin/invalid").iterdir())) == 1


async def test_a_certificate_with_another_subject_is_invalid(vectors: Path) -> None:
    [path] = (vectors / "cowin/invalid").iterdir()
    result = await verified(vectors, path.read_bytes())
    assert result.verdict is Verdict.INVALID
    assert result.check(CheckCode.SIGNATURE).status is CheckStatus.FAILED


@pytest.mark.parametrize("name", ["v1_dose1.go-zip.bin", "v1_dose1.jszip-utf8.bin", "v1_dose1.go-zip.png"])
async def test_a_qr_code_of_the_old_system_is_valid_in_every_form(vectors: Path, name: str) -> None:
    result = await verified(vectors, (vectors / "cowin/qr" / name).read_bytes())
    assert result.verdict is Verdict.VALID
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.PASSED


async def test_the_text_that_a_scanner_makes_of_a_qr_code_is_read(vectors: Path) -> None:
    text = (vectors / "cowin/qr/v1_dose1.jszip-utf8.bin").read_bytes().decode()
    assert (await verified(vectors, text)).verdict is Verdict.VALID


def reference(vectors: Path, index: int) -> dict[str, Any]:
    cases: list[dict[str, Any]] = json.loads((vectors / "cowin/reference-signer-output.json").read_text())
    assert len(cases) == len(REFERENCE)
    return cases[index]


def address(theirs: dict[str, Any]) -> dict[str, str]:
    return {
        "line1": theirs["addressLine1"],
        "line2": theirs["addressLine2"],
        "district": theirs["district"],
        "state": theirs["state"],
        "postalCode": str(theirs["pincode"]),
    }


def our_record(request: dict[str, Any], kind: Kind) -> VaccinationRecord:
    recipient = request["recipient"]
    ours = {
        "beneficiaryId": request["preEnrollmentCode"],
        "recipient": {
            **{name: recipient[name] for name in ("name", "uhid", "gender", "nationality", "identity")},
            "age": int(recipient["age"]),
            "dateOfBirth": recipient["dob"],
            "mobile": recipient["contact"][0].removeprefix("tel:"),
            "address": address(recipient["address"]),
        },
        "vaccination": request["vaccination"],
        "vaccinator": request["vaccinator"],
        "facility": {"name": request["facility"]["name"], "address": address(request["facility"]["address"])},
    }
    return parse_record(ours, now=NOW, kind=kind)


@pytest.mark.parametrize("index", REFERENCE)
def test_the_exact_profile_reproduces_the_reference_signer_byte_for_byte(vectors: Path, index: int) -> None:
    case = reference(vectors, index)
    v1 = case["certificateType"] == "certifyV2"
    kind = Kind.DOMESTIC if v1 else Kind.INTERNATIONAL
    issued_at = datetime.fromisoformat(case["unsigned"]["issuanceDate"])
    item = ToIssue(case["certificateId"], our_record(case["request"], kind), kind, issued_at)
    profile = Profile.COWIN_V1 if v1 else Profile.COWIN_V2
    [document] = build([item], profile=profile, policy=IssuancePolicy(bound=False))
    assert json.dumps(document) == json.dumps(case["unsigned"])
    assert canonicalise([document]) == [case["canonicalDocument"]]


@pytest.mark.parametrize("index", REFERENCE)
async def test_what_the_reference_signer_signed_is_valid_and_unambiguous(vectors: Path, index: int) -> None:
    result = await verified(vectors, json.dumps(reference(vectors, index)["signed"]))
    assert result.verdict is Verdict.VALID
    assert result.check(CheckCode.FIELD_BINDING).status is CheckStatus.PASSED
    assert result.ambiguous_fields == ()
