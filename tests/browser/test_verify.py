"""The page that verifies: pictures, PDFs and text, every verdict, without a network, and nothing sent."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gateway.commands.graphql_client import Gateway
from tests.browser.conftest import Visit
from tests.browser.people import issue, record
from tests.browser.test_pages import faults
from tests.browser.verifying import FILE, pasted, ready, shown, verdict
from tests.flow.house import REVOKE, UPDATE
from tests.servers.whole import Whole

CREDENTIAL = "query($id: ID!) { certificate(id: $id) { credential } }"
Picture = Callable[[Page], None]


@pytest.fixture(scope="module")
def issued(house: Whole) -> Callable[[str], str]:
    return lambda beneficiary: issue(house, [record(beneficiary, "Sample Person 1")])[0]


def picture_of(house: Whole, identifier: str) -> Image.Image:
    status, data = Gateway(house.url, house.source).get(f"/certificates/{identifier}.png")
    assert status == 200
    return Image.open(io.BytesIO(data)).convert("RGB")


def credential_of(house: Whole, identifier: str) -> dict[str, Any]:
    found = Gateway(house.url, house.source).ask(CREDENTIAL, id=identifier)["certificate"]["credential"]
    assert isinstance(found, dict)
    return found


def test_a_picture_of_the_code_is_enough_and_is_sent_nowhere(
    visit: Visit, house: Whole, issued: Callable[[str], str], picture: Picture, tmp_path: Path
) -> None:
    identifier = issued("V-1")
    page = visit("/verify")
    picture(page)
    ready(page)
    sent: list[tuple[str, str]] = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    shown(page, picture_of(house, identifier), tmp_path / "code.png")
    verdict(page, "Valid")
    expect(page.get_by_text("Sample Person 1")).to_be_visible()
    expect(page.get_by_text("Revocation as of")).to_be_visible()
    assert [one for one in sent if one[0] != "GET" or identifier in one[1]] == []
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_text("Signature:", exact=True)).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_a_pdf_is_read_by_what_is_attached(
    visit: Visit, house: Whole, issued: Callable[[str], str], tmp_path: Path
) -> None:
    identifier = issued("P-1")
    Gateway(house.url, house.source).save(f"/certificates/{identifier}.pdf", tmp_path / "paper.pdf")
    page = ready(visit("/verify"))
    page.get_by_label(FILE).set_input_files(tmp_path / "paper.pdf")
    verdict(page, "Valid")


def test_a_sample_of_a_sandbox_is_told_to_be_one(
    visit: Visit, house: Whole, issued: Callable[[str], str], picture: Picture
) -> None:
    document = credential_of(house, issued("X-1")) | {"issuer": "https://sandbox.invalid/"}
    page = ready(visit("/verify"))
    pasted(page, json.dumps(document))
    verdict(page, "Unknown issuer")
    expect(page.get_by_text("This is a sample of a sandbox for developers.")).to_be_visible()
    expect(page.get_by_text("It may still be genuine.")).to_have_count(0)
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_text("A sample of a sandbox, whose keys everybody has: it proves nothing.")).to_be_visible()
    picture(page)


def test_a_pdf_without_it_is_read_by_the_gateway_when_the_reader_says_so(
    visit: Visit, house: Whole, issued: Callable[[str], str], picture: Picture, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.pdf"
    picture_of(house, issued("P-2")).save(scan, "PDF", resolution=100)
    page = ready(visit("/verify"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label(FILE).set_input_files(scan)
    expect(page.get_by_text("This browser finds no signed certificate in the PDF.")).to_be_visible()
    picture(page)
    assert faults(page) == []
    assert "POST" not in sent
    page.get_by_role("button", name="Send it to the issuer to be checked").click()
    verdict(page, "Valid")
    assert sent.count("POST") == 1
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_role("listitem").filter(has_text="Issuer's records: passed")).to_be_visible()


def test_an_altered_certificate_is_not_genuine(
    visit: Visit, house: Whole, issued: Callable[[str], str], picture: Picture
) -> None:
    document = credential_of(house, issued("A-9"))
    document["credentialSubject"]["name"] = "Sample Person 2"
    page = ready(visit("/verify", color_scheme="dark"))
    pasted(page, json.dumps(document))
    verdict(page, "Not genuine")
    expect(page.get_by_text("What it says proves nothing.")).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_what_was_revoked_and_what_was_replaced(
    visit: Visit, house: Whole, issued: Callable[[str], str], picture: Picture
) -> None:
    gateway = Gateway(house.url, house.source)
    gone, old = issued("R-1"), issued("S-1")
    texts = {one: json.dumps(credential_of(house, one)) for one in (gone, old)}
    gateway.ask(REVOKE, input={"target": {"ids": [gone]}, "reason": "OTHER"})
    given = {"certificateId": old, "recipient": {"name": "Sample Person 3"}, "waitMs": 10_000}
    gateway.ask(UPDATE, input=given)
    _published(visit, texts[gone], "Revoked")
    page = _published(visit, texts[old], "Replaced")
    expect(page.get_by_role("link", name="Download the updated certificate")).to_be_visible()
    picture(page)
    assert faults(page) == []


def _published(visit: Visit, text: str, words: str) -> Page:
    """Look until the lists say so: workers publish them within seconds."""
    for _ in range(20):
        page = ready(visit("/verify"))
        page.wait_for_load_state("networkidle")
        pasted(page, text)
        page.get_by_role("heading", level=2).wait_for()
        if page.get_by_role("heading", level=2, name=words, exact=True).is_visible():
            return page
        page.close()
    raise AssertionError("the lists do not tell it")


def test_an_issuer_that_nobody_knows(visit: Visit, house: Whole, issued: Callable[[str], str]) -> None:
    document = credential_of(house, issued("U-1")) | {"issuer": "https://other.example/"}
    page = ready(visit("/verify"))
    pasted(page, json.dumps(document))
    verdict(page, "Unknown issuer")


def test_without_a_network(
    visit: Visit, house: Whole, issued: Callable[[str], str], picture: Picture, tmp_path: Path
) -> None:
    image = picture_of(house, issued("O-1"))
    page = ready(visit("/verify"))
    page.wait_for_load_state("networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()
    ready(page)
    expect(page.get_by_text("There is no connection to the issuer's server. Revocation as of")).to_be_visible()
    assert faults(page) == []
    shown(page, image, tmp_path / "code.png")
    verdict(page, "Valid")
    picture(page)
    page.context.set_offline(False)


def test_in_the_readers_language(visit: Visit, picture: Picture) -> None:
    page = visit("/verify?language=hi")
    page.get_by_text("प्रमाण पत्र का पाठ चिपकाएँ").click()
    page.get_by_label("प्रमाण पत्र का पाठ", exact=True).fill("कुछ और")
    page.get_by_role("button", name="जाँचें", exact=True).click()
    verdict(page, "पढ़ा नहीं जा सका")
    picture(page)
    assert faults(page) == []
