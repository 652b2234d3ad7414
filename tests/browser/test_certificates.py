"""The holder's page: number, code, the people on it, certificates to read and keep, corrections, who received what."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from credential.rendering.translation import TRANSLATIONS
from tests.browser.conftest import Visit
from tests.browser.people import MOBILE, Record, record
from tests.browser.test_pages import faults
from tests.servers.whole import Whole

ALONE, SHARING = "+919000000002", "+919000000004"
PDFTOTEXT = shutil.which("pdftotext") or "pdftotext"
Picture = Callable[[Page], None]


@pytest.fixture(scope="module")
def people() -> list[Record]:
    """Put two on one number, and two on one of their own."""
    two = [record("A-1", "नमूना व्यक्ति १"), record("B-1", "Sample Person 2")]
    return [*two, record("C-1", "மாதிரி நபர் ௧", ALONE), record("D-1", "Sample Person 4", SHARING)]


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
    entered(page, house, ALONE)
    card = page.get_by_role("article")
    expect(card.get_by_text("மாதிரி நபர் ௧")).to_be_visible()
    expect(card.get_by_role("img")).to_be_visible()
    picture(page)
    assert faults(page) == []
    card.get_by_label("Language of the document").select_option("ta")
    kept = downloaded(page, tmp_path)
    assert kept.suffix == ".pdf"
    with pikepdf.open(kept) as document:
        assert len(document.pages) == 1
        assert len(document.attachments) == 1
    text = subprocess.run([PDFTOTEXT, str(kept), "-"], capture_output=True, text=True, check=True).stdout
    assert "மாதிரி நபர் ௧" in text
    assert "தடுப்பூசி" in text, "labels in the language that was chosen"


def downloaded(page: Page, directory: Path) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    kept = directory / coming.value.suggested_filename
    coming.value.save_as(kept)
    return kept


def test_any_language_form_and_format_is_kept(visit: Visit, house: Whole, picture: Picture, tmp_path: Path) -> None:
    page = visit("/certificates")
    entered(page, house, ALONE)
    languages = page.get_by_label("Language of the document").get_by_role("option")
    expect(languages).to_have_count(len(TRANSLATIONS))
    names = languages.all_inner_texts()
    assert names[:2] == ["English", "हिन्दी"]
    assert [name for name in names if name.isascii()] == ["English"], "each in its own script"
    page.get_by_label("Language of the document").select_option("ਪੰਜਾਬੀ")
    page.get_by_label("Layout of the document").select_option("CARD")
    page.get_by_label("Format of the document").select_option("SVG")
    kept = downloaded(page, tmp_path)
    assert kept.name.endswith("-pa-card.svg")
    assert "<svg" in kept.read_text(encoding="utf-8")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download the QR code").click()
    assert "<svg" in coming.value.path().read_text(encoding="utf-8")


def test_a_link_shows_the_document_until_it_is_ended(
    visit: Visit, house: Whole, picture: Picture, browser: Browser
) -> None:
    page = visit("/certificates")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    entered(page, house, SHARING)
    page.get_by_label("Format of the document").select_option("SVG")
    page.get_by_text("Show it to somebody by a link").click()
    page.get_by_label("How long the link lives").select_option("15 minutes")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    ends = datetime.now(ZoneInfo("Asia/Kolkata")) + timedelta(minutes=15)
    expect(page.get_by_text("It ends")).to_have_text(re.compile("|".join(near(ends))))
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    picture(page)
    assert faults(page) == []
    with browser.new_context() as stranger:
        other = stranger.new_page()
        other.goto(link)
        expect(other.locator("svg")).to_be_visible()
        page.get_by_role("button", name="End all links").click()
        expect(page.get_by_text("Links that were ended: 1")).to_be_visible()
        expect(page.get_by_label("Link", exact=True)).to_have_count(0)
        gone = other.goto(link)
        assert gone is not None
        assert gone.status == HTTPStatus.NOT_FOUND
    picture(page)


def near(moment: datetime) -> Iterator[str]:
    """Yield the minute before and this one, as the page writes them."""
    for earlier in (0, 1):
        yield f"{moment - timedelta(minutes=earlier):%-I:%M}"


def test_a_correction_is_asked_for_and_told_of(visit: Visit, house: Whole, picture: Picture) -> None:
    page = visit("/certificates")
    entered(page, house, ALONE)
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
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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


def test_a_hindi_reader_meets_no_english(visit: Visit, house: Whole, picture: Picture) -> None:
    page = visit("/certificates?language=hi")
    before = house.printed.read_text().count(f"tel:{SHARING}")
    page.get_by_label("मोबाइल नंबर").fill(SHARING)
    page.get_by_role("button", name="कोड भेजें").click()
    page.get_by_label("छह अंकों का कोड").fill(house.code_for(SHARING, after=before))
    page.get_by_role("button", name="आगे बढ़ें").click()
    expect(page.get_by_role("article")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    page.get_by_role("button", name="सुधार का अनुरोध करें").click()
    expect(page.get_by_role("alert")).to_contain_text("कुछ नहीं बदलेगा")
    page.get_by_role("button", name="लिंक बनाएँ").click()
    expect(page.get_by_label("लिंक", exact=True)).to_be_visible()
    page.get_by_role("button", name="दिखाएँ", exact=True).click()
    expect(page.get_by_role("table")).to_be_visible()
    picture(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lines = page.locator("main > :not(section)").all_inner_texts()
    english = {word for text in lines for word in text.split("\n") if word.isascii() and re.search("[a-z]{3}", word)}
    assert english <= {"Sample Person 4", "Sample Health Centre", "English"}


def test_the_way_out_forgets_everything(visit: Visit, house: Whole) -> None:
    page = visit("/certificates")
    entered(page, house, ALONE)
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_label("Mobile number")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage))") == ["language"]
