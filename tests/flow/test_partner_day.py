"""A day of all partners: what each was given is counted once to its channel, and what was refused is not."""

import base64
from collections import Counter

from credential.access import Caller, Scope
from tests.flow.house import CERTIFICATE, House
from tests.flow.source_requests import certified, old_request
from tests.flow.test_digilocker import ask as ask_digilocker
from tests.flow.test_digilocker import detail, doc_request, opened, uri_request
from tests.flow.test_source_others import asking, totals

CODE, MOBILE = "20000000000001", "9999900001"
CHANNELS = "{ stats { accessedByChannel { channel count } } }"
OWN = "{ viewer { beneficiary { latestCertificate { credential } } } }"


async def test_a_day_of_all_partners_is_counted_right(home: House) -> None:
    door = opened(home)
    source = await home.client(Scope.ISSUE, Scope.REVOKE)
    setu = await home.client(Scope.FETCH, channel="aarogya-setu")
    umang = await home.client(Scope.FETCH, channel="umang")
    [identifier] = await certified(home, source, old_request())
    expected = Counter[str]()

    pulled = await ask_digilocker(door, "/cert/api/pullUriRequest", uri_request("both", Mobile=MOBILE))
    assert base64.b64decode(detail(pulled, "DocContent")).startswith(b"%PDF")
    await ask_digilocker(door, "/digilocker/pull-doc", doc_request(detail(pulled, "URI")))
    await ask_digilocker(door, "/digilocker/pull-uri", uri_request(Mobile="9999900002"))
    await ask_digilocker(door, "/digilocker/pull-uri", uri_request(Mobile=MOBILE), "wrong")
    expected["digilocker"] = 2

    asked = {"mobile": MOBILE, "beneficiaryId": CODE}
    headers = {"authorization": f"Bearer {setu}"}
    for body in (asked, asked, asked | {"mobile": "9999900002"}, {}, asked | {"beneficiaryId": "nobody"}):
        await home.http.post("/cert/external/api/certificates", json=body, headers=headers)
    await home.http.get(f"/cert/external/kyc/{CODE}", headers={**headers, "x-proof-mobile": MOBILE})
    expected["aarogya-setu"] = 3

    await home.ask(CERTIFICATE, umang, id=identifier, proof={"mobile": MOBILE})
    await home.ask(CERTIFICATE, umang, id=identifier, proof={"dateOfBirth": "1990-06-15"})
    await home.ask(CERTIFICATE, umang, id=identifier, proof={"mobile": "9999900002"})
    await home.ask(CERTIFICATE, umang, id=identifier)
    expected["umang"] = 2

    with asking(home, Caller(name="holder", holder_of=("default", CODE))):
        await home.ask(OWN, "x")
    expected["direct"] = 1

    found = await totals(home)
    given = (await home.ask(CHANNELS))["stats"]["accessedByChannel"]
    assert {one["channel"]: one["count"] for one in given} == dict(expected)
    assert found["accessed"] == sum(expected.values())
