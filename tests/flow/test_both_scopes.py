"""A client that reads by proof and writes too: what others sent in is not its to change."""

from typing import Any

import pytest

from credential.access import Scope
from tests.flow.house import CERTIFICATE, REVOKE, UPDATE, House
from tests.flow.test_change_contact import CHANGE, PERSON

MOBILE = {"mobile": "9999900001"}


@pytest.mark.parametrize("act", ["revoke", "revoke all", "update", "changeContact"])
async def test_others_certificates_are_unknown_to_its_mutations(home: House, act: str) -> None:
    identifier = await home.issued(await home.client(Scope.ISSUE))
    key = await home.client(Scope.FETCH, Scope.REVOKE, Scope.UPDATE, channel="locker")
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "revoke": (REVOKE, {"target": {"ids": [identifier]}, "reason": "FRAUD"}),
        "revoke all": (REVOKE, {"target": {"allDoses": {"beneficiaryId": PERSON}}, "reason": "FRAUD"}),
        "update": (UPDATE, {"certificateId": identifier, "recipient": {"name": "Sample Person 9"}}),
        "changeContact": (CHANGE, {"beneficiaryId": PERSON, "mobile": "9999900002"}),
    }
    [payload] = (await home.ask(asked[act][0], key, input=asked[act][1])).values()
    assert [one["code"] for one in payload["userErrors"]] == ["NOT_FOUND"]
    found = (await home.ask(CERTIFICATE, key, id=identifier, proof=MOBILE))["certificate"]
    assert (found["status"], found["version"]) == ("ISSUED", 1), "read by proof, and unchanged"


async def test_its_own_it_may_change(home: House) -> None:
    key = await home.client(Scope.FETCH, Scope.ISSUE, Scope.REVOKE, channel="locker")
    identifier = await home.issued(key)
    payload = await home.ask(REVOKE, key, input={"target": {"ids": [identifier]}, "reason": "FRAUD"})
    assert payload["revokeCertificates"]["certificates"][0]["status"] == "REVOKED"
    assert (await home.ask(CERTIFICATE, key, id=identifier))["certificate"] is None, "its reads need a proof"
