"""Issue, sign, fetch, verify, update and revoke through the gateway, on SQLite with a real signer."""

import asyncio
import base64
import json

import pytest

from credential.access import Scope
from tests.flow.house import CERTIFICATE, ISSUE, JSON, REVOKE, UPDATE, VERIFY, House, record

SOURCE = (Scope.ISSUE, Scope.UPDATE, Scope.REVOKE, Scope.JOBS)


async def verdict(home: House, document: JSON) -> str:
    data = await home.ask(VERIFY, input={"text": json.dumps(document)})
    answer: str = data["verify"]["verdict"]
    return answer


async def credential(home: House, key: str, identifier: str) -> JSON:
    found = (await home.ask(CERTIFICATE, key, id=identifier))["certificate"]
    document: JSON = found["credential"]
    return document


async def test_issue_sign_fetch_verify(home: House) -> None:
    key = await home.client(*SOURCE)
    identifier = await home.issued(key)
    found = (await home.ask(CERTIFICATE, key, id=identifier))["certificate"]
    assert found["holder"] == {"name": "Sample Person 1", "age": 40}
    assert found["vaccination"] == {"name": "COVISHIELD", "date": "2021-06-01T06:00:00.000Z"}
    assert await verdict(home, found["credential"]) == "VALID"


async def test_typed_records_are_the_same_as_json(home: House) -> None:
    key = await home.client(*SOURCE)
    typed = await home.issue(key, recordsJson=None, records=[record()])
    assert typed["results"][0]["certificate"]["status"] == "ISSUED"
    again = await home.issue(key, record())
    assert again["results"][0]["error"]["code"] == "DUPLICATE"
    assert again["results"][0]["error"]["existingCertificateId"] == typed["results"][0]["certificate"]["id"]


async def test_a_tampered_certificate_is_invalid(home: House) -> None:
    key = await home.client(*SOURCE)
    document = await credential(home, key, await home.issued(key))
    document["credentialSubject"]["name"] = "Sample Person 2"
    assert await verdict(home, document) == "INVALID"


async def test_swapped_doses_are_invalid(home: House) -> None:
    key = await home.client(*SOURCE)
    document = await credential(home, key, await home.issued(key))
    evidence = document["evidence"][0]
    evidence["dose"], evidence["totalDoses"] = evidence["totalDoses"], evidence["dose"]
    assert await verdict(home, document) == "INVALID"


async def test_an_update_supersedes(home: House) -> None:
    key = await home.client(*SOURCE)
    identifier = await home.issued(key)
    before = await credential(home, key, identifier)
    given = {"certificateId": identifier, "recipient": {"name": "Sample Person 9"}, "waitMs": 10_000}
    payload = (await home.ask(UPDATE, key, input=given))["updateCertificate"]
    new = payload["certificate"]
    assert (new["status"], new["version"], new["correctionsRemaining"]) == ("ISSUED", 2, 4)
    assert await verdict(home, before) == "SUPERSEDED"
    after = await credential(home, key, new["id"])
    assert after["credentialSubject"]["name"] == "Sample Person 9"
    assert await verdict(home, after) == "VALID"


async def test_versions_name_each_other(home: House) -> None:
    key = await home.client(*SOURCE)
    first = await home.issued(key)
    given = {"certificateId": first, "recipient": {"age": 41}, "waitMs": 10_000}
    second = (await home.ask(UPDATE, key, input=given))["updateCertificate"]["certificate"]["id"]
    query = "query($id: ID!) { certificate(id: $id) { previous { id } next { id } history { id } } }"
    old = (await home.ask(query, key, id=first))["certificate"]
    new = (await home.ask(query, key, id=second))["certificate"]
    assert (old["previous"], old["next"]) == (None, {"id": second})
    assert (new["previous"], new["next"]) == ({"id": first}, None)
    assert [one["id"] for one in new["history"]] == [second, first]


async def test_what_an_admin_corrects_stays_the_sources_own(home: House) -> None:
    source = await home.client(*SOURCE)
    first = await home.issued(source)
    given = {"certificateId": first, "recipient": {"age": 41}, "waitMs": 10_000}
    admin = await home.client(Scope.ADMIN)
    second = (await home.ask(UPDATE, admin, input=given))["updateCertificate"]["certificate"]["id"]
    assert (await home.ask(CERTIFICATE, source, id=second))["certificate"]["holder"]["age"] == 41
    other = await home.client(*SOURCE)
    assert (await home.ask(CERTIFICATE, other, id=second))["certificate"] is None


CHANGES = "query($id: ID!) { certificate(id: $id) { changes { field from to } previous { changes { field } } } }"


async def test_a_version_tells_what_it_changed(home: House) -> None:
    key = await home.client(*SOURCE)
    first = await home.issued(key)
    given = {
        "certificateId": first,
        "kind": "INTERNATIONAL",
        "recipient": {"name": "Sample Person 9", "age": None, "dateOfBirth": "1980-02-29", "gender": "Female"},
        "waitMs": 10_000,
    }
    second = (await home.ask(UPDATE, key, input=given))["updateCertificate"]["certificate"]["id"]
    found = (await home.ask(CHANGES, key, id=second))["certificate"]
    assert found["previous"] == {"changes": []}
    assert sorted(found["changes"], key=lambda one: one["field"]) == [
        {"field": "kind", "from": "DOMESTIC", "to": "INTERNATIONAL"},
        {"field": "recipient.age", "from": "40", "to": None},
        {"field": "recipient.dateOfBirth", "from": "1980", "to": "1980-02-29"},
        {"field": "recipient.gender", "from": None, "to": "Female"},
        {"field": "recipient.name", "from": "Sample Person 1", "to": "Sample Person 9"},
    ]
    partner = await home.client(Scope.FETCH, channel="digilocker")
    refused = await home.post(
        CHANGES.replace("(id: $id)", '(id: $id, proof: {mobile: "9999900001"})'), partner, id=second
    )
    assert {error["extensions"]["code"] for error in refused.json()["errors"]} == {"FORBIDDEN"}


async def test_updates_that_change_nothing_or_are_stale(home: House) -> None:
    key = await home.client(*SOURCE)
    identifier = await home.issued(key)
    same = {"certificateId": identifier, "recipient": {"name": "Sample Person 1"}}
    assert (await home.ask(UPDATE, key, input=same))["updateCertificate"]["userErrors"][0]["code"] == "NO_CHANGE"
    stale = {"certificateId": identifier, "recipient": {"age": 50}, "expectedVersion": 7}
    error = (await home.ask(UPDATE, key, input=stale))["updateCertificate"]["userErrors"][0]
    assert (error["code"], error["currentVersion"]) == ("STALE_VERSION", 1)


async def test_revoke_all_doses(home: House) -> None:
    key = await home.client(*SOURCE)
    identifier = await home.issued(key)
    document = await credential(home, key, identifier)
    given = {"target": {"allDoses": {"beneficiaryId": "10000000000001"}}, "reason": "FRAUD"}
    payload = (await home.ask(REVOKE, key, input=given))["revokeCertificates"]
    assert payload["userErrors"] == []
    assert payload["certificates"][0]["revocation"]["reason"] == "FRAUD"
    assert await verdict(home, document) == "REVOKED"
    await home.app.state.gateway.nudges.close()  # publishing is told apart from the answer
    feed = await home.ask(
        "{ revocations(first: 10) { nodes { purpose signatureHash } pageInfo { hasNextPage endCursor } } }"
    )
    assert [one["purpose"] for one in feed["revocations"]["nodes"]] == ["REVOKED"]
    place = feed["revocations"]["pageInfo"]["endCursor"]
    follow = "query($after: String) { revocations(first: 10, after: $after) { pageInfo { hasNextPage endCursor } } }"
    feed = await home.ask(follow, after=place)
    assert feed["revocations"]["pageInfo"] == {"hasNextPage": False, "endCursor": place}, "a poller keeps its place"


BENEFICIARY = "10000000000001"
UNREVOKABLE: list[tuple[JSON, str, list[str]]] = [
    ({"ids": ["1"]}, "NOT_FOUND", ["target", "ids"]),
    ({"ids": []}, "BAD_USER_INPUT", ["target", "ids"]),
    ({"doses": {"beneficiaryId": BENEFICIARY, "doses": [1, 3]}}, "BAD_USER_INPUT", ["target", "doses", "doses"]),
    ({"doses": {"beneficiaryId": BENEFICIARY, "doses": [1]}}, "BAD_USER_INPUT", ["target", "doses", "doses"]),
]


@pytest.mark.parametrize(("target", "code", "path"), UNREVOKABLE)
async def test_what_cannot_be_revoked_is_named_with_its_path(
    home: House, target: JSON, code: str, path: list[str]
) -> None:
    key = await home.client(*SOURCE)
    for dose in (1, 2):
        await home.issued(key, dose=dose)
    payload = (await home.ask(REVOKE, key, input={"target": target, "reason": "OTHER"}))["revokeCertificates"]
    assert (payload["certificates"], payload["userErrors"]) == ([], [{"code": code, "path": path}])


async def test_a_qr_code_is_drawn_and_verifies(home: House) -> None:
    key = await home.client(*SOURCE)
    identifier = await home.issued(key)
    query = "query($id: ID!) { certificate(id: $id) { qr { state contentType byteSize base64 } } }"
    qr = (await home.ask(query, key, id=identifier))["certificate"]["qr"]
    assert base64.b64decode(qr["base64"]).startswith(b"\x89PNG")
    assert len(base64.b64decode(qr["base64"])) == qr["byteSize"]
    assert (await home.ask(VERIFY, input={"bytes": qr["base64"]}))["verify"]["verdict"] == "VALID"


async def test_a_document_is_pending_and_then_ready(home: House) -> None:
    key = await home.client(*SOURCE)
    identifier = await home.issued(key)
    query = "query($id: ID!) { certificate(id: $id) { document(language: EN) { state retryAfterMs url base64 } } }"
    first = (await home.ask(query, key, id=identifier))["certificate"]["document"]
    assert first == {"state": "PENDING", "retryAfterMs": 500, "url": None, "base64": None}
    await home.app.state.gateway.nudges.close()
    second = (await home.ask(query, key, id=identifier))["certificate"]["document"]
    assert (second["state"], second["retryAfterMs"]) == ("READY", None)
    fetched = await home.http.get(second["url"], headers={"authorization": f"Bearer {key}"})
    assert base64.b64decode(second["base64"]) == fetched.content


async def test_a_batch_has_a_job_and_one_result_per_record(home: House) -> None:
    key = await home.client(*SOURCE)
    bad = record("10000000000002")
    bad["vaccination"]["date"] = "2021-02-31T06:00:00Z"
    payload = await home.issue(key, record(), bad, record("10000000000003"))
    assert [one["certificate"] is not None for one in payload["results"]] == [True, False, True]
    assert payload["results"][1]["error"]["path"] == ["recordsJson", "1", "vaccination", "date"]
    query = """query($id: ID!) { job(id: $id) { kind state total done failed
      results(first: 2) { nodes { index error { code } } pageInfo { hasNextPage } } } }"""
    job = (await home.ask(query, key, id=payload["job"]["id"]))["job"]
    assert (job["kind"], job["state"], job["total"], job["done"], job["failed"]) == ("ISSUE", "FINISHED", 3, 2, 1)
    assert [one["index"] for one in job["results"]["nodes"]] == [0, 1]
    assert job["results"]["pageInfo"]["hasNextPage"] is True


async def test_an_idempotency_key_answers_the_same_again(home: House) -> None:
    key = await home.client(*SOURCE)
    first = await home.issue(key, record(), idempotencyKey="a")
    again = await home.issue(key, record(), idempotencyKey="a", waitMs=0)
    assert again["results"] == first["results"]
    other = await home.issue(key, record(age=41), idempotencyKey="a")
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_CONFLICT"]


async def test_beneficiary_pages_and_latest(home: House) -> None:
    key = await home.client(*SOURCE)
    for dose in (1, 2):
        await home.issued(key, dose=dose)
    query = """query($after: String) { beneficiary(id: "10000000000001") { latestCertificate { dose stage }
      certificates(first: 1, after: $after) { nodes { dose } pageInfo { hasNextPage endCursor } } } }"""
    found = (await home.ask(query, key))["beneficiary"]
    assert found["latestCertificate"] == {"dose": 2, "stage": "FINAL"}
    assert found["certificates"]["nodes"] == [{"dose": 2}]
    after = found["certificates"]["pageInfo"]["endCursor"]
    rest = (await home.ask(query, key, after=after))["beneficiary"]["certificates"]
    assert (rest["nodes"], rest["pageInfo"]["hasNextPage"]) == ([{"dose": 1}], False)


async def test_accesses_and_verifications_are_counted(home: House) -> None:
    source = await home.client(*SOURCE)
    partner = await home.client(Scope.FETCH, channel="digilocker")
    identifier = await home.issued(source)
    proof = {"mobile": "9999900001"}
    found = (await home.ask(CERTIFICATE, partner, id=identifier, proof=proof))["certificate"]
    assert await verdict(home, found["credential"]) == "VALID"
    await home.app.state.gateway.events.close()
    await home.store.rollup(now=home.app.state.gateway.made_of.clock())
    data = await home.ask("{ stats { totals { issued accessed verified } accessedByChannel { channel count } } }")
    assert data["stats"]["totals"] == {"issued": 1, "accessed": 1, "verified": 1}
    assert data["stats"]["accessedByChannel"] == [{"channel": "digilocker", "count": 1}]


async def test_fifty_identical_requests_make_one_certificate(home: House) -> None:
    key = await home.client(*SOURCE)
    given = {"recordsJson": [record()], "idempotencyKey": "the same"}
    answers = await asyncio.gather(*(home.ask(ISSUE, key, input=given) for _ in range(50)))
    payloads = [answer["issueCertificates"] for answer in answers]
    ids = {one["results"][0]["certificate"]["id"] for one in payloads if not one["userErrors"]}
    codes = {error["code"] for one in payloads for error in one["userErrors"]}
    assert len(ids) == 1
    assert codes <= {"IDEMPOTENCY_IN_PROGRESS"}


async def test_thirty_requests_without_a_key_make_one_certificate_and_duplicates(home: House) -> None:
    key = await home.client(*SOURCE)
    answers = await asyncio.gather(*(home.ask(ISSUE, key, input={"recordsJson": [record()]}) for _ in range(30)))
    results = [answer["issueCertificates"]["results"][0] for answer in answers]
    made = [one["certificate"]["id"] for one in results if one["certificate"]]
    refused = [one["error"]["existingCertificateId"] for one in results if one["error"]]
    assert (len(made), len(refused), set(refused)) == (1, 29, set(made))


async def test_a_result_tells_the_same_with_and_without_reading_the_record(home: House) -> None:
    key = await home.client(*SOURCE)
    text = ISSUE.replace("certificate { id status stage }", "certificate { %s }")
    given = {"recordsJson": [record(), record("10000000000002")], "idempotencyKey": "a", "waitMs": 10_000}
    bare = await home.ask(text % "__typename id status", key, input=given)
    read = await home.ask(text % "... { __typename } id status", key, input=given)
    assert bare == read
    assert bare["issueCertificates"]["results"][0]["certificate"]["__typename"] == "Certificate"
