"""`pramaan verify` on what is in people's hands: exit codes, keys in every form, JSON and words (contract, Running)."""

import base64
import json
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from credential.jwk import read_public_key, to_jwk
from tests.flow.commands import Run, runner

CHECKS = [
    "DECODE", "STRUCTURE", "CONTEXT", "SUBJECT_ID", "ISSUER", "KEY", "SIGNATURE", "FIELD_BINDING", "PLAUSIBILITY",
    "NOT_BEFORE", "EXPIRY", "STATUS_FRESHNESS", "REVOCATION", "SUPERSESSION", "STORED_RECORD",
]  # fmt: skip
VALID = [
    ("valid/rsa-cowin-v1-bhaya.json", "test-rsa-sample.pub.pem"),
    ("valid/rsa-cowin-v2-john-doeq.json", "test-rsa-sample.pub.pem"),
    ("valid/rsa-divoc.dev-v1-bhaya.json", "test-rsa-sample.pub.pem"),
    ("valid/ed25519-divoc.dev-v1-bhaya.json", "ed25519-test.pub.base58"),
    ("qr/v1_dose1.go-zip.bin", "reference-signer.pub.pem"),
    ("qr/v1_dose1.go-zip.png", "reference-signer.pub.pem"),
    ("qr/v1_dose1.jszip-utf8.bin", "reference-signer.pub.pem"),
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture
def cowin(vectors: Path) -> Path:
    return vectors / "cowin"


@pytest.mark.parametrize(("name", "key"), VALID)
def test_genuine_ones_are_valid(run: Run, cowin: Path, name: str, key: str) -> None:
    done = run("verify", cowin / name, "--key", cowin / "keys" / key, "--json")
    assert (done.code, done.json["verdict"], done.err) == (0, "VALID", "")
    assert [check["code"] for check in done.json["checks"]] == CHECKS


def test_every_vector_has_its_case(cowin: Path) -> None:
    there = {f"{folder}/{path.name}" for folder in ("valid", "qr") for path in (cowin / folder).iterdir()}
    assert there == {name for name, _ in VALID}


def test_refused_ones_are_invalid(run: Run, cowin: Path) -> None:
    for path in (cowin / "invalid").iterdir():
        done = run("verify", path, "--key", cowin / "keys" / "test-rsa-sample.pub.pem", "--json")
        assert (done.code, done.json["verdict"]) == (1, "INVALID")


@pytest.mark.parametrize(("name", "key"), VALID)
def test_the_key_of_another_is_invalid(run: Run, cowin: Path, name: str, key: str) -> None:
    other = next(path for path in (cowin / "keys").iterdir() if path.name != key)
    assert run("verify", cowin / name, "--key", other, "--json").json["verdict"] == "INVALID"
    assert run("verify", cowin / name, "--key", other, "--key", cowin / "keys" / key).code == 0


def test_key_id_must_be_the_one_that_the_proof_names(run: Run, cowin: Path) -> None:
    arguments = ["verify", cowin / VALID[0][0], "--key", cowin / "keys" / VALID[0][1], "--json"]
    assert run(*arguments, "--key-id", "did:india").json["verdict"] == "VALID"
    other = run(*arguments, "--key-id", "did:elsewhere")
    assert (other.code, other.json["verdict"]) == (1, "INVALID")


@pytest.mark.parametrize("form", ["jwk", "jwks", "did", "did-multikey", "pem-twice"])
def test_keys_in_every_form(run: Run, cowin: Path, tmp_path: Path, form: str) -> None:
    pem = (cowin / "keys" / "test-rsa-sample.pub.pem").read_text()
    jwk = to_jwk(read_public_key(pem))
    other = {"kty": "oct", "k": "AAAA"}
    forms = {
        "jwk": json.dumps(jwk),
        "jwks": json.dumps({"keys": [other, jwk]}),
        "did": json.dumps({"id": "did:web:x", "verificationMethod": [{"id": "did:web:x#1", "publicKeyJwk": jwk}]}),
        "did-multikey": json.dumps({"verificationMethod": [{"publicKeyMultibase": "z6Mk"}, {"publicKeyPem": pem}]}),
        "pem-twice": (cowin / "keys" / "reference-signer.pub.pem").read_text() + pem,
    }
    path = tmp_path / "key"
    path.write_text(forms[form])
    assert run("verify", cowin / VALID[0][0], "--key", path).code == 0


@pytest.mark.parametrize("content", [b"", b"nonsense", b"{}", b"[1]", b"\xff\xfe", b'{"keys": [{}]}', b"{broken"])
def test_a_file_without_a_key_is_a_usage_error(run: Run, cowin: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    done = run("verify", cowin / VALID[0][0], "--key", path)
    assert done.code == 2
    assert "--key" in done.err


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b'{"a": 1, "a": 2}', b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"])
def test_unreadable(run: Run, cowin: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    done = run("verify", path, "--key", cowin / "keys" / "test-rsa-sample.pub.pem", "--json")
    assert (done.code, done.json["verdict"]) == (3, "UNREADABLE")
    assert done.json["checks"][0]["status"] == "FAILED"


def test_qr_text_from_the_standard_input(run: Run, cowin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"B64:" + base64.b64encode((cowin / "qr" / "v1_dose1.go-zip.bin").read_bytes()) + b"\n"
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text)))
    done = run("verify", "-", "--key", cowin / "keys" / "reference-signer.pub.pem", "--json")
    assert (done.code, done.json["format"]) == (0, "B64")


def test_words_for_people(run: Run, cowin: Path) -> None:
    done = run("verify", cowin / VALID[0][0], "--key", cowin / "keys" / VALID[0][1])
    assert done.out.startswith("VALID\n")
    assert "SIGNATURE" in done.out
    assert "It says\n" in done.out
    bad = run("verify", cowin / VALID[0][0], "--key", cowin / "keys" / VALID[3][1])
    assert "It says, which proves nothing" in bad.out


def test_without_a_key_the_store_is_asked(run: Run, cowin: Path) -> None:
    done = run("verify", cowin / VALID[0][0])
    assert done.code == 2
    assert "--key" in done.err


def test_a_missing_file_is_a_usage_error(run: Run, cowin: Path, tmp_path: Path) -> None:
    done = run("verify", tmp_path / "none", "--key", cowin / "keys" / VALID[0][1])
    assert (done.code, "cannot be read" in done.err) == (2, True)


def test_an_altered_certificate_is_invalid(run: Run, cowin: Path, tmp_path: Path) -> None:
    document = json.loads((cowin / VALID[0][0]).read_text())
    document["credentialSubject"]["name"] = "Sample Person"
    path = tmp_path / "altered.json"
    path.write_text(json.dumps(document))
    done = run("verify", path, "--key", cowin / "keys" / VALID[0][1], "--json")
    failed = [check["code"] for check in done.json["checks"] if check["status"] == "FAILED"]
    assert (done.code, failed) == (1, ["SIGNATURE"])
