"""Certify and update at the old addresses: today's payloads unchanged, one array one fate."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from credential.access import ALL_ROWS, Scope
from credential.certificate import Certificate, Status
from credential.errors import NotFound, StaleVersion, Unavailable
from credential.ports import Outcome
from tests.flow.house import House
from tests.flow.source_requests import certified, old_request, send

REQUESTS = Path("cowin", "requests")


async def stored(home: House, identifier: str) -> Certificate:
    [found] = await home.store.by_ids([identifier], visible=ALL_ROWS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("version", "kind", "context"),
    [("v1", "DOMESTIC", "v1"), ("v2", "DOMESTIC", "v1"), ("v3", "INTERNATIONAL", "v2")],
)
async def test_a_request_becomes_a_signed_certificate(home: House, version: str, kind: str, context: str) -> None:
    key = await home.client(Scope.ISSUE)
    response = await send(home, "POST", f"/{version}/certify", key, json=[old_request()])
    assert response.status_code == 200
    body = response.json()
    assert body["job"] is None
    [result] = body["results"]
    assert (result["index"], result["kind"], result["error"]) == (0, kind, None)
    await home.app.state.gateway.nudges.close()
    certificate = await stored(home, result["certificateId"])
    assert certificate.status is Status.ISSUED
    document = json.loads(certificate.text or "")
    assert document["@context"][1].endswith(context)
    assert document["credentialSubject"]["refId"] == "20000000000001"


async def test_v3_without_a_full_date_of_birth_is_domestic(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    requests = [old_request("1", dob=None), old_request("2", dob="0001-01-01"), old_request("3", dob="1990")]
    ids = await certified(home, key, *requests)
    assert [(await stored(home, one)).kind.value for one in ids] == ["DOMESTIC"] * 3


async def test_many_requests_are_a_job(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.JOBS)
    body = [old_request(str(number)) for number in range(3)]
    response = await send(home, "POST", "/v2/certify", key, json=body)
    query = "query($id: ID!) { job(id: $id) { total kind } }"
    assert (await home.ask(query, key, id=response.json()["job"]))["job"] == {"total": 3, "kind": "ISSUE"}


@pytest.mark.parametrize(
    ("file", "version", "status"),
    [
        ("e2e-certify-main.json", "v1", 200),
        ("e2e-certify-main.json", "v2", 200),
        ("recon-certify-v3-with-meta-vaccinations.json", "v3", 200),
        ("recon-expected-update-request.json", "v3", 200),
        ("perf-certificate-request.json", "v1", 400),
    ],
)
async def test_todays_payloads(home: House, vectors: Path, file: str, version: str, status: int) -> None:
    key = await home.client(Scope.ISSUE)
    given = json.loads((vectors / REQUESTS / file).read_bytes())
    items = given if isinstance(given, list) else [given]
    response = await send(home, "POST", f"/{version}/certify", key, json=items)
    assert response.status_code == status, response.text
    if status == 400:  # without a dose the old signer rejected it after the old gateway's 200
        assert response.json()["errors"][0]["path"] == ["0", "vaccination", "dose"]


async def test_earlier_doses_come_from_meta(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    request = old_request(dose=2)
    request["meta"]["vaccinations"] = [
        {"name": "COVISHIELD", "dose": 1, "batch": "SAMPLE-0", "date": "2021-09-01"},
        {"name": "COVISHIELD", "dose": 2, "batch": "SAMPLE-1", "date": "2021-12-15"},
    ]
    [identifier] = await certified(home, key, request)
    doses = (await stored(home, identifier)).record.earlier_doses
    assert [(one.dose, one.batch) for one in doses] == [(1, "SAMPLE-0")]


async def test_zero_dates_of_go_are_absent(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    request = old_request()
    request["vaccination"] |= {"effectiveStart": "0001-01-01", "effectiveUntil": "0001-01-01"}
    [identifier] = await certified(home, key, request, version="v2")
    assert (await stored(home, identifier)).record.vaccination.effective_start is None
    request["vaccination"]["date"] = "0001-01-01T00:00:00.000Z"
    response = await send(home, "POST", "/v2/certify", key, json=[request])
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, ["0", "vaccination", "date"])


async def test_one_bad_request_and_nothing_of_the_array_is_stored(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    bad = old_request("2", contact=[])
    response = await send(home, "POST", "/v2/certify", key, json=[old_request("1"), bad, old_request("3", name="")])
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "BAD_USER_INPUT")
    assert [one["path"] for one in body["errors"]] == [["1", "recipient", "contact"], ["2", "recipient", "name"]]
    assert [one["error"] is None for one in body["results"]] == [True, False, False]
    assert await home.store.backlog() == 0


async def test_a_second_request_for_the_same_dose_names_the_first(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    [first] = await certified(home, key)
    response = await send(home, "POST", "/v3/certify", key, json=[old_request(name="Sample Person 2")])
    assert response.status_code == 200
    error = response.json()["results"][0]["error"]
    assert (error["code"], error["existingCertificateId"], error["path"]) == ("DUPLICATE", first, ["0"])


async def test_a_previous_certificate_named_in_the_request_is_not_believed(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    [first] = await certified(home, key)
    request = old_request()
    request["meta"]["previousCertificateId"] = first
    response = await send(home, "POST", "/v3/certify", key, json=[request])
    assert response.json()["results"][0]["error"]["code"] == "DUPLICATE"


async def test_the_idempotency_key(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    header = {"headers": {"idempotency-key": '"a-1"'}}
    first = await send(home, "POST", "/v2/certify", key, json=[old_request()], **header)
    again = await send(home, "POST", "/v2/certify", key, json=[old_request()], headers={"idempotency-key": "a-1"})
    assert first.json()["results"][0]["certificateId"] == again.json()["results"][0]["certificateId"]
    other = await send(home, "POST", "/v2/certify", key, json=[old_request("2")], **header)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_CONFLICT")
    long = await send(home, "POST", "/v2/certify", key, json=[old_request()], headers={"idempotency-key": "a" * 201})
    assert long.status_code == 400


BAD_BODIES: list[tuple[str, bytes, int]] = [
    ("not JSON", b"[{", 400),
    ("not UTF-8", b'["\xff"]', 400),
    ("an empty array, on which the old gateway panicked", b"[]", 400),
    ("an object", b"{}", 422),
    ("an item that is no object", b"[1]", 422),
    ("a recipient that is no object", b'[{"recipient": []}]', 422),
    ("a name that is no text", b'[{"recipient": {"name": 1}}]', 422),
    ("a date of another form", b'[{"recipient": {"dob": "15/06/1990"}}]', 422),
    ("too many", b"[" + b",".join([b"{}"] * 1001) + b"]", 400),
    ("nothing in it", b"[{}]", 400),
]


@pytest.mark.parametrize(("body", "status"), [(body, status) for _, body, status in BAD_BODIES])
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/certify"), ("PUT", "/v3/certificate")])
async def test_bad_bodies(home: House, method: str, path: str, body: bytes, status: int) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    response = await send(home, method, path, key, content=body, headers={"content-type": "application/json"})
    assert response.status_code == status, response.text
    told = response.json()
    assert told["code"]
    assert told["message"]


async def test_who_may_not(home: House) -> None:
    other = await home.client(Scope.JOBS)
    asked: list[tuple[str, str, Any]] = [
        ("POST", "/v1/certify", [old_request()]),
        ("POST", "/v3/certify", [old_request()]),
        ("PUT", "/v1/certificate", [old_request()]),
        ("DELETE", "/v1/certificates/1?allDoses=true", None),
    ]
    callers = ((None, 401, "UNAUTHENTICATED"), ("x", 401, "UNAUTHENTICATED"), (other, 403, "FORBIDDEN"))
    for method, path, body in asked:
        for key, status, code in callers:
            response = await send(home, method, path, key, json=body)
            assert (response.status_code, response.json()["code"]) == (status, code)
            assert ("www-authenticate" in response.headers) is (status == 401)


async def test_another_media_type_is_refused(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    headers = {"content-type": "text/plain"}
    assert (await send(home, "POST", "/v1/certify", key, content=b"[]", headers=headers)).status_code == 415


async def test_an_update_takes_the_place_of_what_was_there(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    [first] = await certified(home, key)
    changed = old_request(name="Sample Person 2", nationality=None)
    response = await send(home, "PUT", "/v3/certificate", key, json=[changed])
    assert response.status_code == 200, response.text
    [result] = response.json()["results"]
    await home.app.state.gateway.nudges.close()
    now, before = await stored(home, result["certificateId"]), await stored(home, first)
    assert (now.status, now.version, before.status) == (Status.ISSUED, 2, Status.SUPERSEDED)
    assert (now.record.recipient.name, now.record.recipient.nationality) == ("Sample Person 2", "")


async def test_what_says_the_same_is_no_error(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    await certified(home, key)
    headers = {"idempotency-key": "u-3"}
    first, again = [
        await send(home, "PUT", "/v3/certificate", key, json=[old_request()], headers=headers) for _ in range(2)
    ]
    assert first.status_code == 200
    error = first.json()["results"][0]["error"]
    assert (error["code"], error["path"]) == ("NO_CHANGE", ["0"])
    assert again.json() == first.json()


async def test_v1_and_v3_updates_choose_the_kind(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    await certified(home, key, version="v1")
    response = await send(home, "PUT", "/v3/certificate", key, json=[old_request()])
    assert response.json()["results"][0]["kind"] == "INTERNATIONAL"
    await home.app.state.gateway.nudges.close()
    assert (await stored(home, response.json()["results"][0]["certificateId"])).kind.value == "INTERNATIONAL"


async def test_an_update_of_no_certificate_is_412_and_changes_nothing_of_the_array(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    [first] = await certified(home, key, old_request("1"))
    items = [old_request("1", name="Sample Person 2"), old_request("2")]
    headers = {"idempotency-key": "u-1"}
    response = await send(home, "PUT", "/v3/certificate", key, json=items, headers=headers)
    body = response.json()
    assert (response.status_code, body["code"]) == (412, "NOT_FOUND")
    assert body["errors"][0]["path"] == ["1", "preEnrollmentCode"]
    await home.app.state.gateway.nudges.close()
    assert (await stored(home, first)).next_id is None
    await certified(home, key, old_request("2"))
    again = await send(home, "PUT", "/v3/certificate", key, json=items, headers=headers)
    assert (again.status_code, again.json()["errors"]) == (412, body["errors"])
    assert (await stored(home, first)).next_id is None, "a refused request must not begin to act"


@contextmanager
def failing(home: House, number: int, error: Exception) -> Iterator[None]:
    """Let one storing of a correction fail."""
    correct, calls = home.store.correct, list[int]()

    async def cut(*given: Any) -> Outcome:  # noqa: ANN401
        calls.append(1)
        if len(calls) == number:
            raise error
        return await correct(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home.store, "correct", cut)
        yield


async def test_an_update_array_cut_half_way_is_finished_by_sending_it_again(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    ids = await certified(home, key, old_request("1"), old_request("2"))
    items = [old_request(code, name="Sample Person 2") for code in ("1", "2")]
    headers, before = {"idempotency-key": "u-2"}, await home.store.backlog()
    with failing(home, 2, Unavailable("The store is away.")):
        response = await send(home, "PUT", "/v3/certificate", key, json=items, headers=headers)
    assert (response.status_code, await home.store.backlog()) == (503, before + 1)
    again = await send(home, "PUT", "/v3/certificate", key, json=items, headers=headers)
    assert again.status_code == 200
    await home.app.state.gateway.nudges.close()
    new = [one["certificateId"] for one in again.json()["results"]]
    assert [(await stored(home, one)).next_id for one in ids] == new
    assert [(await stored(home, one)).version for one in new] == [2, 2]


async def test_whoever_is_faster_is_put_over(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    await certified(home, key)
    with failing(home, 1, StaleVersion("Somebody else was faster.")):
        response = await send(home, "PUT", "/v3/certificate", key, json=[old_request(name="Sample Person 2")])
    assert response.status_code == 200
    with failing(home, 1, NotFound("It was revoked meanwhile.")):
        response = await send(home, "PUT", "/v3/certificate", key, json=[old_request(name="Sample Person 3")])
    assert (response.status_code, response.json()["errors"][0]["path"]) == (412, ["0"])


async def test_the_limit_of_corrections_is_412_before_anything_is_stored(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    [other] = await certified(home, key, old_request("1"))
    await certified(home, key, old_request("2"))
    for number in range(5):
        items = [old_request("2", name=f"Sample Person {number}x")]
        assert (await send(home, "PUT", "/v3/certificate", key, json=items)).status_code == 200
        await home.app.state.gateway.nudges.close()
    items = [old_request("1", name="Sample Person 2"), old_request("2", name="Sample Person 9")]
    response = await send(home, "PUT", "/v3/certificate", key, json=items)
    assert (response.status_code, response.json()["code"]) == (412, "LIMIT_REACHED")
    await home.app.state.gateway.nudges.close()
    assert (await stored(home, other)).next_id is None


async def test_a_dose_twice_in_one_update_is_refused(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    await certified(home, key)
    items = [old_request(name="Sample Person 2"), old_request(name="Sample Person 3")]
    response = await send(home, "PUT", "/v3/certificate", key, json=items)
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, ["1", "vaccination", "dose"])
