"""Beside its looks: archive standard, attachment, tags, language and text; the code after printing."""

import io
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest
from PIL import Image, ImageFilter

from credential.formats import qr_zip
from credential.formats.pictures import read_codes
from credential.record import Address, Facility, Kind, Recipient, Vaccination, VaccinationRecord, Vaccinator
from credential.rendering import LANGUAGES, Layout, PrintedCertificate, printed, render_pdf, render_png, render_svg
from tests.servers.missing import missing

try:
    from pyzbar import pyzbar
except ImportError:  # the wheel is there, the library that it loads is not
    pyzbar = None

GIVEN = datetime(2021, 12, 15, 6, tzinfo=UTC)
NOISE = "".join(random.Random(3).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=1150))
TEXT = '{"type": ["VerifiableCredential"], "name": "नमूना",\r\n "jws": "' + NOISE + '"}\n'
NAMES = {
    "Latin": "Sample Person Ōne",
    "Devanagari": "नमूना व्यक्ति एक",
    "Bengali": "নমুনা ব্যক্তি এক",
    "Tamil": "மாதிரி நபர் ஒன்று",
    "Telugu": "నమూనా వ్యక్తి ఒకటి",
    "Kannada": "ಮಾದರಿ ವ್ಯಕ್ತಿ ಒಂದು",
    "Malayalam": "മാതൃകാ വ്യക്തി ഒന്ന്",
    "Gujarati": "નમૂના વ્યક્તિ એક",
    "Gurmukhi": "ਨਮੂਨਾ ਵਿਅਕਤੀ ਇੱਕ",
    "Odia": "ନମୁନା ବ୍ୟକ୍ତି ଏକ",
    "Ol Chiki": "ᱱᱢᱩᱱᱟ ᱦᱚᱲ ᱢᱤᱫ",
    "Meetei Mayek": "ꯁꯦꯝꯄꯜ ꯃꯤ ꯑꯃꯥ",
}
MAX_BYTES = 100_000


def page(layout: Layout, language: str = "EN", name: str = "Sample Person 1") -> PrintedCertificate:
    record = VaccinationRecord(
        beneficiary_id="90000000000001",
        recipient=Recipient(name=name, age=34, gender="Female", identity="did:Aadhaar:999999999999"),
        vaccination=Vaccination(
            name="COVAXIN", batch="37F21045A", manufacturer="Sample Maker", date=GIVEN, dose=1, total_doses=2
        ),
        vaccinator=Vaccinator(name="Sample Nurse 1"),
        facility=Facility(name="Sample Centre 1", address=Address(district="Sample District", state="Karnataka")),
        kind=Kind.DOMESTIC,
    )
    return printed(
        record,
        certificate_id="1ABCDEFGHJKMNPQRSTVWXYZ01234",
        issued_at=GIVEN,
        credential_text=TEXT,
        language=language,
        layout=layout,
    )


def pdf_of(layout: Layout, language: str = "EN", name: str = "Sample Person 1") -> bytes:
    return render_pdf(page(layout, language, name), language=language)


@pytest.fixture(scope="session")
def pdftotext() -> str:
    return shutil.which("pdftotext") or missing("pdftotext", "install the Debian package poppler-utils")


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_an_archive_document_below_100_kb(language: str, layout: Layout) -> None:
    data = pdf_of(layout, language)
    assert len(data) < MAX_BYTES
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize("language", ["UR", "TE", "ML"])  # the scripts that weigh most
def test_names_in_three_other_scripts_keep_a_page_below_100_kb(language: str) -> None:
    tamil, bengali, kannada = [NAMES[script] for script in ("Tamil", "Bengali", "Kannada")]
    mixed = replace(page(Layout.DOMESTIC, language, tamil), vaccinated_by=bengali, vaccinated_at=kannada)
    assert len(render_pdf(mixed, language=language)) < MAX_BYTES


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_in_any_script_keeps_the_standard(name: str) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(Layout.DOMESTIC, "HI", name))) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"


@pytest.mark.parametrize("layout", Layout)
def test_the_signed_credential_is_attached_byte_for_byte(layout: Layout) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(layout))) as pdf:
        assert list(pdf.attachments) == ["certificate.json"]
        attached = pdf.attachments["certificate.json"]
        assert attached.get_file().read_bytes() == TEXT.encode()
        assert attached.get_file().mime_type == "application/ld+json"
        assert attached.obj.AFRelationship == "/Source"


@pytest.mark.parametrize("layout", Layout)
def test_the_document_is_tagged_and_names_its_title_and_language(layout: Layout) -> None:
    titles = {
        Layout.DOMESTIC: "Provisional Certificate for COVID-19 Vaccination",
        Layout.INTERNATIONAL: "International Certificate for COVID-19 Vaccination",
        Layout.CARD: "Vaccination Card",
        Layout.SLIP: "Vaccination Slip",
    }
    with pikepdf.open(io.BytesIO(pdf_of(layout, "HI"))) as pdf, pdf.open_metadata() as metadata:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("en")
        assert metadata["dc:title"] == titles[layout]


def test_local_words_are_marked_with_their_language() -> None:
    with pikepdf.open(io.BytesIO(pdf_of(Layout.DOMESTIC, "HI"))) as pdf:
        tags = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Lang" in item]
        assert any(str(tag.Lang).startswith("hi") for tag in tags)


def test_a_character_that_no_font_has_costs_the_standard_and_not_the_page() -> None:
    with pikepdf.open(io.BytesIO(pdf_of(Layout.DOMESTIC, "EN", "Sample 見本 \U00010330"))) as pdf:
        assert list(pdf.attachments) == ["certificate.json"]
        with pdf.open_metadata() as metadata:
            assert "pdfaid:part" not in metadata


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_name_and_dates_copy_out_in_reading_order(name: str, pdftotext: str) -> None:
    data = pdf_of(Layout.DOMESTIC, "HI", name)
    text = subprocess.run([pdftotext, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    joined = "".join(text.split())
    wanted = (name, "34 years", "Aadhaar # XXXXXXXX9999", "Sample Nurse 1", "12 Jan 2022", "15 Dec 2021", "COVAXIN")
    places = [joined.find("".join(value.split())) for value in wanted]
    assert -1 not in places
    assert places == sorted(places)


def after_printing(png: bytes, blur: float) -> Image.Image:
    """Return the page as a hasty photo has it: unsharp and tilted by 2 degrees."""
    with Image.open(io.BytesIO(png)) as opened:
        unsharp = opened.convert("L").filter(ImageFilter.GaussianBlur(blur))
    return unsharp.rotate(2, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("blur", [0.0, 0.5, 0.8])
def test_the_code_is_read_after_printing_at_150_dpi(layout: Layout, blur: float) -> None:
    target = io.BytesIO()
    after_printing(render_png(page(layout), language="EN"), blur).save(target, "PNG")
    (payload,) = read_codes(target.getvalue())
    assert qr_zip.unpack(payload) == TEXT


@pytest.mark.parametrize("layout", Layout)
def test_a_second_reader_agrees(layout: Layout) -> None:
    if pyzbar is None:
        missing("zbar", "install the Debian package libzbar0")
    picture = after_printing(render_png(page(layout), language="EN"), 0.5)
    larger = picture.resize((3 * picture.width, 3 * picture.height), Image.Resampling.BICUBIC)
    (found,) = pyzbar.decode(larger, symbols=[pyzbar.ZBarSymbol.QRCODE])
    assert qr_zip.unpack(found.data.decode().encode("latin-1")) == TEXT  # zbar takes the bytes for Latin-1


def test_a_card_has_two_faces_and_every_layout_an_svg() -> None:
    card = page(Layout.CARD)
    front, back = (render_svg(card, language="EN", face=face) for face in (0, 1))
    assert front != back
    assert all(render_svg(page(layout), language="EN").startswith(b"<svg") for layout in Layout)


@pytest.mark.parametrize("layout", Layout)
def test_equal_input_gives_equal_bytes(layout: Layout) -> None:
    assert pdf_of(layout, "HI") == pdf_of(layout, "HI")
    other = replace(page(layout, "HI"), credential=TEXT + " ")
    assert pdf_of(layout, "HI") != render_pdf(other, language="HI")
