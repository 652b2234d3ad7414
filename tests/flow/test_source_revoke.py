"""Revoking and the revoked check at the old addresses."""

import copy
import json

import pytest

from credential.access import ALL_ROWS, Scope
from credential.certificate import Status
from credential.errors import Unavailable
from tests.flow.house import House
from tests.flow.source_requests import JSON, certified, old_request, send

CODE = "20000000000001"
CHECKS = ["/divoc/api/v1/certificate/revoked", "/cert/api/certificate/revoked"]


async def states(home: House, *ids: str) -> list[Status | None]:
    return await home.store.statuses(ids)


async def document(home: House, identifier: str) -> JSON:
    [found] = await home.store.by_ids([identifier], visible=ALL_ROWS)
    assert found is not None
    credential: JSON = json.loads(found.text or "")
    return credential


async def test_a_dose_is_revoked(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    one, two = await certified(home, key, old_request(dose=1), old_request(dose=2))
    response = await send(home, "DELETE", f"/v1/certificates/{CODE}?doses=2", key)
    assert (response.status_code, response.json()) == (200, {"certificates": [two]})
    assert await states(home, one, two) == [Status.ISSUED, Status.REVOKED]


@pytest.mark.parametrize("query", ["doses=1,2", "doses=2&doses=1", "allDoses=true", "doses=7&allDoses=true"])
async def test_all_doses_are_revoked(home: House, query: str) -> None:
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    ids = await certified(home, key, old_request(dose=1), old_request(dose=2))
    response = await send(home, "DELETE", f"/v1/certificates/{CODE}?{query}", key)
    assert (response.status_code, set(response.json()["certificates"])) == (200, set(ids))
    assert await states(home, *ids) == [Status.REVOKED] * 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (CODE, 400),
        (f"{CODE}?allDoses=false", 400),
        (f"{CODE}?doses=1,3", 400),
        (f"{CODE}?doses=1", 400),
        (f"{CODE}?doses=one", 400),
        (f"{CODE}?doses=99999999999999999999", 400),
        (f"{CODE}?allDoses=perhaps", 400),
        (f"{CODE}?allDoses=true&reason=BORED", 400),
        ("20000000000002?allDoses=true", 404),
        ("%00?allDoses=true", 404),
    ],
)
async def test_what_is_refused_revokes_nothing(home: House, path: str, status: int) -> None:
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    ids = await certified(home, key, old_request(dose=1), old_request(dose=2))
    response = await send(home, "DELETE", f"/v1/certificates/{path}", key)
    assert (response.status_code, bool(response.json()["message"])) == (status, True)
    assert await states(home, *ids) == [Status.ISSUED] * 2


async def test_another_clients_certificates_are_not_there(home: House) -> None:
    key, other = await home.client(Scope.ISSUE), await home.client(Scope.REVOKE)
    ids = await certified(home, key)
    assert (await send(home, "DELETE", f"/v1/certificates/{CODE}?allDoses=true", other)).status_code == 404
    assert await states(home, *ids) == [Status.ISSUED]


async def test_revoking_again_with_the_same_key_is_the_same_answer(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    await certified(home, key)
    path, headers = f"/v1/certificates/{CODE}?allDoses=true", {"idempotency-key": "r-1"}
    first = await send(home, "DELETE", path, key, headers=headers)
    await certified(home, key)
    again = await send(home, "DELETE", path, key, headers=headers)
    assert first.json() == again.json()
    other = await send(home, "DELETE", f"/v1/certificates/{CODE}?doses=1", key, headers=headers)
    assert other.status_code == 422


@pytest.mark.parametrize("path", CHECKS)
async def test_the_revoked_check(home: House, path: str) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)
    [identifier] = await certified(home, key)
    credential = await document(home, identifier)
    response = await home.http.post(path, json=credential)
    assert (response.status_code, response.json()) == (404, {"revoked": False, "verdict": "VALID"})
    await send(home, "PUT", "/v3/certificate", key, json=[old_request(name="Sample Person 2")])
    await home.app.state.gateway.nudges.close()
    response = await home.http.post(path, json=credential)
    assert (response.status_code, response.json()) == (200, {"revoked": True, "verdict": "SUPERSEDED"})
    await send(home, "DELETE", f"/v1/certificates/{CODE}?allDoses=true", key)
    response = await home.http.post(path, json=credential)
    assert (response.status_code, response.json()) == (200, {"revoked": True, "verdict": "REVOKED"})


async def test_a_revoked_certificate_cannot_be_edited_until_it_looks_good(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    [identifier] = await certified(home, key)
    credential = await document(home, identifier)
    await send(home, "DELETE", f"/v1/certificates/{CODE}?allDoses=true", key)
    swapped, renamed, other_id = (copy.deepcopy(credential) for _ in range(3))
    evidence = swapped["evidence"][0]
    evidence["dose"], evidence["totalDoses"] = evidence["totalDoses"], evidence["dose"]
    renamed["credentialSubject"]["refId"] = renamed["credentialSubject"]["uhid"] or "other"
    other_id["evidence"][0]["certificateId"] = "other"
    for edited in (swapped, renamed, other_id):
        response = await home.http.post(CHECKS[0], json=edited)
        assert (response.status_code, response.json()["code"]) == (400, "INVALID")


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[]", b"1", b"\xff", b'{"proof": {}}', b'"HC1:"', b"[" * 5000])
async def test_what_is_no_certificate(home: House, body: bytes) -> None:
    response = await home.http.post(CHECKS[0], content=body, headers={"content-type": "application/json"})
    assert (response.status_code, bool(response.json()["code"])) == (400, True)


async def test_a_check_while_the_records_are_away_says_so(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await home.client(Scope.ISSUE)
    credential = await document(home, (await certified(home, key))[0])

    async def away(*_: object) -> None:
        raise Unavailable("The store is away.")

    monkeypatch.setattr(type(home.store), "standings", away)
    assert (await home.http.post(CHECKS[0], json=credential)).status_code == 503


async def test_ping(home: House) -> None:
    assert (await send(home, "GET", "/v1/ping", None)).status_code == 200
