"""Certificates of other issuers: trusted, unknown, and signed by another key than the trusted one."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from credential.access import Scope
from tests.flow.commands import Run, runner
from tests.flow.house import VERIFY, House

FOREIGN = "https://foreign.example/"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture
def another_key(tmp_path: Path) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    path = tmp_path / "another.pem"
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    path.write_bytes(key.public_bytes(serialization.Encoding.PEM, form))
    return path


def verdict(run: Run, file: Path) -> tuple[str, dict[str, str]]:
    answer = run("verify", file, "--json").json
    return answer["verdict"], {one["code"]: one["status"] for one in answer["checks"]}


def test_certificates_of_the_old_system_by_its_trusted_key(
    run: Run, vectors: Path, another_key: Path, tmp_path: Path
) -> None:
    cowin = vectors / "cowin"
    document = cowin / "valid" / "rsa-cowin-v1-bhaya.json"
    issuer = json.loads(document.read_text())["issuer"]
    trust = ("--issuer", issuer, "--key-id", "did:india", "--name", "Co-WIN", "--country", "IN")
    assert run("trust", "add", another_key, "--issuer", FOREIGN, "--name", "Another").code == 0
    assert verdict(run, document)[0] == "UNKNOWN_ISSUER"
    assert run("trust", "add", another_key, *trust).code == 0
    told, checks = verdict(run, document)
    assert (told, checks["ISSUER"], checks["SIGNATURE"]) == ("INVALID", "PASSED", "FAILED")
    assert run("trust", "add", cowin / "keys" / "test-rsa-sample.pub.pem", *trust, "--json").code == 0
    told, checks = verdict(run, document)
    assert told == "VALID"
    assert {checks[code] for code in ("STATUS_FRESHNESS", "REVOCATION", "STORED_RECORD")} == {"NOT_CHECKED"}
    listed = run("trust", "list", "--json").json
    assert {(one["issuer"], one["name"]) for one in listed} == {(FOREIGN, "Another"), (issuer, "Co-WIN")}
    assert run("trust", "remove", issuer).code == 0
    assert verdict(run, document)[0] == "UNKNOWN_ISSUER"
    assert run("trust", "remove", issuer).code == 1


REFUSED = [
    ("--issuer", "cowin", "--issuer must be"),
    ("--country", "India", "--country must be"),
    ("--until", "2020-01-01", "--until must not"),
]


@pytest.mark.parametrize(("option", "value", "message"), REFUSED)
def test_what_is_wrong_is_told(run: Run, another_key: Path, option: str, value: str, message: str) -> None:
    given = {"--issuer": FOREIGN, "--name": "Another", "--from": "2021-01-01"} | {option: value}
    done = run("trust", "add", another_key, *(each for pair in given.items() for each in pair))
    assert done.code == 2
    assert message in done.err


async def test_the_gateway_asks_its_own_records_only_of_its_own(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    other = await home.store.public_keys()
    identifier = await home.issued(key)
    found = await home.ask("query($id: ID!) { certificate(id: $id) { credential } }", key, id=identifier)
    given = {"text": json.dumps(found["certificate"]["credential"])}
    codes = {one["code"]: one["status"] for one in (await home.ask(VERIFY, input=given))["verify"]["checks"]}
    assert codes["STORED_RECORD"] == "PASSED"
    assert (await home.ask("{ trustedIssuers { id } }"))["trustedIssuers"] == []
    assert other
