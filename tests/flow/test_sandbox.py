"""`pramaan sandbox`: it greets with a key for every caller, and sample people have certificates that name a sandbox."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.cli import main
from gateway.commands.graphql_client import Gateway
from tests.servers.whole import greeted

LATEST = """query($proof: BeneficiaryProof) { beneficiary(id: "SAMPLE-0002", proof: $proof) {
  latestCertificate { id credential(profile: COWIN_V1) } } }"""
VERIFY = "query($text: String!) { verify(input: {text: $text}) { verdict } }"
TOTALS = "{ stats { totals { issued } } }"
SEARCH = 'query { viewer { scopes } beneficiary(id: "SAMPLE-0001") { latestCertificate { status } } }'


@pytest.fixture(scope="module")
def greeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with greeted(tmp_path_factory.mktemp("sandbox"), "sandbox", "--port", "0") as (said, _):
        yield said


def as_caller(greeting: str, name: str) -> Gateway:
    exported = dict(re.findall(r"^export ([A-Z]+)=(\S+)$", greeting, re.MULTILINE))
    return Gateway(exported["BASE"], exported.get(name))


def sample(greeting: str, mobile: str) -> Any:  # noqa: ANN401 - JSON
    found = as_caller(greeting, "PARTNER").ask(LATEST, proof={"mobile": mobile})["beneficiary"]
    return found and found["latestCertificate"]


def test_a_partner_reads_a_sample_by_the_mobile_number_that_is_printed(greeting: str) -> None:
    [mobile] = re.findall(r"SAMPLE-0002  (\+\d+)", greeting)
    certificate = sample(greeting, mobile)
    assert certificate["credential"]["issuer"] == "https://sandbox.invalid/"
    assert certificate["credential"]["proof"]["verificationMethod"] == "did:sandbox"
    assert sample(greeting, "+919999999999") is None


def test_every_other_caller_has_a_key(greeting: str) -> None:
    assert as_caller(greeting, "ADMIN").ask(SEARCH)["beneficiary"]["latestCertificate"]["status"] == "ISSUED"
    assert as_caller(greeting, "SOURCE").ask("{ viewer { scopes } }")["viewer"]["scopes"]
    assert "issued" in as_caller(greeting, "ANALYST").ask(TOTALS)["stats"]["totals"]


def test_its_did_document_is_where_its_did_says(greeting: str) -> None:
    status, document = as_caller(greeting, "").get("/sandbox/did.json")
    assert status == 200
    assert re.search(rb'"id":\s*"did:web:localhost%3A\d+:sandbox"', document)


def test_production_is_no_sandbox(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PRAMAAN_ENV", "production")
    assert main(["sandbox"]) == 2
    assert "PRAMAAN_ENV is production, which is no sandbox" in " ".join(capsys.readouterr().err.split())
