"""The page itself, read back by poppler's pdftotext and by zxing-cpp; glyphs looked up with fontTools."""

import random
import re
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import typst
from fontTools.ttLib import TTFont

from credential import qr, rendering
from credential.certificate import Stage
from credential.errors import BadUserInput
from credential.formats.pictures import read_codes
from credential.record import Kind
from credential.rendering import LANGUAGES, Bilingual, DoseRow, Layout, PrintedCertificate, find, render_pdf, render_png
from credential.rendering.render import FONTS
from credential.rendering.translation import ENGLISH, TRANSLATIONS, read_translation
from credential.sample import sample
from tests.servers.missing import missing

HOME = Path(rendering.__file__).parent
PAYLOAD = random.Random(5).randbytes(1150)
NAMES = {
    "Devanagari": "नमूना व्यक्ति एक श्रीकृष्ण",
    "Bengali": "নমুনা ব্যক্তি এক শ্রীকৃষ্ণ ৰাম",
    "Tamil": "மாதிரி நபர் ஒன்று ஸ்ரீ",
    "Telugu": "నమూనా వ్యక్తి ఒకటి శ్రీ",
    "Kannada": "ಮಾದರಿ ವ್ಯಕ್ತಿ ಒಂದು ಶ್ರೀ",
    "Malayalam": "മാതൃകാ വ്യക്തി ഒന്ന് ശ്രീ",
    "Gujarati": "નમૂના વ્યક્તિ એક શ્રી",
    "Gurmukhi": "ਨਮੂਨਾ ਵਿਅਕਤੀ ਇੱਕ",
    "Odia": "ନମୁନା ବ୍ୟକ୍ତି ଏକ ଶ୍ରୀ",
    "Ol Chiki": "ᱱᱢᱩᱱᱟ ᱦᱚᱲ ᱢᱤᱫ",
    "Meetei Mayek": "ꯁꯦꯝꯄꯜ ꯃꯤ ꯑꯃꯥ",
    "Urdu": "نمونہ شخص ایک",
    "Sindhi": "نمونو ماڻھو ھڪ ڳ ٻ ڄ",
    "Latin": "Sample Person Ōne Ñ ß",
}
KASHMIRI = "نموٗنہٕ شخص أکھ ۆ ۍ"
HOSTILE = (
    '#eval("1 + 1")',
    '#panic() #image("/etc/passwd")',
    "*bold* _italic_ `raw` $x^2$",
    "\\ \\u{41} \\n ~ -- --- ...",
    "<label> @reference = heading",
    "// comment /* block */ [ ] { } ( )",
    '" } ] , "name": "other',
)

ROW = DoseRow(
    Bilingual("1/2"),
    Bilingual("15 Dec 2021", "15 दिसंबर 2021"),
    "COVAXIN",
    "B1",
    "COVID-19 vaccine",
    "Bharat Biotech",
    current=True,
)
CERTIFICATE = PrintedCertificate(
    certificate_id="1ABCDEFGHJKMNPQRSTVWXYZ01234",
    beneficiary_id="90000000000001",
    name="Sample Person 1",
    age=Bilingual("34 years", "34 वर्ष"),
    date_of_birth="1987-06-15",
    gender=Bilingual("Female", "महिला"),
    identity="Aadhaar # XXXXXXXX9999",
    uhid="",
    kind=Kind.DOMESTIC,
    stage=Stage.PROVISIONAL,
    layout=Layout.DOMESTIC,
    status=Bilingual("Partially Vaccinated (1 Dose)", "आंशिक टीकाकरण (1 खुराक)"),
    doses=(ROW,),
    vaccinated_by="Sample Nurse 1",
    vaccinated_at="Sample Centre 1, Sample District, Karnataka",
    next_due=Bilingual("Between 12 Jan 2022 and 26 Jan 2022", "12 जनवरी 2022 से 26 जनवरी 2022 के बीच"),
    issuer=Bilingual("Sample Ministry", "नमूना मंत्रालय"),
    issued_at=datetime(2021, 12, 15, 6, 0, tzinfo=UTC),
    issued_on=Bilingual("15 Dec 2021", "15 दिसंबर 2021"),
    verify_url="https://verify.example.org",
    helpline="1075",
    qr=qr.png(PAYLOAD),
    credential='{"type": ["VerifiableCredential"], "name": "नमूना"}\r\n',
    template=find("default", kind=Kind.DOMESTIC, stage=Stage.PROVISIONAL, language="HI", layout=Layout.DOMESTIC),
)
INTERNATIONAL = replace(
    CERTIFICATE, layout=Layout.INTERNATIONAL, kind=Kind.INTERNATIONAL, stage=Stage.FINAL, identity="Z1234567"
)


@pytest.fixture(scope="session")
def pdftotext() -> str:
    return shutil.which("pdftotext") or missing("pdftotext", "install the Debian package poppler-utils")


def text_of(pdf: bytes, pdftotext: str) -> str:
    return subprocess.run([pdftotext, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def squeezed(text: str) -> str:
    """Drop spaces and direction marks: poppler guesses spaces from gaps, which vowel signs confuse."""
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e]", "", text)


def not_read_back(expected: list[str], text: str, script: str) -> list[str]:
    """Return the words that the text lacks.

    Of Arabic, poppler gives letters and digits in the order of the page; a vowel sign that stands above or below the
    line of its letters, as in Meetei Mayek and Odia, comes twice: there the letters are counted.
    """
    missed = [word for value in expected for word in value.split() if squeezed(word) not in text]
    if script in {"Arab", "Mtei", "Orya"}:
        return [word for word in missed if word.isascii() or Counter(squeezed(word)) - Counter(text)]
    return missed


def boxes(pdf: bytes, pdftotext: str, word: str) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom, in points from the page's upper left corner, of each occurrence of a word."""
    listing = subprocess.run([pdftotext, "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    pattern = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">' + re.escape(word) + "<"
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in re.findall(pattern, listing)]


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", Stage)
def test_every_value_and_label_is_on_the_page(language: str, stage: Stage, pdftotext: str) -> None:
    text = squeezed(text_of(render_pdf(replace(CERTIFICATE, stage=stage), language=language), pdftotext))
    words = TRANSLATIONS[language]
    pairs = (CERTIFICATE.age, CERTIFICATE.gender, CERTIFICATE.status, CERTIFICATE.next_due, CERTIFICATE.issued_on)
    expected = [
        *(getattr(CERTIFICATE, field) for field in ("certificate_id", "beneficiary_id", "name", "identity")),
        *(getattr(CERTIFICATE, field) for field in ("vaccinated_by", "vaccinated_at", "verify_url", "helpline")),
        *(pair.english for pair in pairs),
        *("15 Dec 2021", "COVAXIN", "B1", "Bharat Biotech", "1/2", CERTIFICATE.issuer.english),
        getattr(ENGLISH.titles, stage.lower()),
        getattr(words.titles, stage.lower()),
        words.labels.beneficiary_id,
        words.labels.manufacturer,
        words.notes.after,
        *([] if language == "EN" else [pair.local for pair in pairs]),
    ]
    assert not_read_back(expected, text, words.script) == []


def test_the_international_page_is_english_and_has_birth_and_passport(pdftotext: str) -> None:
    pdf = render_pdf(INTERNATIONAL, language="HI")
    text = squeezed(text_of(pdf, pdftotext))
    for value in ("1987-06-15", "Passport Number", "Z1234567", ENGLISH.titles.international, "WHO-DDCC:VS"):
        assert squeezed(value) in text
    assert not re.search("[ऀ-ॿ]", text)
    assert pdf == render_pdf(INTERNATIONAL, language="EN")


def test_a_layout_may_be_asked_for(pdftotext: str) -> None:
    text = text_of(render_pdf(replace(CERTIFICATE, layout=Layout.INTERNATIONAL), language="EN"), pdftotext)
    assert "Passport Number" in text


@pytest.mark.parametrize("script", NAMES)
def test_names_in_every_script_are_read_back(script: str, pdftotext: str) -> None:
    name = NAMES[script]
    assert squeezed(name) in squeezed(text_of(render_pdf(replace(CERTIFICATE, name=name), language="EN"), pdftotext))


def test_kashmiri_letters_and_marks_are_read_back(pdftotext: str) -> None:
    text = squeezed(text_of(render_pdf(replace(CERTIFICATE, name=KASHMIRI), language="EN"), pdftotext))
    assert set(squeezed(KASHMIRI)) <= set(text)  # poppler gives combining marks in another order


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_a_font_has_a_glyph_for_every_character(weight: str) -> None:
    covered: set[int] = set()
    for path in (HOME / "fonts").glob(f"*-{weight}.ttf"):
        covered.update(TTFont(path).getBestCmap())
    words = "".join(path.read_text() for path in (HOME / "translations").glob("*.toml"))
    wanted = set("".join((*NAMES.values(), KASHMIRI, words))) - {"\n"}
    assert {character for character in wanted if ord(character) not in covered} == set()


def test_no_font_carries_what_only_coarse_screens_need() -> None:
    hinted = []
    for file in (HOME / "fonts").glob("*.ttf"):
        with TTFont(file, lazy=True) as font:
            assert "glyf" in font
            hinted += [file.name for table in ("fpgm", "prep", "cvt ") if table in font]
    assert hinted == []


def test_the_font_chain_names_every_bundled_family_and_no_other() -> None:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HOME / "fonts")])
    assert sorted(FONTS) == sorted(fonts.families())
    assert (HOME / "fonts" / "OFL.txt").is_file()


@pytest.mark.parametrize("value", HOSTILE)
def test_template_code_in_a_value_is_text(value: str, pdftotext: str) -> None:
    hostile = replace(CERTIFICATE, name=value, vaccinated_at=value, verify_url=value, uhid=value)
    hostile = replace(hostile, issuer=Bilingual(value), status=Bilingual(value))
    text = squeezed(text_of(render_pdf(hostile, language="EN"), pdftotext))
    assert text.count(squeezed(value)) >= 5


def test_a_long_word_stays_on_the_page_whole(pdftotext: str) -> None:
    word = "Anumberof" + "ABCDEFGHIJ" * 7
    row = DoseRow(Bilingual("1/2"), Bilingual("15 Dec 2021"), word[:60], word[:60], word[:60], word[:60], current=True)
    pdf = render_pdf(replace(CERTIFICATE, name=word, uhid=word, doses=(row,)), language="HI")
    assert pages_of(pdf) == 1
    assert squeezed(text_of(pdf, pdftotext)).count(word) == 2


@pytest.mark.parametrize("stage", [Stage.PROVISIONAL, Stage.FINAL])
def test_an_ordinary_page_is_in_full_size_in_every_language(stage: Stage, pdftotext: str) -> None:
    heights = {language: height_of_title(language, stage, pdftotext) for language in LANGUAGES}
    assert heights == dict.fromkeys(LANGUAGES, heights["EN"])


def height_of_title(language: str, stage: Stage, pdftotext: str) -> float:
    page = sample(CERTIFICATE.template, language=language, layout=Layout.DOMESTIC, stage=stage)
    _, top, _, bottom = boxes(render_pdf(page, language=language), pdftotext, "Vaccination")[0]
    return round(bottom - top, 1)


def test_the_fullest_certificate_is_one_page_with_a_readable_code(pdftotext: str) -> None:
    long = " ".join(["விவேகானந்தர்"] * 6)
    row = DoseRow(Bilingual("Extra dose"), Bilingual("15 Dec 2021"), long, long, long, long)
    data = random.Random(6).randbytes(qr.CAPACITY)
    full = replace(
        CERTIFICATE,
        stage=Stage.PRECAUTION,
        name="W" * 80,
        uhid="W" * 60,
        identity="W" * 60,
        vaccinated_by=long,
        vaccinated_at=", ".join([long] * 3),
        doses=(row,) * 11,
        qr=qr.png(data),
    )
    pdf = render_pdf(full, language="HI")
    assert pages_of(pdf) == 1
    assert read_codes(render_png(full, language="HI")) == [data]
    rows = boxes(pdf, pdftotext, "Extra")
    (verify,) = boxes(pdf, pdftotext, "Verify")
    assert len(rows) == 11
    assert max(bottom for _, _, _, bottom in rows) < verify[1]


@pytest.mark.parametrize("certificate", [CERTIFICATE, INTERNATIONAL], ids=["domestic", "international"])
def test_the_code_is_read_back_from_the_page(certificate: PrintedCertificate) -> None:
    assert read_codes(render_png(certificate, language="HI")) == [PAYLOAD]


def test_equal_input_gives_equal_bytes_in_every_thread() -> None:
    with ThreadPoolExecutor(3) as pool:
        pages = pool.map(lambda _: render_pdf(CERTIFICATE, language="HI"), range(6))
    assert len(set(pages)) == 1


def test_one_page_leaves_no_trace_in_the_next(pdftotext: str) -> None:
    render_pdf(replace(CERTIFICATE, name="Somebody Else", qr=qr.png(b"another")), language="EN")
    assert "Somebody" not in text_of(render_pdf(CERTIFICATE, language="EN"), pdftotext)


def test_the_document_is_dated_by_its_issue_and_names_no_person() -> None:
    pdf = render_pdf(CERTIFICATE, language="EN")
    assert b"D:20211215060000Z" in pdf
    assert b"Sample Person" not in pdf


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(BadUserInput, match="language must be one of"):
        render_pdf(CERTIFICATE, language="XX")


def test_languages_are_the_data_files() -> None:
    files = {path.stem.upper() for path in (HOME / "translations").glob("*.toml")}
    assert set(LANGUAGES) == files >= {"EN", "HI"}
    assert LANGUAGES["HI"] == "Hindi"


def test_a_translation_that_lacks_a_word_or_has_one_too_many_is_an_error() -> None:
    hindi = (HOME / "translations" / "hi.toml").read_text()
    with pytest.raises(msgspec.ValidationError, match="gender"):
        read_translation(re.sub(r"(?m)^gender = .*\n", "", hindi))
    with pytest.raises(msgspec.ValidationError, match="gendre"):
        read_translation(hindi.replace("\ngender =", "\ngendre ="))


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_keep_their_places(language: str) -> None:
    given, ours = msgspec.to_builtins(ENGLISH.statuses), msgspec.to_builtins(TRANSLATIONS[language].statuses)
    for name, pattern in given.items():
        assert sorted(re.findall(r"\{\w+\}", ours[name])) == sorted(re.findall(r"\{\w+\}", pattern))
