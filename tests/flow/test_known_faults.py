"""Known faults of the old system that no other test is named after, each tried against ours."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from sqlalchemy import event

from credential import contexts
from credential.access import ALL_ROWS, Scope
from tests.flow.house import ISSUE, JSON, VERIFY, House, record

JOB = """query($id: ID!) { job(id: $id) { results(first: 100) {
  nodes { certificate { id status holder { name } previous { id } history { id } } } } } }"""
PERSON = """query($id: ID!) { beneficiary(id: $id) { certificates(first: 100) {
  nodes { id holder { name } facility { name } previous { id } correctionsRemaining } } } }"""


@contextmanager
def statements(home: House) -> Iterator[list[str]]:
    """Give the statements that are run inside."""
    engine, seen = home.store._database._engine.sync_engine, list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_one_query_per_certificate_of_a_job(home: House) -> None:
    source = await home.client(Scope.ISSUE, Scope.JOBS)
    costs = []
    for start, number in ((1000, 2), (2000, 40)):
        people = [record(str(start + place)) for place in range(number)]
        job = (await home.issue(source, *people))["job"]["id"]
        with statements(home) as seen:
            answer = await home.ask(JOB, source, id=job)
        assert len(answer["job"]["results"]["nodes"]) == number
        costs.append(len(seen))
    assert costs[0] == costs[1]


async def test_one_query_per_certificate_of_a_person(home: House) -> None:
    admin = await home.client(Scope.ISSUE, Scope.ADMIN)
    costs = []
    for person, doses in (("3000", 2), ("4000", 6)):
        await home.issue(admin, *(record(person, dose=dose, total=6) for dose in range(1, doses + 1)))
        with statements(home) as seen:
            answer = await home.ask(PERSON, admin, id=person)
        assert len(answer["beneficiary"]["certificates"]["nodes"]) == doses
        costs.append(len(seen))
    assert costs[0] == costs[1]


async def test_contexts_fetched_from_the_network_while_signing_and_verifying(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("Something asked the network.")

    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    source = await home.client(Scope.ISSUE)
    certificate_id = await home.issued(source)
    [certificate] = await home.store.by_ids([certificate_id], visible=ALL_ROWS)
    assert certificate is not None
    text = certificate.text or ""
    assert (await home.ask(VERIFY, input={"text": text}))["verify"]["verdict"] == "VALID"
    foreign: JSON = json.loads(text)
    foreign["@context"] = [contexts.CREDENTIALS_V1, "https://example.org/context"]
    assert (await home.ask(VERIFY, input={"text": json.dumps(foreign)}))["verify"]["verdict"] == "INVALID"


async def test_the_name_used_as_a_proof(home: House) -> None:
    query = '{ __type(name: "BeneficiaryProof") { inputFields { name } } }'
    fields = (await home.ask(query))["__type"]["inputFields"]
    assert {field["name"] for field in fields} == {"mobile", "dateOfBirth"}


async def test_an_accepted_request_without_an_id(home: House) -> None:
    home.workbench.idle = True
    source = await home.client(Scope.ISSUE)
    [result] = (await home.ask(ISSUE, source, input={"recordsJson": [record()]}))["issueCertificates"]["results"]
    assert result["certificate"]["status"] == "PENDING"
    [kept] = await home.store.by_ids([result["certificate"]["id"]], visible=ALL_ROWS)
    assert kept is not None
