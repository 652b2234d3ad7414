"""Holders: a code to the registered number, a token per person, own certificates, messages and opting out."""

import re
from typing import Any

import pytest

from backends.notifiers.memory import MemoryNotifier
from credential.access import Scope
from credential.jobs import INDEX_CONTACTS, NOTIFY, Job
from tests.flow.house import JSON, REVOKE, UPDATE, House
from tests.flow.test_change_contact import CHANGE

MOBILE = "+919999900001"
ASK = """mutation($mobile: MobileNumber!) { requestOneTimeCode(input: {mobile: $mobile}) {
  expiresInSeconds userErrors { code path } } }"""
CONFIRM = """mutation($mobile: MobileNumber!, $code: String!) {
  confirmOneTimeCode(input: {mobile: $mobile, code: $code}) {
    people { displayName token expiresAt } userErrors { code message path } } }"""
OWN = """{ viewer { id scopes beneficiary { id certificates(first: 9) { nodes { id status holder { name } } }
  latestCertificate { qr { base64 } document(language: TA) { state } } } } }"""
SET = """mutation($on: Boolean!, $id: ID, $idempotency: String) {
  setNotifications(input: {enabled: $on, beneficiaryId: $id, idempotencyKey: $idempotency}) {
  enabled userErrors { code } } }"""


async def issued(home: House, key: str, beneficiary: str, **recipient: str) -> str:
    identifier = await home.issued(key, beneficiary=beneficiary, **recipient)
    await home.workbench.enqueue([Job(INDEX_CONTACTS, (identifier,))])
    return identifier


async def code_for(home: House, mobile: str = MOBILE) -> str:
    """Ask for a code, and read it in the message that came."""
    before = len(home.workbench.notifier.sent)
    answer = (await home.ask(ASK, mobile=mobile))["requestOneTimeCode"]
    assert answer == {"expiresInSeconds": 300, "userErrors": []}
    await home.app.state.gateway.nudges.close()
    [message] = home.workbench.notifier.sent[before:]
    assert message.recipient == f"tel:{mobile}"
    found: str = re.findall(r"\d{6}", message.message)[0]
    return found


async def confirmed(home: House, code: str, mobile: str = MOBILE) -> JSON:
    answer: JSON = (await home.ask(CONFIRM, mobile=mobile, code=code))["confirmOneTimeCode"]
    return answer


async def test_people_on_one_number_are_told_apart_and_kept_apart(home: House) -> None:
    source = await home.client(Scope.ISSUE)
    await issued(home, source, "A-1", name="Asha Sample")
    await issued(home, source, "B-1", name="Bela Sample")
    answer = await confirmed(home, await code_for(home))
    assert [one["displayName"] for one in answer["people"]] == ["A… S…", "B… S…"]
    first = answer["people"][0]["token"]
    found = (await home.ask(OWN, first))["viewer"]
    assert (found["id"], found["scopes"], found["beneficiary"]["id"]) == ("holder", [], "A-1")
    assert [one["holder"]["name"] for one in found["beneficiary"]["certificates"]["nodes"]] == ["Asha Sample"]
    assert found["beneficiary"]["latestCertificate"]["qr"]["base64"]
    other = await home.ask('{ beneficiary(id: "B-1") { id } }', first)
    assert other == {"beneficiary": None}
    refused = await home.post('{ stats(filter: {state: "Kerala"}) { asOf } }', first)
    assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_an_unknown_number_is_answered_alike_and_sent_nothing(home: House) -> None:
    await issued(home, await home.client(Scope.ISSUE), "A-1")
    known = (await home.ask(ASK, mobile=MOBILE))["requestOneTimeCode"]
    unknown = (await home.ask(ASK, mobile="+919999900009"))["requestOneTimeCode"]
    await home.app.state.gateway.nudges.close()
    assert known == unknown
    assert {one.recipient for one in home.workbench.notifier.sent} == {f"tel:{MOBILE}"}
    wrong_known = await confirmed(home, "000000")
    wrong_unknown = await confirmed(home, "000000", "+919999900009")
    assert wrong_known == wrong_unknown
    assert wrong_known["userErrors"][0]["path"] == ["code"]


async def test_a_replayed_code_is_refused(home: House) -> None:
    await issued(home, await home.client(Scope.ISSUE), "A-1")
    code = await code_for(home)
    assert len((await confirmed(home, code))["people"]) == 1
    assert (await confirmed(home, code))["userErrors"][0]["code"] == "BAD_USER_INPUT"


async def test_a_guessed_code_costs_a_try(home: House) -> None:
    await issued(home, await home.client(Scope.ISSUE), "A-1")
    code = await code_for(home)
    guesses = [f"{(int(code) + 1 + number) % 1_000_000:06}" for number in range(5)]
    for guess in (*guesses, code):
        assert (await confirmed(home, guess))["people"] == []


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "१२३४५६", "12 345"])
async def test_what_is_no_code_is_refused(home: House, code: str) -> None:
    assert (await confirmed(home, code))["userErrors"][0]["code"] == "BAD_USER_INPUT"


async def test_too_many_codes_are_refused(home: House) -> None:
    answers = [(await home.ask(ASK, mobile=MOBILE))["requestOneTimeCode"] for _ in range(6)]
    assert [one["expiresInSeconds"] for one in answers] == [300] * 5 + [0]
    assert answers[5]["userErrors"] == [{"code": "LIMIT_REACHED", "path": ["mobile"]}]


async def test_after_a_change_of_number_the_old_one_opens_nothing(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    identifier = await issued(home, key, "A-1")
    given = {"certificateId": identifier, "recipient": {"mobile": "+919999900002"}, "waitMs": 10_000}
    changed = (await home.ask(UPDATE, key, input=given))["updateCertificate"]["certificate"]["id"]
    await home.workbench.enqueue([Job(INDEX_CONTACTS, (changed,))])
    assert (await home.ask(ASK, mobile=MOBILE))["requestOneTimeCode"]["userErrors"] == []
    await home.app.state.gateway.nudges.close()
    assert home.workbench.notifier.sent == []
    assert len((await confirmed(home, await code_for(home, "+919999900002"), "+919999900002"))["people"]) == 1


@pytest.mark.parametrize("how", ["changeContact", "update"])
async def test_a_token_ends_with_the_number_that_it_was_given_for(home: House, how: str) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    identifier = await issued(home, key, "A-1")
    token = (await confirmed(home, await code_for(home)))["people"][0]["token"]
    assert (await home.ask(OWN, token))["viewer"]["beneficiary"]["id"] == "A-1"
    mobile = "+919999900002"
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "update": (UPDATE, {"certificateId": identifier, "waitMs": 10_000, "recipient": {"mobile": mobile}}),
        "changeContact": (CHANGE, {"beneficiaryId": "A-1", "mobile": mobile}),
    }
    [answer] = (await home.ask(asked[how][0], key, input=asked[how][1])).values()
    assert answer["userErrors"] == []
    assert (await home.post(OWN, token)).status_code == 401


async def test_where_no_codes_are_sent_that_is_said(home: House) -> None:
    object.__setattr__(home.app.state.gateway.deployment, "sends_codes", False)
    response = await home.post(ASK, mobile=MOBILE)
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert await home.store.unsent_codes(now=home.app.state.gateway.made_of.clock()) == []


@pytest.mark.parametrize("token", ["holder_x", "holder_" + "A" * 90])
async def test_a_token_of_nobody_is_refused(home: House, token: str) -> None:
    response = await home.post(OWN, token)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_codes_tokens_and_numbers_are_in_no_log(home: House, capfd: pytest.CaptureFixture[str]) -> None:
    await issued(home, await home.client(Scope.ISSUE), "A-1")
    code = await code_for(home)
    token = (await confirmed(home, code))["people"][0]["token"]
    await home.ask(OWN, token)
    written = "".join(capfd.readouterr())
    assert "/graphql" in written
    for canary in (code, token, MOBILE[3:]):
        assert canary not in written


async def told(home: House, *ids: str) -> list[str]:
    home.workbench.notifier.sent.clear()
    await home.workbench.enqueue([Job(NOTIFY, ids)])
    return [one.message for one in home.workbench.notifier.sent]


async def test_holders_are_told_in_their_language_what_became_of_their_certificates(home: House) -> None:
    object.__setattr__(home.store._context, "notices", True)
    key = await home.client(Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)
    first = await home.issued(key)
    [message] = await told(home, first)
    assert message == "तुमचे लसीकरण प्रमाणपत्र तयार आहे: http://test/certificates"
    assert await told(home, first) == [], "once"
    given = {"certificateId": first, "recipient": {"name": "Sample Person 9"}, "waitMs": 10_000}
    second = (await home.ask(UPDATE, key, input=given))["updateCertificate"]["certificate"]["id"]
    [message] = await told(home, second)
    assert message.startswith("तुमचे लसीकरण प्रमाणपत्र दुरुस्त केले आहे. नवे:")
    await home.ask(REVOKE, key, input={"target": {"ids": [second]}, "reason": "FRAUD"})
    [message] = await told(home, second)
    assert message.endswith("1075")


async def test_a_revocation_while_a_notice_is_being_sent_is_told_too(home: House) -> None:
    object.__setattr__(home.store._context, "notices", True)
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    first = await home.issued(key)
    notifier = home.workbench.notifier

    class Revoking(MemoryNotifier):
        async def notify(self, recipient: str, subject: str, message: str) -> None:
            home.workbench.notifier = notifier
            await notifier.notify(recipient, subject, message)
            await home.ask(REVOKE, key, input={"target": {"ids": [first]}, "reason": "FRAUD"})

    home.workbench.notifier = Revoking()
    await home.workbench.enqueue([Job(NOTIFY, (first,))])
    assert len(notifier.sent) == 1
    [message] = await told(home, first)
    assert message.endswith("1075")
    assert await told(home, first) == [], "once"


async def test_who_opted_out_is_told_nothing(home: House) -> None:
    object.__setattr__(home.store._context, "notices", True)
    source, admin = await home.client(Scope.ISSUE), await home.client(Scope.ADMIN)
    first = await issued(home, source, "A-1")
    token = (await confirmed(home, await code_for(home)))["people"][0]["token"]
    assert (await home.ask(SET, token, on=False))["setNotifications"] == {"enabled": False, "userErrors": []}
    assert await told(home, first) == []
    stranger = (await home.ask(SET, token, on=False, id="B-1"))["setNotifications"]
    assert stranger["userErrors"] == [{"code": "BAD_USER_INPUT"}]
    assert (await home.ask(SET, admin, on=True, id="A-1"))["setNotifications"]["enabled"] is True
    assert await home.store.notices_enabled("A-1")
    for on, code in ((False, []), (False, []), (True, [{"code": "IDEMPOTENCY_CONFLICT"}])):
        answer = (await home.ask(SET, admin, on=on, id="A-1", idempotency="k"))["setNotifications"]
        assert answer["userErrors"] == code
