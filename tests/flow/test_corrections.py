"""A holder says what is wrong; an admin decides; the old number hears of a new one."""

from typing import Any

import pytest

from credential.access import Caller, Scope
from credential.errors import Unavailable
from credential.jobs import NOTIFY, Job
from tests.flow.house import JSON, UPDATE, House
from tests.flow.test_source_others import asking

PERSON = "10000000000001"
HOLDER = Caller(name="holder", holder_of=("default", PERSON))
ASK = """mutation($input: RequestCorrectionInput!) { requestCorrection(input: $input) {
  request { id state changes note } userErrors { code path } } }"""
DECIDE = """mutation($id: ID!, $accept: Boolean!, $reason: String! = "") {
  decideCorrection(input: {id: $id, accept: $accept, reason: $reason}) {
    request { state reason } userErrors { code path } } }"""
QUEUE = "{ correctionRequests(first: 9, state: OPEN) { nodes { id certificateId note } } }"
OWN = """{ viewer { beneficiary { correctionRequests { state reason }
  latestCertificate { version holder { name } } } } }"""


async def asked(home: House, **given: Any) -> JSON:  # noqa: ANN401 - members of the input
    with asking(home, HOLDER):
        payload: JSON = (await home.ask(ASK, "x", input=given))["requestCorrection"]
    return payload


async def own(home: House) -> JSON:
    with asking(home, HOLDER):
        found: JSON = (await home.ask(OWN, "x"))["viewer"]["beneficiary"]
    return found


async def test_an_accepted_request_corrects_the_certificate_once(home: House) -> None:
    certificate = await home.issued(await home.client(Scope.ISSUE))
    payload = await asked(home, certificateId=certificate, recipient={"name": "Sample Person 9"}, note="wrong name")
    assert payload["request"]["changes"] == {"recipient": {"name": "Sample Person 9"}}
    admin = await home.client(Scope.ADMIN)
    [waiting] = (await home.ask(QUEUE, admin))["correctionRequests"]["nodes"]
    assert (waiting["certificateId"], waiting["note"]) == (certificate, "wrong name")
    for _ in range(2):
        decided = (await home.ask(DECIDE, admin, id=waiting["id"], accept=True))["decideCorrection"]
        assert decided == {"request": {"state": "ACCEPTED", "reason": ""}, "userErrors": []}
    await home.app.state.gateway.nudges.close()
    found = await own(home)
    assert found["latestCertificate"] == {"version": 2, "holder": {"name": "Sample Person 9"}}
    assert found["correctionRequests"] == [{"state": "ACCEPTED", "reason": ""}]
    assert (await home.ask(QUEUE, admin))["correctionRequests"]["nodes"] == []


async def test_a_refused_request_tells_the_holder_why(home: House) -> None:
    certificate = await home.issued(await home.client(Scope.ISSUE))
    request = (await asked(home, certificateId=certificate, recipient={"age": 41}))["request"]["id"]
    admin = await home.client(Scope.ADMIN)
    silent = (await home.ask(DECIDE, admin, id=request, accept=False))["decideCorrection"]
    assert silent["userErrors"] == [{"code": "BAD_USER_INPUT", "path": ["reason"]}]
    await home.ask(DECIDE, admin, id=request, accept=False, reason="The paper says 40.")
    found = await own(home)
    assert found["correctionRequests"] == [{"state": "REFUSED", "reason": "The paper says 40."}]
    assert found["latestCertificate"]["version"] == 1
    late = (await home.ask(DECIDE, admin, id=request, accept=True))["decideCorrection"]
    assert late["userErrors"] == [{"code": "BAD_USER_INPUT", "path": ["id"]}]


WRONG: list[tuple[JSON, str]] = [
    ({"certificateId": "1", "note": "x"}, "NOT_FOUND"),
    ({}, "NO_CHANGE"),
    ({"recipient": {"age": 400}}, "BAD_USER_INPUT"),
    ({"note": "x" * 501}, "BAD_USER_INPUT"),
    ({"vaccination": {"dose": 2}}, "BAD_USER_INPUT"),
]


@pytest.mark.parametrize(("given", "code"), WRONG)
async def test_what_cannot_be_asked_for_is_refused_and_not_kept(home: House, given: JSON, code: str) -> None:
    certificate = await home.issued(await home.client(Scope.ISSUE))
    payload = await asked(home, **{"certificateId": certificate, **given})
    assert [error["code"] for error in payload["userErrors"]] == [code]
    assert (await own(home))["correctionRequests"] == []


async def test_another_holder_and_others_may_not_ask(home: House) -> None:
    source = await home.client(Scope.ISSUE)
    certificate = await home.issued(source)
    with asking(home, Caller(name="holder", holder_of=("default", "20000000000002"))):
        payload = (await home.ask(ASK, "x", input={"certificateId": certificate, "note": "x"}))["requestCorrection"]
    assert payload["userErrors"][0]["code"] == "NOT_FOUND"
    for key in (source, await home.client(Scope.ADMIN)):
        refused = await home.post(ASK, key, input={"certificateId": certificate, "note": "x"})
        assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    refused = await home.post(QUEUE, source)
    assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_old_number_and_the_new_one_hear_of_a_change(home: House) -> None:
    object.__setattr__(home.store._context, "notices", True)
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    first = await home.issued(key)
    given = {"certificateId": first, "recipient": {"mobile": "+919999900002"}, "waitMs": 10_000}
    second = (await home.ask(UPDATE, key, input=given))["updateCertificate"]["certificate"]["id"]
    home.workbench.notifier.sent.clear()
    await home.workbench.enqueue([Job(NOTIFY, (second,))])
    told = [(one.recipient[-5:], "1075" in one.message) for one in home.workbench.notifier.sent]
    assert told == [("00002", False), ("00001", True), ("00002", True)]


async def test_a_key_makes_one_request_of_two_and_is_each_holders_own(home: House) -> None:
    source = await home.client(Scope.ISSUE)
    certificate = await home.issued(source)
    given = {"certificateId": certificate, "note": "wrong", "idempotencyKey": "a"}
    first, again = await asked(home, **given), await asked(home, **given)
    assert first["request"]["id"] == again["request"]["id"]
    assert len((await own(home))["correctionRequests"]) == 1
    other = await asked(home, **{**given, "note": "something else"})
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_CONFLICT"
    another = await home.issued(source, beneficiary="20000000000002")
    with asking(home, Caller(name="holder", holder_of=("default", "20000000000002"))):
        payload = (await home.ask(ASK, "x", input={**given, "certificateId": another}))["requestCorrection"]
    assert payload["userErrors"] == []


async def test_another_admin_finishes_what_was_cut_off(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = await home.issued(await home.client(Scope.ISSUE))
    request = (await asked(home, certificateId=certificate, recipient={"age": 41}))["request"]["id"]

    async def cut_off(*_: object, **__: object) -> bool:
        raise Unavailable("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(type(home.store), "decide_correction", cut_off)
        await home.post(DECIDE, await home.client(Scope.ADMIN), id=request, accept=True)
    await home.app.state.gateway.nudges.close()
    decided = (await home.ask(DECIDE, await home.client(Scope.ADMIN), id=request, accept=True))["decideCorrection"]
    assert decided == {"request": {"state": "ACCEPTED", "reason": ""}, "userErrors": []}
    await home.app.state.gateway.nudges.close()
    assert (await own(home))["latestCertificate"]["version"] == 2
