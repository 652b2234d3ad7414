"""A holder's own certificates and events, at the old addresses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from credential.access import ALL_ROWS, Caller, Scope
from tests.flow.house import House
from tests.flow.source_requests import certified, old_request, send

CODE = "20000000000001"
STATS = "{ stats { totals { accessed verified } } }"


@contextmanager
def asking(home: House, caller: Caller) -> Iterator[None]:
    """Let whoever asks be this caller."""

    async def known(_header: str | None) -> Caller:
        return caller

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home.app.state.gateway.authenticator, "caller", known)
        yield


async def totals(home: House) -> dict[str, int]:
    await home.app.state.gateway.close()
    await home.store.rollup(now=home.app.state.gateway.made_of.clock())
    found: dict[str, int] = (await home.ask(STATS))["stats"]["totals"]
    return found


async def test_a_holder_reads_what_counts_and_nobody_elses(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)
    requests = [old_request(dose=1), old_request(dose=2), old_request("20000000000002")]
    await certified(home, key, *requests)
    await send(home, "PUT", "/v3/certificate", key, json=[old_request(dose=2, name="Sample Person 2")])
    await home.app.state.gateway.nudges.close()
    with asking(home, Caller(name="holder", holder_of=("default", CODE))):
        response = await send(home, "GET", "/v1/certificates", None)
    assert response.status_code == 200
    found = response.json()
    assert [(one["dose"], one["name"]) for one in found] == [(2, "Sample Person 2"), (1, "Sample Person 1")]
    assert {(one["preEnrollmentCode"], one["mobile"]) for one in found} == {(CODE, "+919999900001")}
    assert found[0]["contact"] == ["tel:+919999900001"]
    [stored] = await home.store.by_ids([found[0]["certificateId"]], visible=ALL_ROWS)
    assert stored is not None
    assert found[0]["certificate"] == json.loads(stored.text or "")
    assert (stored.text or "") in response.text, "byte for byte"
    assert (await totals(home))["accessed"] == 2


async def test_a_holder_without_certificates_gets_an_empty_list(home: House) -> None:
    with asking(home, Caller(name="holder", holder_of=("default", "nobody"))):
        response = await send(home, "GET", "/v1/certificates", None)
    assert (response.status_code, response.json()) == (200, [])


async def test_only_holders_have_certificates_of_their_own(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.FETCH)
    assert (await send(home, "GET", "/v1/certificates", None)).status_code == 401
    assert (await send(home, "GET", "/v1/certificates", key)).status_code == 403


async def test_verifications_made_offline_are_counted_of_those_with_a_key(home: House) -> None:
    key = await home.client(Scope.FETCH)
    kinds = ("valid-verification", "revoked-certificate", "download", "verify")
    body = [{"date": "2021-12-15T06:00:00Z", "type": kind, "extra": {}} for kind in kinds]
    response = await send(home, "POST", "/v1/events", key, json=body)
    assert (response.status_code, response.json()) == (200, {"taken": 4, "counted": 2})
    response = await send(home, "POST", "/v1/events", None, json=body)
    assert (response.status_code, response.json()) == (200, {"taken": 4, "counted": 0})
    assert (await totals(home))["verified"] == 2


async def test_the_old_portals_one_event_at_its_address(home: House) -> None:
    response = await send(home, "POST", "/v1/events/", None, json={"date": "x", "type": "verify"})
    assert (response.status_code, response.json()) == (200, {"taken": 1, "counted": 0})
    assert (await send(home, "POST", "/v1/events", None, json=[])).status_code == 200


@pytest.mark.parametrize(("body", "status"), [("[1]", 422), ("1", 422), ("[", 400), ('[{"type": 1}]', 422)])
async def test_what_is_no_event(home: House, body: str, status: int) -> None:
    headers = {"content-type": "application/json"}
    assert (await send(home, "POST", "/v1/events", None, content=body, headers=headers)).status_code == status


async def test_too_many_events(home: House) -> None:
    assert (await send(home, "POST", "/v1/events", None, json=[{}] * 1001)).status_code == 400


async def test_the_log_and_the_errors_hold_no_value(home: House, capsys: pytest.CaptureFixture[str]) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)
    canary = old_request("CANARY-4711", name="Zzyzxcanaryperson", contact=["tel:9812345678"])
    bad = old_request("CANARY-4712", name="Zzyzxcanaryperson", contact=["fax:9812345678"], dob="1971-02-30")
    told = ""
    for method, path, body in (
        ("POST", "/v1/certify", [canary]),
        ("POST", "/v1/certify", [bad]),
        ("PUT", "/v3/certificate", [bad]),
        ("PUT", "/v1/certificate", [canary | {"preEnrollmentCode": "CANARY-4713"}]),
        ("POST", "/v1/certificate/revoked", canary),
        ("DELETE", "/v1/certificates/CANARY-4711?doses=1", None),
    ):
        told += (await send(home, method, path, key, json=body)).text
    files = {"file": ("Zzyzxcanaryperson.csv", b"preEnrollmentCode\nCANARY-4711", "text/csv")}
    told += (await send(home, "POST", "/v1/bulkCertify", key, files=files)).text
    written = "".join(capsys.readouterr())
    assert "/divoc/api/v1/certificates/{pre_enrollment_code}" in written
    for value in ("CANARY-47", "Zzyzxcanaryperson", "9812345678", "1971-02-30"):
        assert value not in written
        assert value not in told
