"""Bad input gets typed errors with paths, never a value, and leaves nothing behind."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from credential.access import Scope
from tests.flow.house import ISSUE, JSON, House, record

CANARY = "Zzyzxcanaryperson"
NEW = "application/graphql-response+json"


def changed(path: str, value: object) -> JSON:
    """Return a sample record with one member replaced."""
    given = record()
    *parents, last = path.split(".")
    place: Any = given
    for name in parents:
        place = place[name]
    place[last] = value
    return given


FUTURE = "2999-01-01T00:00:00Z"
FAULTY: list[tuple[str, object]] = [
    ("vaccination.date", "2021-02-31T06:00:00Z"),
    ("vaccination.date", "2021-06-01T06:00:00"),
    ("vaccination.date", FUTURE),
    ("vaccination.date", CANARY),
    ("recipient.age", 400),
    ("recipient.age", -1),
    ("recipient.dateOfBirth", "1980-02-31"),
    ("recipient.mobile", CANARY),
    ("vaccination.dose", 0),
    ("vaccination.dose", 9),
    ("recipient.name", ""),
    ("recipient.name", "x" * 81),
    ("recipient.name", f"{CANARY}\u0007"),
    ("beneficiaryId", "10 000"),
]


@pytest.mark.parametrize(("path", "value"), FAULTY)
@pytest.mark.parametrize("form", ["records", "recordsJson"])
async def test_a_value_that_breaks_a_rule(home: House, form: str, path: str, value: object) -> None:
    home.workbench.idle = True
    key = await home.client(Scope.ISSUE)
    response = await home.post(ISSUE, key, input={form: [changed(path, value)]})
    payload = response.json()["data"]["issueCertificates"]
    assert payload["results"][0]["error"]["code"] == "BAD_USER_INPUT"
    assert payload["results"][0]["error"]["path"] == [form, "0", *path.split(".")]
    assert CANARY not in response.text
    assert await home.store.backlog() == 0


WRONG_TYPES: list[tuple[str, object]] = [
    ("recipient.age", CANARY),
    ("recipient.name", 5),
    ("vaccination.dose", 1.5),
    ("vaccination", [CANARY]),
    ("recipient.nickname", CANARY),
    ("vaccination.date", 5),
    ("kind", CANARY),
]


@pytest.mark.parametrize(("path", "value"), WRONG_TYPES)
async def test_a_wrong_type_among_typed_records_refuses_the_request(home: House, path: str, value: object) -> None:
    home.workbench.idle = True
    key = await home.client(Scope.ISSUE)
    response = await home.post(ISSUE, key, input={"records": [changed(path, value), record("10000000000002")]})
    assert response.status_code == 400
    errors = response.json()["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]
    where = errors[0]["extensions"]["path"]
    assert where[:3] == ["input", "records", "0"]
    assert where[3:] == path.split(".")
    assert CANARY not in response.text
    assert await home.store.backlog() == 0


@pytest.mark.parametrize(("path", "value"), WRONG_TYPES)
async def test_a_wrong_type_among_json_records_spoils_only_its_record(home: House, path: str, value: object) -> None:
    key = await home.client(Scope.ISSUE)
    response = await home.post(ISSUE, key, input={"recordsJson": [changed(path, value), record("10000000000002")]})
    first, second = response.json()["data"]["issueCertificates"]["results"]
    assert first["error"]["path"][:2] == ["recordsJson", "0"]
    assert second["certificate"] is not None
    assert CANARY not in response.text


@pytest.mark.parametrize("junk", [None, 5, CANARY, [], [[]], {"records": 1}])
async def test_a_record_that_is_no_record(home: House, junk: object) -> None:
    key = await home.client(Scope.ISSUE)
    response = await home.post(ISSUE, key, input={"recordsJson": [junk]})
    error = response.json()["data"]["issueCertificates"]["results"][0]["error"]
    assert (error["code"], error["path"][:2]) == ("BAD_USER_INPUT", ["recordsJson", "0"])
    assert CANARY not in response.text


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, ["records"]),
        ({"records": [], "recordsJson": []}, ["records"]),
        ({"records": [{}], "recordsJson": [{}]}, ["records"]),
        ({"recordsJson": [{}] * 1001}, ["recordsJson"]),
        ({"recordsJson": [{}], "idempotencyKey": ""}, ["idempotencyKey"]),
        ({"recordsJson": [{}], "idempotencyKey": "k" * 201}, ["idempotencyKey"]),
    ],
)
async def test_a_request_that_breaks_a_rule_as_a_whole(home: House, given: JSON, path: list[str]) -> None:
    key = await home.client(Scope.ISSUE)
    payload = (await home.ask(ISSUE, key, input=given))["issueCertificates"]
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [("BAD_USER_INPUT", path)]


async def raw(home: House, body: bytes, key: str | None = None) -> tuple[int, JSON]:
    headers = {"content-type": "application/json", "accept": NEW}
    if key:
        headers["authorization"] = f"Bearer {key}"
    response = await home.http.post("/graphql", content=body, headers=headers)
    answer: JSON = response.json()
    return response.status_code, answer


def with_literal(literal: str) -> bytes:
    """Return a request whose record's name is this JSON text."""
    variables = {"input": {"recordsJson": [record(name="PLACE")]}}
    return json.dumps({"query": ISSUE, "variables": variables}).replace('"PLACE"', literal).encode()


async def test_a_lone_surrogate(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    status, answer = await raw(home, with_literal('"\\ud800"'), key)
    assert status == 400
    assert answer["errors"][0]["extensions"]["path"] == ["input", "recordsJson", "0", "recipient", "name"]
    assert await home.store.backlog() == 0


NO_JSON = [
    b"",
    b"{",
    b"\xff\xfe",
    b'{"query": "\xff"}',
    with_literal("NaN"),
    with_literal("Infinity"),
    b"[" * 100_000,
    b'"x"',
    b"[]",
    b"null",
]


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
async def test_broken_json(home: House, body: bytes) -> None:
    status, answer = await raw(home, body)
    assert status == 400
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_twenty_megabytes(home: House) -> None:
    status, answer = await raw(home, b" " * (20 << 20))
    assert (status, answer["errors"][0]["extensions"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_twenty_megabytes_without_a_length(home: House) -> None:
    read = 0

    async def endless() -> Any:  # noqa: ANN401
        nonlocal read
        for _ in range(20):
            read += 1
            yield b" " * (1 << 20)

    response = await home.http.post("/graphql", content=endless(), headers={"content-type": "application/json"})
    assert response.status_code == 413


def aliases(count: int) -> str:
    return "{" + " ".join(f"a{index}: viewer {{ id }}" for index in range(count)) + "}"


def nested(depth: int) -> str:
    return "{ certificate(id: 1) " + "{ previous " * depth + "{ id }" + " }" * depth + "}"


FRAGMENT = " fragment F{} on Query {{ viewer {{ id }} }}"
MUTATION = 'm{}: revokeCertificates(input: {{target: {{ids: ["1"]}}, reason: FRAUD}}) {{ userErrors {{ code }} }} '
CIRCLE = "{ ...A } fragment A on Query { ...B viewer { id } } fragment B on Query { ...A }"
COMPLEX: list[tuple[str, Callable[[], str]]] = [
    ("20,000 aliases", lambda: aliases(20_000)),
    ("31 aliases", lambda: aliases(31)),
    ("a field again and again", lambda: "{" + "viewer { id } " * 1_000 + "}"),
    ("a field again and again in inline fragments", lambda: "{" + "... { viewer { id } } " * 600 + "}"),
    ("aliases in a fragment", lambda: "{ ...A } fragment A on Query " + aliases(31)),
    ("13 deep", lambda: nested(12)),
    ("10,000 deep", lambda: nested(10_000)),
    ("nested lists", lambda: "{ job(id: " + "[" * 3_000 + "]" * 3_000 + ") { id } }"),
    ("51 fragments", lambda: "{ viewer { id } }" + "".join(FRAGMENT.format(i) for i in range(51))),
    ("a literal of 100,001 characters", lambda: '{ verify(input: {text: "' + "x" * 100_001 + '"}) { verdict } }'),
    ("6 mutations", lambda: "mutation {" + "".join(MUTATION.format(i) for i in range(6)) + "}"),
]


@pytest.mark.parametrize("text", [make for _, make in COMPLEX], ids=[name for name, _ in COMPLEX])
async def test_too_complex(home: House, text: Callable[[], str]) -> None:
    response = await home.post(text())
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"


@pytest.mark.parametrize("text", [aliases(30), nested(10), "{ ...A } fragment A on Query { viewer { id } }"])
async def test_within_the_limits(home: House, text: str) -> None:
    assert (await home.post(text)).status_code == 200


async def test_fragments_in_a_circle_are_refused(home: House) -> None:
    response = await home.post(CIRCLE)
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


ECHOES = [
    f'{{ job(id: {{a: "{CANARY}"}}) {{ id }} }}',
    f'{{ revocations(first: "{CANARY}") {{ nodes {{ at }} }} }}',
    f'{{ certificate(id: "{CANARY}" {{ id }} }}',
    f'{{ certificate(id: "{CANARY}',
    f'mutation {{ issueCertificates(input: {{kind: "{CANARY}"}}) {{ job {{ id }} }} }}',
    f'{{ stats(from: "{CANARY}") {{ asOf }} }}',
    f'{{ verify(input: {{bytes: "{CANARY}!"}}) {{ verdict }} }}',
    f'{{ verify(input: {{text: "{CANARY}", bytes: "{CANARY}"}}) {{ verdict }} }}',
    f'{{ verify(input: {{text: "{CANARY}"}}) {{ verdict checks {{ message }} }} }}',
    f'{{ revocations(first: 1, after: "{CANARY}") {{ nodes {{ at }} }} }}',
    f'{{ beneficiary(id: "{CANARY}", proof: {{mobile: "{CANARY}"}}) {{ id }} }}',
]


@pytest.mark.parametrize("text", ECHOES)
async def test_no_answer_and_no_log_repeats_a_value(
    home: House, text: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    admin = await home.client(Scope.ADMIN)
    response = await home.post(text, admin)
    assert CANARY not in response.text
    assert response.status_code < 500
    written = capsys.readouterr()
    assert CANARY not in written.out + written.err + caplog.text


async def test_a_failure_of_ours_tells_a_request_id_and_nothing_else(
    home: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(home.store, "by_ids", fail, raising=False)
    monkeypatch.setattr(type(home.store), "by_ids", fail)
    admin = await home.client(Scope.ADMIN)
    response = await home.post('{ certificate(id: "1") { id } }', admin)
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    door = await home.http.get("/certificates/1.pdf", headers={"authorization": f"Bearer {admin}"})
    assert door.status_code == 500
    written = capsys.readouterr()
    assert CANARY not in response.text + door.text + written.out + written.err
    assert "RuntimeError" in written.out
