"""Each caller of the contract's "Who calls" at each operation, and that answers do not tell what exists."""

import pytest

from credential.access import Scope
from tests.flow.house import House, record

PROOF = {"mobile": "+91 99999 00001"}
CALLERS: dict[str, tuple[Scope, ...] | None] = {
    "source": (Scope.ISSUE, Scope.UPDATE, Scope.REVOKE, Scope.RECONCILE, Scope.JOBS),
    "admin": (Scope.ADMIN,),
    "partner": (Scope.FETCH,),
    "analyst": (Scope.STATS,),
    "anyone": None,
}
TARGET = '{target: {ids: ["1"]}, reason: FRAUD}'
OPERATIONS: dict[str, tuple[str, set[str]]] = {
    "issueCertificates": (
        "mutation { issueCertificates(input: {recordsJson: [1]}) { results { index } } }",
        {"source", "admin"},
    ),
    "updateCertificate": (
        'mutation { updateCertificate(input: {certificateId: "1"}) { userErrors { code } } }',
        {"source", "admin"},
    ),
    "revokeCertificates": (
        f"mutation {{ revokeCertificates(input: {TARGET}) {{ userErrors {{ code }} }} }}",
        {"source", "admin"},
    ),
    "job": ('{ job(id: "1") { id } }', {"source", "analyst", "admin"}),
    "certificate": ('{ certificate(id: "1") { id } }', {"source", "admin", "partner"}),
    "beneficiary": ('{ beneficiary(id: "1") { id } }', {"source", "admin", "partner"}),
    "stats filtered": ('{ stats(filter: {state: "Kerala"}) { asOf } }', {"analyst", "admin"}),
    "stats of a period": ('{ stats(from: "2021-01-01") { asOf } }', {"analyst", "admin"}),
    "stats series": ("{ stats { series(measure: ISSUED) { value } } }", {"analyst", "admin"}),
    "stats totals": ("{ stats { totals { issued } accessedByChannel { count } } }", set(CALLERS)),
    "verify": ('{ verify(input: {text: "x"}) { verdict } }', set(CALLERS)),
    "issuer": ("{ issuer { keys { id } } }", set(CALLERS)),
    "revocations": ("{ revocations(first: 1) { nodes { sequence } } }", set(CALLERS)),
    "viewer": ("{ viewer { scopes } }", set(CALLERS)),
}


@pytest.mark.parametrize("caller", CALLERS)
async def test_each_caller_at_each_operation(home: House, caller: str) -> None:
    scopes = CALLERS[caller]
    key = None if scopes is None else await home.client(*scopes)
    answers = {name: (await home.post(query, key)).json() for name, (query, _) in OPERATIONS.items()}
    codes = {name: [one["extensions"]["code"] for one in answer.get("errors", [])] for name, answer in answers.items()}
    refusal = ["UNAUTHENTICATED" if key is None else "FORBIDDEN"]
    assert codes == {name: [] if caller in allowed else refusal for name, (_, allowed) in OPERATIONS.items()}


async def test_an_unknown_key_is_refused_before_anything_else(home: House) -> None:
    response = await home.post("{ issuer { id } }", "no-such-key")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_source_system_sees_its_own_certificates_only(home: House) -> None:
    ours, theirs = await home.client(Scope.ISSUE, Scope.REVOKE), await home.client(Scope.ISSUE, Scope.REVOKE)
    identifier = await home.issued(ours)
    query = 'query($id: ID!) { certificate(id: $id) { id } beneficiary(id: "10000000000001") { id } }'
    assert await home.ask(query, theirs, id=identifier) == {"certificate": None, "beneficiary": None}
    assert (await home.ask(query, ours, id=identifier))["certificate"] == {"id": identifier}
    revoke = "mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) { userErrors { code } } }"
    given = {"target": {"ids": [identifier]}, "reason": "FRAUD"}
    refused = await home.ask(revoke, theirs, input=given)
    assert refused["revokeCertificates"]["userErrors"] == [{"code": "NOT_FOUND"}]


async def test_another_clients_job_is_unknown(home: House) -> None:
    ours, theirs = await home.client(Scope.ISSUE, Scope.JOBS), await home.client(Scope.ISSUE, Scope.JOBS)
    job = (await home.issue(ours, record("1"), record("2")))["job"]["id"]
    query = "query($id: ID!) { job(id: $id) { total } }"
    assert await home.ask(query, theirs, id=job) == {"job": None}
    assert await home.ask(query, ours, id=job) == {"job": {"total": 2}}


QUERY = """query($id: ID!, $beneficiary: ID!, $proof: BeneficiaryProof) {
  certificate(id: $id, proof: $proof) { id status holder { name } }
  beneficiary(id: $beneficiary, proof: $proof) { certificates(first: 5) { nodes { id } } } }"""
WRONG = [
    None,
    {"mobile": "9999900002"},
    {"mobile": "Sample Person 1"},
    {"mobile": ""},
    {"dateOfBirth": "1981"},
    {"dateOfBirth": "198"},
    {"dateOfBirth": "Sample Person 1"},
]


async def test_a_partner_reads_with_a_proof(home: House) -> None:
    source, partner = await home.client(Scope.ISSUE), await home.client(Scope.FETCH)
    identifier = await home.issued(source)
    for proof in (PROOF, {"mobile": "09999900001"}, {"dateOfBirth": "1980"}):
        found = await home.ask(QUERY, partner, id=identifier, beneficiary="10000000000001", proof=proof)
        assert found["certificate"]["id"] == identifier
        assert found["beneficiary"]["certificates"]["nodes"] == [{"id": identifier}]


async def test_without_a_right_proof_known_revoked_and_unknown_answer_alike(home: House) -> None:
    source, partner = await home.client(Scope.ISSUE, Scope.REVOKE), await home.client(Scope.FETCH)
    known = await home.issued(source)
    revoked = await home.issued(source, beneficiary="10000000000002")
    revoke = "mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) { userErrors { code } } }"
    await home.ask(revoke, source, input={"target": {"ids": [revoked]}, "reason": "FRAUD"})
    unknown = known[:-3] + ("AAA" if known[-3:] != "AAA" else "BBB")
    people = {known: "10000000000001", revoked: "10000000000002", unknown: "10000000000009", "x": "x"}
    for proof in WRONG:
        answers = [await home.post(QUERY, partner, id=one, beneficiary=who, proof=proof) for one, who in people.items()]
        assert {answer.content for answer in answers} == {b'{"data":{"certificate":null,"beneficiary":null}}'}
        assert len({(answer.status_code, len(answer.headers)) for answer in answers}) == 1


async def test_a_proof_of_both_kinds_or_of_none_is_malformed(home: House) -> None:
    partner = await home.client(Scope.FETCH)
    for proof in ({"mobile": "1", "dateOfBirth": "1980"}, {}, {"mobile": None}):
        response = await home.post(QUERY, partner, id="1", beneficiary="1", proof=proof)
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"]["path"][0] == "proof"


async def test_the_reason_of_a_revocation_is_the_issuers_own(home: House) -> None:
    source, partner = await home.client(Scope.ISSUE, Scope.REVOKE), await home.client(Scope.FETCH)
    identifier = await home.issued(source)
    revoke = "mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) { userErrors { code } } }"
    await home.ask(revoke, source, input={"target": {"ids": [identifier]}, "reason": "FRAUD"})
    query = (
        "query($id: ID!, $proof: BeneficiaryProof) { certificate(id: $id, proof: $proof) { status revocation { %s } } }"
    )
    shown = await home.ask(query % "at", partner, id=identifier, proof=PROOF)
    assert shown["certificate"]["status"] == "REVOKED"
    hidden = (await home.post(query % "reason", partner, id=identifier, proof=PROOF)).json()
    assert [error["extensions"]["code"] for error in hidden["errors"]] == ["FORBIDDEN"]
    told = await home.ask(query % "reason", source, id=identifier)
    assert told["certificate"]["revocation"] == {"reason": "FRAUD"}


async def test_a_revoked_key_ends_within_seconds(home: House) -> None:
    key = await home.client(Scope.STATS)
    assert (await home.post("{ viewer { id } }", key)).status_code == 200
    clock = home.app.state.gateway.made_of.clock
    (client,) = await home.store.clients()
    await home.store.revoke_client(client.id, now=clock())
    home.app.state.gateway.authenticator._kept.clear()  # what five seconds would do
    assert (await home.post("{ viewer { id } }", key)).status_code == 401
