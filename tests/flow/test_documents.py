"""Documents from the question to the bytes: layouts and languages, links, what is printed of earlier doses."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from credential.access import ALL_ROWS, Scope
from credential.certificate import Certificate
from credential.operations import documents
from credential.operations.documents import DocumentFormat
from credential.rendering import LANGUAGES, Layout
from gateway import state
from resolvers.enums import Language
from tests.flow.house import REVOKE, UPDATE, House, record

JSON = dict[str, Any]
DOCUMENT = """query($id: ID!, $proof: BeneficiaryProof, $format: DocumentFormat! = PDF,
    $language: Language, $layout: Layout) {
  certificate(id: $id, proof: $proof) { document(format: $format, language: $language, layout: $layout) {
    state retryAfterMs url expiresAt contentType byteSize sha256 } } }"""


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def asked(home: House, key: str, identifier: str, **more: Any) -> JSON:  # noqa: ANN401 - GraphQL variables
    """Ask for a document, and again once a worker was told."""
    for _ in range(2):
        found: JSON = (await home.ask(DOCUMENT, key, id=identifier, **more))["certificate"]["document"]
        await home.app.state.gateway.nudges.close()
    return found


async def get(home: House, url: str, key: str | None, **headers: str) -> httpx.Response:
    return await home.http.get(url, headers={**(bearer(key) if key else {}), **headers})


@pytest.mark.parametrize(
    ("form", "language", "layout", "begins", "media_type", "name"),
    [
        ("PDF", "HI", None, b"%PDF-", "application/pdf", "hi.pdf"),
        ("PDF", "EN", "CARD", b"%PDF-", "application/pdf", "en-card.pdf"),
        ("PDF", None, "SLIP", b"%PDF-", "application/pdf", "mr-slip.pdf"),
        ("SVG", "EN", None, b"<svg", "image/svg+xml", "en.svg"),
    ],
)
async def test_a_document_in_a_format_language_and_layout(  # noqa: PLR0917 - one case per line above
    home: House, form: str, language: str | None, layout: str | None, begins: bytes, media_type: str, name: str
) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    found = await asked(home, key, identifier, format=form, language=language, layout=layout)
    assert (found["state"], found["retryAfterMs"], found["contentType"]) == ("READY", None, media_type)
    response = await get(home, found["url"], key)
    assert response.content.startswith(begins)
    assert response.headers["content-type"].split(";")[0] == media_type
    assert len(response.content) == found["byteSize"] == int(response.headers["content-length"])
    assert hashlib.sha256(response.content).hexdigest() == found["sha256"]
    assert response.headers["etag"] == f'"{found["sha256"]}"'
    assert response.headers["content-disposition"] == f'inline; filename="certificate-{identifier}-{name}"'
    suffix = form.lower()
    queried = {"language": (language or "").lower() or None, "layout": (layout or "").lower() or None}
    path = f"/certificates/{identifier}.{suffix}"
    same = await home.http.get(path, params={k: v for k, v in queried.items() if v}, headers=bearer(key))
    assert same.content == response.content


def test_every_language_that_we_have_can_be_asked_for() -> None:
    assert set(Language) == set(LANGUAGES)


async def test_a_picture_that_is_a_page_can_do_nothing(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    response = await get(home, f"/certificates/{await home.issued(key)}.svg", key)
    policy = response.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("query", ["layout=poster", "layout=international", "language=xx", "language=en&layout=x"])
async def test_what_there_is_not(home: House, query: str) -> None:
    key = await home.client(Scope.ISSUE)
    response = await get(home, f"/certificates/{await home.issued(key)}.pdf?{query}", key)
    assert response.status_code == 400
    fault = response.json()["errors"][0]
    assert fault["extensions"]["code"] == "BAD_USER_INPUT"
    assert "language must be" in fault["message"] or "layout" in fault["message"]


async def test_the_international_layout_is_in_english_and_of_international_certificates(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await abroad(home, key, dose=2)
    found = [await asked(home, key, identifier, language=language) for language in ("TA", "EN", None)]
    assert len({one["sha256"] for one in found}) == 1
    assert (await asked(home, key, identifier, language="EN", layout="CARD"))["sha256"] != found[0]["sha256"]
    domestic = await domestic_of(home, key)
    body = (await home.post(DOCUMENT, key, id=domestic, layout="INTERNATIONAL")).json()
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_international_layout_waits_for_the_last_dose(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await abroad(home, key, dose=1)
    body = (await home.post(DOCUMENT, key, id=identifier, layout="INTERNATIONAL")).json()
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    default, domestic = [await asked(home, key, identifier, layout=one) for one in (None, "DOMESTIC")]
    assert default["sha256"] == domestic["sha256"]


async def abroad(home: House, key: str, *, dose: int) -> str:
    for_travel = record() | {"kind": "INTERNATIONAL"}
    for_travel["recipient"] |= {"dateOfBirth": "1980-02-03"}
    for_travel["vaccination"] |= {"dose": dose, "totalDoses": 2}
    identifier: str = (await home.issue(key, for_travel))["results"][0]["certificate"]["id"]
    return identifier


async def domestic_of(home: House, key: str) -> str:
    payload = await home.issue(key, record("10000000000002"))
    identifier: str = payload["results"][0]["certificate"]["id"]
    return identifier


async def test_a_link_is_for_who_was_given_it(home: House) -> None:
    key, other, admin = [await home.client(scope) for scope in (Scope.ISSUE, Scope.ISSUE, Scope.ADMIN)]
    found = await asked(home, key, await home.issued(key))
    assert (await get(home, found["url"], key)).status_code == 200
    refused = [await get(home, found["url"], one) for one in (other, admin, None)]
    refused.append(await get(home, found["url"][:-5] + "AAAAA", key))
    refused.append(await get(home, "/documents/none", key))
    assert {one.status_code for one in refused} == {404}
    assert (await get(home, found["url"], "nobody")).status_code == 401


async def test_a_partner_needs_no_second_proof_for_its_link(home: House) -> None:
    source, partner = await home.client(Scope.ISSUE), await home.client(Scope.FETCH, channel="app")
    identifier = await home.issued(source)
    assert (await home.ask(DOCUMENT, partner, id=identifier))["certificate"] is None
    found = await asked(home, partner, identifier, proof={"mobile": "9999900001"})
    assert (await get(home, found["url"], partner)).status_code == 200
    assert (await get(home, found["url"], source)).status_code == 404


async def test_a_link_ends(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    found = await asked(home, key, await home.issued(key))
    ends = datetime.fromisoformat(found["expiresAt"])
    assert timedelta(minutes=14) < ends - datetime.now(UTC) <= timedelta(minutes=15)
    gateway: state.Gateway = home.app.state.gateway
    object.__setattr__(gateway.made_of, "clock", lambda: ends)  # the clock of a frozen composition, fifteen minutes on
    assert (await get(home, found["url"], key)).status_code == 404


async def test_another_url_for_each_who_asks_and_the_same_artifact(home: House) -> None:
    key, admin = await home.client(Scope.ISSUE), await home.client(Scope.ADMIN)
    identifier = await home.issued(key)
    one, two = [await asked(home, caller, identifier) for caller in (key, admin)]
    assert one["url"] != two["url"]
    assert one["sha256"] == two["sha256"]
    assert len(home.workbench.artifacts._kept) == 1


async def test_bytes_come_in_base64_only_when_asked_for(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    await asked(home, key, identifier)
    plain = await home.post(DOCUMENT, key, id=identifier)
    assert len(plain.content) < 1_000


async def test_without_a_signature_there_is_no_document(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    home.workbench.idle = True
    payload = await home.issue(key, record(), waitMs=0)
    identifier = payload["results"][0]["certificate"]["id"]
    assert (await home.ask(DOCUMENT, key, id=identifier))["certificate"]["document"] is None
    assert (await get(home, f"/certificates/{identifier}.pdf", key)).status_code == 404


async def certificate_of(home: House, identifier: str) -> Certificate:
    [found] = await home.workbench.press.reading.by_ids([identifier], visible=ALL_ROWS)
    assert found is not None
    return found


async def name_of(home: House, identifier: str, layout: Layout | None = None) -> str:
    certificate = await certificate_of(home, identifier)
    key = documents.document_key(certificate, form=DocumentFormat.PDF, language="EN", layout=layout)
    return (await documents.page_of(certificate, key, home.workbench.press)).name


async def test_an_earlier_dose_that_is_corrected_makes_another_page(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    second = (await home.issue(key, record(dose=2)))["results"][0]["certificate"]["id"]
    alone = await asked(home, key, second, language="EN")
    first = (await home.issue(key, record(dose=1)))["results"][0]["certificate"]["id"]
    with_first = await asked(home, key, second, language="EN")
    given = {"certificateId": first, "vaccination": {"batch": "SAMPLE-OTHER"}, "waitMs": 10_000}
    answer = (await home.ask(UPDATE, key, input=given))["updateCertificate"]
    assert answer["userErrors"] == []
    corrected = await asked(home, key, second, language="EN")
    assert len({one["sha256"] for one in (alone, with_first, corrected)}) == 3


async def test_a_later_dose_changes_no_page(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    first = await home.issued(key)
    before = await name_of(home, first)
    await home.issue(key, record(dose=2))
    assert await name_of(home, first) == before
    assert await name_of(home, first, Layout.CARD) != before


async def test_what_made_a_page_is_kept_with_it_and_makes_the_same_bytes_again(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    found = await asked(home, key, identifier, language="EN")
    press, name = home.workbench.press, await name_of(home, identifier)
    stored = await press.shelf.fetch(name)
    assert stored is not None
    assert len(stored.envelope.template) == 64
    await press.shelf.remove(name)
    again = await asked(home, key, identifier, language="EN")
    assert again["sha256"] == found["sha256"]


async def test_a_document_counts_once_when_its_link_is_given(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    found = await asked(home, key, identifier)
    for _ in range(3):
        await get(home, found["url"], key)
    await home.app.state.gateway.events.close()
    await home.store.rollup(now=datetime.now(UTC))
    totals = (await home.ask("{ stats { totals { accessed } } }"))["stats"]["totals"]
    assert totals["accessed"] == 1


async def test_a_revoked_certificate_is_handed_out_on_no_door(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.REVOKE)
    identifier = await home.issued(key)
    link = (await asked(home, key, identifier))["url"]
    assert (await get(home, link, key)).status_code == 200
    await home.ask(REVOKE, key, input={"target": {"ids": [identifier]}, "reason": "OTHER"})
    doors = (link, f"/certificates/{identifier}.pdf", f"/certificates/{identifier}.png")
    assert [(await get(home, door, key)).status_code for door in doors] == [410, 410, 410]
    query = "query($id: ID!) { certificate(id: $id) { status qr { state } document { state } } }"
    found = (await home.ask(query, key, id=identifier))["certificate"]
    assert found == {"status": "REVOKED", "qr": None, "document": None}


async def test_a_superseded_certificate_is_handed_out_on_no_door(home: House) -> None:
    key = await home.client(Scope.ISSUE, Scope.UPDATE)
    identifier = await home.issued(key)
    change = {"certificateId": identifier, "recipient": {"name": "Sample Person 2"}, "waitMs": 10_000}
    await home.ask(UPDATE, key, input=change)
    assert (await get(home, f"/certificates/{identifier}.pdf", key)).status_code == 410
    stranger = await home.client(Scope.ISSUE)
    assert (await get(home, f"/certificates/{identifier}.pdf", stranger)).status_code == 404
