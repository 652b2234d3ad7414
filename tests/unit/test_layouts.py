"""Every layout with values of every length and script: on the page, apart from each other, and whole.

Positions are those that poppler's pdftotext reads from the PDF.
"""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import NamedTuple

import msgspec
import pytest

from credential.record import (
    Address,
    EarlierDose,
    Facility,
    Kind,
    Recipient,
    Vaccination,
    VaccinationRecord,
    Vaccinator,
)
from credential.rendering import LANGUAGES, Layout, printed, render_pdf
from tests.servers.missing import missing

GIVEN = datetime(2021, 12, 15, 6, tzinfo=UTC)
TEXT = '{"type": ["VerifiableCredential"], "id": "sample"}'
# In millimetres; the others are A4.
SIZES: dict[Layout, tuple[float, float | None]] = {Layout.CARD: (85.6, 54.0), Layout.SLIP: (80.0, None)}
A4 = (210.0, 297.0)
TOLERANCE = 1.0  # points
POINTS_PER_MM = 72 / 25.4
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
UNBROKEN = "Anunbrokenword" + "ABCDEFGHIJ" * 4 + "endsit"
TAMIL = "மாதிரி விவேகானந்தர் ஸ்ரீகிருஷ்ணமூர்த்தி"
URDU = "نمونہ شخص A-12 محمد عبدالرحمان"
DEVANAGARI = "नमूना व्यक्ति श्रीकृष्णमूर्ति"


class Word(NamedTuple):
    """A word and its box, in points from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page(NamedTuple):
    """A page's size in points and its words."""

    width: float
    height: float
    words: list[Word]


def record(
    *,
    dose: int = 2,
    total: int = 3,
    kind: Kind = Kind.DOMESTIC,
    name: str = "Sample Person 1",
    text: str = "",
    empty: bool = False,
) -> VaccinationRecord:
    """Return a record whose texts are ordinary, or all `text`, or empty where they may be."""
    maker = text[:60] or "Sample Maker of India Limited"
    earlier = tuple(
        EarlierDose(number, GIVEN - timedelta(days=90 * (dose - number)), text[:60] or "COVISHIELD", text[:60], maker)
        for number in range(1, dose)
    )
    place = Address(district=text[:60] or "Sample District", state=text[:60] or "Karnataka")
    return VaccinationRecord(
        beneficiary_id="90000000000001",
        recipient=Recipient(name=name)
        if empty
        else Recipient(
            name=name,
            age=34,
            date_of_birth="1987-06-15",
            gender=text[:60] or "Female",
            uhid=text[:60] or "12-34",
            identity=f"did:Passport:{text[:45] or 'Z1234567'}",
        ),
        vaccination=Vaccination(
            name=text[:60] or "COVAXIN",
            batch=text[:60] or "37F21045A",
            manufacturer=maker,
            date=GIVEN,
            dose=dose,
            total_doses=total,
        ),
        vaccinator=Vaccinator() if empty else Vaccinator(name=text[:80] or "Sample Nurse 1"),
        facility=Facility(name="S") if empty else Facility(name=text[:80] or "Sample Health Centre 1", address=place),
        kind=kind,
        earlier_doses=earlier,
    )


CASES = {
    "ordinary": record(),
    "empty": record(dose=1, empty=True),
    "five doses": record(dose=5),
    "unbroken": record(dose=5, name=UNBROKEN, text=UNBROKEN),
    "wide": record(dose=5, name="W" * 80, text="W" * 80),
    "long": record(dose=5, name="Sample Person " * 5, text="A long value of several words " * 3),
    "three scripts": record(dose=1, name=f"{TAMIL} / {URDU} / Sample"[:80], text=DEVANAGARI),
    "unbroken Tamil": record(dose=2, name="விவேகானந்தர்" * 6, text="ஸ்ரீகிருஷ்ணமூர்த்தி" * 3),
    "unbroken Urdu": record(dose=2, name="عبدالرحمان" * 7, text="عبدالرحمان" * 6),
}


@pytest.fixture(scope="session")
def pdftotext() -> str:
    return shutil.which("pdftotext") or missing("pdftotext", "install the Debian package poppler-utils")


def pdf_of(case: str, language: str, layout: Layout) -> bytes:
    page = printed(
        CASES[case],
        certificate_id="1ABCDEFGHJKMNPQRSTVWXYZ01234",
        issued_at=GIVEN,
        credential_text=TEXT,
        language=language,
        layout=layout,
    )
    return render_pdf(page, language=language)


def pages_of(pdf: bytes, pdftotext: str) -> list[Page]:
    listing = subprocess.run([pdftotext, "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [
        Page(float(width), float(height), [word_of(*found) for found in WORD.findall(body)])
        for width, height, body in PAGE.findall(listing)
    ]


def word_of(left: str, top: str, right: str, bottom: str, text: str) -> Word:
    return Word(float(left), float(top), float(right), float(bottom), text)


def narrowed(word: Word, share: float) -> Word:
    """Return the word's box without a share of its height at either end: boxes as poppler gives them, of a font's
    ascent and descent, reach into the next line.
    """
    less = share * (word.bottom - word.top)
    return word._replace(top=word.top + less, bottom=word.bottom - less)


def outside(page: Page) -> list[Word]:
    return [
        word
        for word in (narrowed(word, 0.15) for word in page.words)
        if word.left < TOLERANCE or word.right > page.width - TOLERANCE or word.top < 0 or word.bottom > page.height
    ]


def overlapping(page: Page) -> list[tuple[Word, Word]]:
    return [
        (one, other)
        for one, other in combinations([narrowed(word, 0.33) for word in page.words], 2)
        if min(one.right, other.right) - max(one.left, other.left) > TOLERANCE
        and min(one.bottom, other.bottom) - max(one.top, other.top) > 0
    ]


def check(case: str, language: str, layout: Layout, pdftotext: str) -> None:
    pages = pages_of(pdf_of(case, language, layout), pdftotext)
    assert len(pages) == (2 if layout is Layout.CARD else 1)
    for page in pages:
        assert outside(page) == []
        assert overlapping(page) == []


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("language", LANGUAGES)
def test_five_doses_fit_in_every_language(language: str, layout: Layout, pdftotext: str) -> None:
    check("five doses", language, layout, pdftotext)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("language", sorted({"EN", "HI", "TA", "ML", "UR"} & set(LANGUAGES)))
def test_nothing_overlaps_or_leaves_the_page(case: str, language: str, layout: Layout, pdftotext: str) -> None:
    check(case, language, layout, pdftotext)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("case", ["unbroken", "wide", "long", "empty"])
def test_no_letter_of_a_value_is_lost(case: str, layout: Layout, pdftotext: str) -> None:
    given = CASES[case]
    shown = {given.recipient.name, given.vaccination.name, given.facility.name, "1ABCDEFGHJKMNPQRSTVWXYZ01234"}
    if layout is not Layout.SLIP:
        shown |= {given.beneficiary_id, given.vaccination.manufacturer}
    pdf = pdf_of(case, "EN", layout)
    text = subprocess.run([pdftotext, "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    joined = "".join(text.split())
    assert [value for value in shown if "".join(value.split()) not in joined] == []


def test_the_page_sizes_are_those_of_their_media(pdftotext: str) -> None:
    for layout in Layout:
        for page in pages_of(pdf_of("ordinary", "EN", layout), pdftotext):
            width, height = SIZES.get(layout, A4)
            assert page.width / POINTS_PER_MM == pytest.approx(width, abs=0.1)
            assert height is None or page.height / POINTS_PER_MM == pytest.approx(height, abs=0.1)


def test_no_aadhaar_number_is_printed_in_any_layout(pdftotext: str) -> None:
    for layout in Layout:
        given = msgspec.structs.replace(
            CASES["ordinary"],
            recipient=Recipient(name="Sample Person 1", identity="did:aadhar:999988887777"),
        )
        page = printed(
            given,
            certificate_id="1SAMPLE",
            issued_at=GIVEN,
            credential_text=TEXT,
            language="HI",
            layout=layout,
        )
        pdf = render_pdf(page, language="HI")
        text = subprocess.run([pdftotext, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        assert "99998888" not in text
        assert layout in {Layout.INTERNATIONAL, Layout.SLIP} or "XXXXXXXX7777" in text
