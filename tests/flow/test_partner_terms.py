"""What was agreed with a partner app: budgets, trusted documents, and that the holder sees who received what."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from credential.access import Caller, Scope, Terms
from credential.ports import Client, TrustedDocument
from gateway.read_budget import ReadBudget
from tests.flow.commands import Run, runner
from tests.flow.house import CERTIFICATE, House
from tests.flow.source_requests import old_request
from tests.flow.source_requests import send as source_send
from tests.flow.test_source_others import asking

MOBILE = {"mobile": "9999900001"}
HISTORY = """query($id: ID!, $after: String) { beneficiary(id: $id) {
  accessHistory(first: 2, after: $after) { nodes { certificateId caller channel purpose legalBasis how }
  pageInfo { hasNextPage endCursor } } } }"""
PERSON = "10000000000001"


async def partner(home: House, **terms: Any) -> str:  # noqa: ANN401 - members of Terms
    key, now = "test-" + secrets.token_urlsafe(24), datetime.now(UTC)
    client = Client(
        "c" + secrets.token_hex(6), "Sample app", frozenset({Scope.FETCH}), "locker", "show", now, None, None
    )
    await home.store.create(replace(client, terms=Terms(**terms)), key)
    return key


async def read(home: House, key: str, identifier: str) -> httpx.Response:
    return await home.post(CERTIFICATE, key, id=identifier, proof=MOBILE)


def code(response: httpx.Response) -> str:
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found


async def test_the_holder_sees_who_received_what(home: House) -> None:
    source = await home.client(Scope.ISSUE)
    identifier = await home.issued(source)
    key = await partner(home, legal_basis="consent")
    for _ in range(3):
        await read(home, key, identifier)
    await home.post(CERTIFICATE, key, id=identifier, proof={"mobile": "9999900002"})
    with asking(home, Caller(name="holder", holder_of=("default", PERSON))):
        first = (await home.ask(HISTORY, "x", id=PERSON))["beneficiary"]["accessHistory"]
        second = await home.ask(HISTORY, "x", id=PERSON, after=first["pageInfo"]["endCursor"])
    given = {"certificateId": identifier, "channel": "locker", "purpose": "show", "legalBasis": "consent", "how": ""}
    assert {"caller": "Sample app", **given} in first["nodes"]
    nodes = [*first["nodes"], *second["beneficiary"]["accessHistory"]["nodes"]]
    assert [one["caller"] for one in nodes].count("Sample app") == 3, "what was not given is no access"


@pytest.mark.parametrize("scope", [Scope.ISSUE, Scope.FETCH])
async def test_the_history_is_for_holder_and_admin(home: House, scope: Scope) -> None:
    await home.issued(await home.client(Scope.ISSUE))
    text = HISTORY.replace("(id: $id)", '(id: $id, proof: {mobile: "9999900001"})')
    response = await home.post(text, await home.client(scope, channel="x"), id=PERSON)
    allowed = await home.post(HISTORY, await home.client(Scope.ADMIN), id=PERSON)
    assert "errors" not in allowed.json()
    assert response.json().get("errors") is None or code(response) == "FORBIDDEN"
    assert not (response.json()["data"] or {}).get("beneficiary")


async def test_reads_beyond_the_days_budget_are_refused_and_not_audited(home: House) -> None:
    identifier = await home.issued(await home.client(Scope.ISSUE))
    key = await partner(home, daily_reads=3)
    with structlog.testing.capture_logs() as log:
        answers = [await read(home, key, identifier) for _ in range(5)]
    assert ["errors" in one.json() for one in answers] == [False] * 3 + [True] * 2
    assert code(answers[3]) == "RATE_LIMITED"
    assert 0 < int(answers[3].headers["retry-after"]) <= 86_401
    assert [line["percent"] for line in log if line["event"] == "read_budget"] == [100]
    admin = await home.client(Scope.ADMIN)
    history = (await home.ask(HISTORY.replace("first: 2", "first: 9"), admin, id=PERSON))["beneficiary"][
        "accessHistory"
    ]
    assert [one["caller"] for one in history["nodes"]].count("Sample app") == 3


async def test_another_day_is_another_budget(home: House) -> None:
    identifier = await home.issued(await home.client(Scope.ISSUE))
    key = await partner(home, daily_reads=1)
    await read(home, key, identifier)
    assert code(await read(home, key, identifier)) == "RATE_LIMITED"
    budget = home.app.state.gateway.ports.allowance
    assert isinstance(budget, ReadBudget)
    budget._clock = lambda: datetime.now(UTC) + timedelta(days=1)
    assert "errors" not in (await read(home, key, identifier)).json()


async def test_documents_count_as_reads_too(home: House) -> None:
    identifier = await home.issued(await home.client(Scope.ISSUE))
    key = await partner(home, daily_reads=1)
    headers = {"authorization": f"Bearer {key}", "x-proof-mobile": "9999900001"}
    first = await home.http.get(f"/certificates/{identifier}.png", headers=headers)
    second = await home.http.get(f"/certificates/{identifier}.png", headers=headers)
    assert (first.status_code, second.status_code) == (200, 429)
    assert int(second.headers["retry-after"]) > 0


WRONG = {"mobile": "9999900002"}
GUESSES = {"right": (PERSON, MOBILE), "wrong": (PERSON, WRONG), "unknown": ("nobody", MOBILE)}


class Doors:
    """The doors through which a partner may guess; `identifier` is the right certificate's id."""

    def __init__(self, home: House, key: str, identifier: str) -> None:
        self.home, self.key, self.identifier = home, key, identifier

    async def certificate(self, person: str, proof: dict[str, str]) -> httpx.Response:
        return await self.home.post(CERTIFICATE, self.key, id=self._id(person), proof=proof)

    async def beneficiary(self, person: str, proof: dict[str, str]) -> httpx.Response:
        text = "query($id: ID!, $proof: BeneficiaryProof) { beneficiary(id: $id, proof: $proof) { id } }"
        return await self.home.post(text, self.key, id=person, proof=proof)

    async def document(self, person: str, proof: dict[str, str]) -> httpx.Response:
        return await self._get(f"/certificates/{self._id(person)}.png", proof)

    async def listed(self, person: str, proof: dict[str, str]) -> httpx.Response:
        asked = {"beneficiaryId": person, **proof}
        headers = {"authorization": f"Bearer {self.key}"}
        return await self.home.http.post("/cert/external/api/certificates", json=asked, headers=headers)

    async def kyc(self, person: str, proof: dict[str, str]) -> httpx.Response:
        return await self._get(f"/cert/external/kyc/{person}", proof)

    def _id(self, person: str) -> str:
        return self.identifier if person == PERSON else self.identifier[::-1]

    async def _get(self, path: str, proof: dict[str, str]) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key}", "x-proof-mobile": proof["mobile"]}
        return await self.home.http.get(path, headers=headers)


@pytest.mark.parametrize("door", ["certificate", "beneficiary", "document", "listed", "kyc"])
async def test_beyond_the_budget_right_wrong_and_unknown_are_answered_alike(home: House, door: str) -> None:
    """And a guess that misses is counted, else guessing would cost nothing."""
    identifier = await home.issued(await home.client(Scope.ISSUE))
    guess = getattr(Doors(home, await partner(home, daily_reads=2), identifier), door)
    answers = [await guess(*GUESSES[name]) for name in ("wrong", "unknown")]
    assert not [one for one in answers if "RATE_LIMITED" in one.text]
    answers = [await guess(*GUESSES[name]) for name in GUESSES]
    assert all(code(one) == "RATE_LIMITED" for one in answers)
    assert len({(one.status_code, one.json()["errors"][0]["message"]) for one in answers}) == 1


async def test_a_budget_of_cost_is_told_and_kept(home: House) -> None:
    key = await partner(home, per_minute=10)
    first = await home.post("{ viewer { id } issuer { name } }", key)
    assert first.headers["ratelimit-policy"] == '"client";q=10;w=60'
    assert first.headers["ratelimit"] == '"client";r=6;t=24'
    assert first.json()["extensions"]["rateLimit"] == {"limit": 10, "cost": 4, "remaining": 6, "resetSeconds": 24}
    await home.post("{ viewer { id } issuer { name } }", key)
    third = await home.post("{ viewer { id } issuer { name } }", key)
    assert (third.status_code, code(third)) == (429, "RATE_LIMITED")
    assert 0 < int(third.headers["retry-after"]) <= 12
    assert "data" not in third.json()
    assert third.headers["ratelimit-policy"] == '"client";q=10;w=60'
    assert third.headers["ratelimit"].startswith('"client";r=2;t=4')
    told = third.json()["extensions"]["rateLimit"]
    assert (told["limit"], told["cost"], told["remaining"]) == (10, 4, 2)


@pytest.mark.parametrize("door", ["document", "listed", "kyc"])
async def test_other_doors_keep_to_the_budget_of_cost(home: House, door: str) -> None:
    guess = getattr(Doors(home, await partner(home, per_minute=2), "x"), door)
    answers = [await guess(*GUESSES["unknown"]) for _ in range(3)]
    assert [one.status_code for one in answers] == [404, 404, 429]
    assert [one.headers["ratelimit"].partition(";t")[0] for one in answers] == [f'"client";r={n}' for n in (1, 0, 0)]
    assert {one.headers["ratelimit-policy"] for one in answers} == {'"client";q=2;w=60'}
    assert "RATE_LIMITED" in answers[2].text
    assert 0 < int(answers[2].headers["retry-after"]) <= 60


async def test_sending_in_costs_what_a_mutation_does(home: House) -> None:
    key, now = "test-" + secrets.token_urlsafe(24), datetime.now(UTC)
    client = Client("source", "Sample source", frozenset({Scope.ISSUE}), None, "", now, None, None)
    await home.store.create(replace(client, terms=Terms(per_minute=20)), key)
    answers = [await source_send(home, "POST", "/v3/certify", key, json=[old_request()]) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]


async def test_pages_cost_what_they_may_hold(home: House) -> None:
    key = await partner(home, per_minute=50)
    page = "query($n: Int!) { revocations(first: $n) { nodes { at } } }"
    assert (await home.post(page, key, n=5)).json()["extensions"]["rateLimit"]["cost"] == 11
    refused = await home.post(page, key, n=100)
    assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
    assert "costs 201" in refused.json()["errors"][0]["message"]
    by_default = page.replace("Int!", "Int! = 100")
    assert code(await home.post(by_default, key)) == "RATE_LIMITED", "the default is what is executed"
    assert (await home.post(by_default, key, n=1)).status_code == 200


async def test_who_has_no_budget_is_told_of_none(home: House) -> None:
    response = await home.post("{ issuer { name } }", await partner(home))
    assert "ratelimit" not in response.headers
    assert "extensions" not in response.json()


TEXT = "query Who { viewer { name } }"
NAME = sha256(TEXT.encode()).hexdigest()


async def trust(home: House) -> None:
    await home.store.trust_documents([TrustedDocument(NAME, TEXT, "who", datetime.now(UTC))])


async def send(home: House, key: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - a GraphQL request
    headers = {"authorization": f"Bearer {key}", "accept": "application/graphql-response+json"}
    return await home.http.post("/graphql", json=body, headers=headers)


NAMED = [
    {"documentId": f"sha256:{NAME}"},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": NAME}}},
    {"documentId": f"sha256:{NAME}", "query": TEXT},
    {"query": TEXT},
]


@pytest.mark.parametrize("body", NAMED)
async def test_a_strict_client_is_answered_what_was_trusted(home: House, body: dict[str, Any]) -> None:
    await trust(home)
    response = await send(home, await partner(home, trusted_only=True), **body)
    assert response.json() == {"data": {"viewer": {"name": "Sample app"}}}


async def test_a_strict_client_is_refused_everything_else(home: House) -> None:
    await trust(home)
    response = await send(home, await partner(home, trusted_only=True), query=TEXT + " ")
    assert (response.status_code, code(response)) == (403, "FORBIDDEN")


FAULTS: list[tuple[str, dict[str, Any], int, str]] = [
    ("unknown", {"documentId": "sha256:" + "0" * 64}, 404, "PERSISTED_QUERY_NOT_FOUND"),
    ("no hash", {"documentId": "sha256:x"}, 400, "BAD_REQUEST"),
    ("a number", {"extensions": {"persistedQuery": {"sha256Hash": 7}}}, 400, "BAD_REQUEST"),
    ("another text", {"documentId": "sha256:" + NAME, "query": "{ __typename }"}, 400, "BAD_REQUEST"),
    ("neither", {}, 400, "BAD_REQUEST"),
]


@pytest.mark.parametrize(("fault", "body", "status", "expected"), FAULTS, ids=[name for name, *_ in FAULTS])
async def test_a_document_that_cannot_be_found(
    home: House, fault: str, body: dict[str, Any], status: int, expected: str
) -> None:
    await trust(home)
    response = await send(home, await partner(home), **body)
    assert (response.status_code, code(response)) == (status, expected), fault


async def test_a_trusted_document_by_get(home: House) -> None:
    await trust(home)
    key = await partner(home, trusted_only=True)
    response = await home.http.get(f"/graphql?documentId=sha256:{NAME}", headers={"authorization": f"Bearer {key}"})
    assert response.json() == {"data": {"viewer": {"name": "Sample app"}}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


def test_documents_are_trusted_by_command(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "who.graphql", tmp_path / "bad.graphql"
    good.write_text(TEXT)
    bad.write_text("{ nothing }")
    assert run("operations", "add", good, "--json").json == [{"name": "who", "documentId": f"sha256:{NAME}"}]
    refused = run("operations", "add", bad)
    assert refused.code == 2
    assert "bad.graphql" in refused.err
    assert [one["text"] for one in run("operations", "list", "--json").json] == [TEXT]
    assert run("operations", "remove", f"sha256:{NAME}").code == 0
    assert run("operations", "remove", f"sha256:{NAME}").code == 1


def test_terms_are_shown_with_the_client(run: Run) -> None:
    terms = ("--legal-basis", "consent", "--daily-reads", "500", "--per-minute", "6000", "--trusted-only")
    assert run("clients", "create", "--name", "app", "--scope", "fetch", *terms, "--json").code == 0
    [client] = run("clients", "list", "--json").json
    assert (client["legalBasis"], client["dailyReads"], client["perMinute"]) == ("consent", 500, 6000)
    assert client["trustedOnly"] is True
