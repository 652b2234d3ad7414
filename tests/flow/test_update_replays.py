"""A refused correction stays refused: sent again with its key it never begins to act (contract, Idempotency)."""

from credential.access import Scope
from tests.flow.house import JSON, UPDATE, House, record

SOURCE = (Scope.ISSUE, Scope.UPDATE)
BENEFICIARY = "10000000000001"


async def update(home: House, key: str, batch: str, idempotency_key: str | None = None) -> JSON:
    given = {
        "beneficiaryId": BENEFICIARY,
        "dose": 1,
        "vaccination": {"batch": batch},
        "idempotencyKey": idempotency_key,
    }
    payload: JSON = (await home.ask(UPDATE, key, input=given))["updateCertificate"]
    return payload


async def test_what_changed_nothing_does_not_undo_a_later_correction(home: House) -> None:
    key = await home.client(*SOURCE)
    await home.issued(key)
    first = await update(home, key, record()["vaccination"]["batch"], "a")
    assert [error["code"] for error in first["userErrors"]] == ["NO_CHANGE"]
    assert (await update(home, key, "LATER"))["userErrors"] == []
    assert await update(home, key, record()["vaccination"]["batch"], "a") == first
    other = await update(home, key, "OTHER", "a")
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_CONFLICT"]


async def test_what_was_not_found_does_not_change_what_came_later(home: House) -> None:
    key = await home.client(*SOURCE)
    first = await update(home, key, "LATER", "a")
    assert [error["code"] for error in first["userErrors"]] == ["NOT_FOUND"]
    await home.issued(key)
    assert await update(home, key, "LATER", "a") == first
