"""The holder's page: number, code, the people on it, certificates to read and keep, corrections, who received what."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from gateway.commands.graphql_client import Gateway
from tests.browser.conftest import Visit
from tests.browser.test_pages import faults
from tests.servers.whole import Whole, whole

MOBILE = "+919000000001"
PDFTOTEXT = shutil.which("pdftotext") or "pdftotext"
ISSUE = """mutation($records: RecordList!) { issueCertificates(input: {recordsJson: $records, waitMs: 10000}) {
  results { certificate { id status } error { message path } } } }"""
Picture = Callable[[Page], None]


def record(beneficiary: str, name: str, mobile: str = MOBILE) -> dict[str, Any]:
    return {
        "beneficiaryId": beneficiary,
        "recipient": {"name": name, "dateOfBirth": "1980-05-17", "gender": "Female", "mobile": mobile},
        "vaccination": {
            "name": "COVISHIELD",
            "batch": "SAMPLE-1",
            "manufacturer": "Serum Institute of India",
            "date": "2021-06-01T10:00:00+05:30",
            "dose": 2,
            "totalDoses": 2,
        },
        "facility": {"name": "Sample Health Centre", "address": {"district": "Pune", "state": "Maharashtra"}},
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("house")) as running:
        people = [record("A-1", "नमूना व्यक्ति १"), record("B-1", "Sample Person 2")]
        alone = record("C-1", "மாதிரி நபர் ௧", "+919000000002")
        answer = Gateway(running.url, running.source).ask(ISSUE, records=[*people, alone])
        results = answer["issueCertificates"]["results"]
        assert [one["certificate"]["status"] for one in results] == ["ISSUED"] * 3
        yield running


@pytest.fixture(scope="module")
def served(house: Whole) -> tuple[str, str]:
    """Take the place of the gateway without a worker."""
    return house.url, house.source


def entered(page: Page, house: Whole, mobile: str = MOBILE) -> None:
    """Come in by a code."""
    before = house.printed.read_text().count(f"tel:{mobile}")
    page.get_by_label("Mobile number").fill(mobile.removeprefix("+91"))
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_text("is on its way")).to_be_visible()
    page.get_by_label("Code of six digits").fill(house.code_for(mobile, after=before))
    page.get_by_role("button", name="Continue").click()


def test_people_on_one_number_are_told_apart(visit: Visit, house: Whole, picture: Picture) -> None:
    page = visit("/certificates")
    picture(page)
    entered(page, house)
    expect(page.get_by_text("Whose certificates?")).to_be_visible()
    picture(page)
    assert faults(page) == []
    page.get_by_role("button", name="S… P…").click()
    expect(page.get_by_text("Sample Person 2")).to_be_visible()
    expect(page.get_by_text("नमूना व्यक्ति १")).to_have_count(0)
    page.get_by_role("button", name="Another person").click()
    page.get_by_role("button", name="न").click()
    expect(page.get_by_text("नमूना व्यक्ति १")).to_be_visible()


def test_a_certificate_is_read_and_kept(visit: Visit, house: Whole, picture: Picture, tmp_path: Path) -> None:
    page = visit("/certificates")
    entered(page, house, "+919000000002")
    card = page.get_by_role("article")
    expect(card.get_by_text("மாதிரி நபர் ௧")).to_be_visible()
    expect(card.get_by_role("img")).to_be_visible()
    picture(page)
    assert faults(page) == []
    card.get_by_label("Language of the document").select_option("ta")
    with page.expect_download() as coming:
        card.get_by_role("button", name="Download PDF").click()
    kept = tmp_path / "kept.pdf"
    coming.value.save_as(kept)
    assert coming.value.suggested_filename.endswith(".pdf")
    with pikepdf.open(kept) as document:
        assert len(document.pages) == 1
        assert len(document.attachments) == 1
    text = subprocess.run([PDFTOTEXT, str(kept), "-"], capture_output=True, text=True, check=True).stdout
    assert "மாதிரி நபர் ௧" in text
    assert "தடுப்பூசி" in text, "labels in the language that was chosen"


def test_a_correction_is_asked_for_and_told_of(visit: Visit, house: Whole, picture: Picture) -> None:
    page = visit("/certificates")
    entered(page, house, "+919000000002")
    page.get_by_text("Something is wrong with this certificate").click()
    page.get_by_role("textbox", name="Beneficiary Name").fill("Sample Person 3")
    page.get_by_label("What is wrong").fill("The name is another.")
    picture(page)
    assert faults(page) == []
    page.get_by_role("button", name="Ask for a correction").click()
    expect(page.get_by_text("Waiting for a decision")).to_be_visible()
    expect(page.get_by_role("listitem").get_by_text("The name is another.")).to_be_visible()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("cell", name="You").first).to_be_visible()
    page.get_by_role("button", name="Send me no messages").click()
    expect(page.get_by_text("You get no messages any more.")).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_a_wrong_code_is_told_in_the_readers_words(visit: Visit, house: Whole, picture: Picture) -> None:
    page = visit("/certificates?language=hi")
    page.get_by_label("मोबाइल नंबर").fill("9000000003")
    page.get_by_role("button", name="कोड भेजें").click()
    code = page.get_by_label("छह अंकों का कोड")
    code.fill("१२३४५६")
    expect(code).to_have_value("123456")
    page.get_by_role("button", name="आगे बढ़ें").click()
    expect(page.get_by_role("alert")).to_contain_text("कोड सही नहीं है")
    picture(page)


def test_the_way_out_forgets_everything(visit: Visit, house: Whole) -> None:
    page = visit("/certificates")
    entered(page, house, "+919000000002")
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_label("Mobile number")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage))") == ["language"]
