"""changeContact through GraphQL: by whom, and who hears of it."""

from typing import Any

import pytest

from credential.access import Scope
from tests.flow.house import CERTIFICATE, House

PERSON = "10000000000001"
CHANGE = """mutation($input: ChangeContactInput!) { changeContact(input: $input) {
  changed userErrors { code path } } }"""


async def change(home: House, key: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - members of the input
    answer: dict[str, Any] = (await home.ask(CHANGE, key, input={"beneficiaryId": PERSON, **given}))["changeContact"]
    return answer


async def test_a_contact_changes_without_a_new_version(home: House) -> None:
    object.__setattr__(home.store._context, "notices", True)
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    identifier = await home.issued(key)
    assert await change(home, key, mobile="99999 00002") == {"changed": 1, "userErrors": []}
    await home.app.state.gateway.nudges.close()
    assert sorted(one.recipient for one in home.workbench.notifier.sent) == ["tel:+919999900001", "tel:+919999900002"]
    assert all("1075" in one.message for one in home.workbench.notifier.sent)
    partner = await home.client(Scope.FETCH, channel="locker")
    found = await home.ask(CERTIFICATE, partner, id=identifier, proof={"mobile": "9999900002"})
    assert found["certificate"]["version"] == 1
    assert found["certificate"]["credential"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "BAD_USER_INPUT"),
        ({"mobile": "12"}, "BAD_USER_INPUT"),
        ({"mobile": None}, "BAD_USER_INPUT"),
        ({"mobile": "9999900001"}, "NO_CHANGE"),
        ({"beneficiaryId": "nobody", "mobile": "9999900002"}, "NOT_FOUND"),
    ],
)
async def test_what_is_refused(home: House, given: dict[str, Any], code: str) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    await home.issued(key)
    assert [one["code"] for one in (await change(home, key, **given))["userErrors"]] == [code]


async def test_another_clients_beneficiary_is_unknown_and_the_scope_is_needed(home: House) -> None:
    await home.issued(await home.client(Scope.ISSUE))
    other = await change(home, await home.client(Scope.UPDATE), mobile="9999900002")
    assert other["userErrors"][0]["code"] == "NOT_FOUND"
    refused = await home.post(CHANGE, await home.client(Scope.ISSUE), input={"beneficiaryId": PERSON, "mobile": None})
    assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_key_answers_the_same_again(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    await home.issued(key)
    answers = [await change(home, key, mobile="9999900002", idempotencyKey="a") for _ in range(2)]
    assert answers == [{"changed": 1, "userErrors": []}] * 2
    other = await change(home, key, mobile="9999900003", idempotencyKey="a")
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_CONFLICT"
