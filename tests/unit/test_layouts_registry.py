"""Templates as data: which one a page gets, an operator's own issuers, the neutral variant, digests."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from credential.certificate import Stage
from credential.errors import ConfigurationError
from credential.record import Facility, Kind, Recipient, Vaccination, VaccinationRecord
from credential.rendering import (
    Bilingual,
    Layout,
    PrintedCertificate,
    Template,
    digest,
    find,
    load,
    printed,
    render_pdf,
    render_svg,
)

GIVEN = datetime(2021, 12, 15, 6, tzinfo=UTC)
PAGE: dict[str, Any] = {
    "kind": Kind.DOMESTIC,
    "stage": Stage.FINAL,
    "language": "HI",
    "layout": Layout.DOMESTIC,
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z" fill="#abcdef"/></svg>'
STATE = """
[[templates]]
version = 1
helpline = "104"

[[templates]]
version = 2
logo = "state.svg"
signature = "signature.png"
helpline = "108"
verify_url = "https://verify.example.org"
authority = { EN = "Sample State", HI = "नमूना राज्य" }
signatory = { EN = "Sample Officer 1" }
slogan = { EN = "Sample slogan", HI = "नमूना नारा" }
colours = { primary = "#204060", stripe = [] }

[[templates]]
version = 2
stages = ["PROVISIONAL"]
helpline = "never: an earlier one of that version fits all stages"

[[templates]]
version = 3
kinds = ["INTERNATIONAL"]
languages = ["EN"]
layouts = ["international"]
helpline = "109"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "state.toml").write_text(STATE)
    (tmp_path / "state.svg").write_text(SVG)
    picture = io.BytesIO()
    Image.new("L", (30, 10), 128).save(picture, "PNG")
    (tmp_path / "signature.png").write_bytes(picture.getvalue())
    return tmp_path


def page(template: Template | None, language: str = "HI", verify_url: str = "") -> PrintedCertificate:
    record = VaccinationRecord(
        beneficiary_id="90000000000001",
        recipient=Recipient(name="Sample Person 1"),
        vaccination=Vaccination(name="COVAXIN", batch="B1", manufacturer="Maker", date=GIVEN, dose=2, total_doses=2),
        facility=Facility(name="Sample Centre 1"),
    )
    return printed(
        record,
        certificate_id="1SAMPLE",
        issued_at=GIVEN,
        credential_text="{}",
        language=language,
        template=template,
        verify_url=verify_url,
    )


def test_the_bundled_issuer_has_a_template_for_every_page() -> None:
    for layout in Layout:
        for stage in Stage:
            found = find("default", kind=Kind.DOMESTIC, stage=stage, language="TA", layout=layout)
            assert (found.issuer, found.version, found.helpline) == ("default", 1, "1075")


def test_the_newest_that_fits_is_found_and_older_versions_stay(folder: Path) -> None:
    registry = load(folder)
    assert registry.find("state", **PAGE).helpline == "108"
    assert registry.find("state", **{**PAGE, "stage": Stage.PROVISIONAL}).helpline == "108"
    assert registry.find("state", **PAGE, version=1).helpline == "104"
    travel = {"kind": Kind.INTERNATIONAL, "language": "EN", "layout": Layout.INTERNATIONAL}
    assert registry.find("state", **{**PAGE, **travel}).helpline == "109"
    assert registry.find("state", **{**PAGE, **travel, "language": "TA"}).helpline == "108"


def test_an_operators_folder_adds_to_the_bundled_issuers_and_may_replace_them(folder: Path) -> None:
    assert load(folder).issuers == {"default", "state"}
    (folder / "default.toml").write_text('[[templates]]\nversion = 7\nhelpline = "112"\n')
    assert [one.version for one in load(folder).templates if one.issuer == "default"] == [7]
    assert load(None).issuers == {"default"}


@pytest.mark.parametrize("wrong", [{"issuer": "nobody"}, {"version": 9}])
def test_a_page_without_a_template_is_an_error_that_names_the_remedy(wrong: dict[str, Any], folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"default, state.*Add a template"):
        load(folder).find(wrong.pop("issuer", "state"), **PAGE, **wrong)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "missing required field `templates`"),
        ("templates = []", "length >= 1"),
        ("[[templates]]\nversion = 0", ">= 1"),
        ("[[templates]]\nversion = 1\nhelplin = '1'", "unknown field `helplin`"),
        ("[[templates]]\nversion = 1\nkinds = ['FOREIGN']", "FOREIGN"),
        ("[[templates]]\nversion = 1\ncolours = { primary = 'blue' }", "regex"),
        ("[[templates]]\nversion = 1\ndesign = 'v9'", "`design` must be one of v1"),
        ("[[templates]]\nversion = 1\ndesign = '../templates/v1'", "`design` must be one of v1"),
        ("[[templates]]\nversion = 1\nlogo = '../state.svg'", "regex"),
        ("[[templates]]\nversion = 1\nlogo = 'absent.svg'", "absent.svg cannot be read. Put it beside"),
        ("[[templates]]\nversion = 1\nlogo = 'signature.png'", "`logo` must be an SVG file"),
        ("[[templates]]\nversion = 1\nlogo = 'text.svg'", "text.svg is no SVG picture"),
        ("[[templates]]\nversion = 1\nsignature = 'text.png'", "text.png is no PNG picture"),
        ("[[templates]]\nversion = 1\nsignature = 'large.png'", "larger than 60000 bytes"),
        ("[[templates]]\nversion = 1\nissuer = 'other'", "not for the file"),
        ("[[templates", "Invalid|Expected|expected|line 1"),
    ],
)
def test_a_wrong_file_is_named_with_its_remedy(text: str, message: str, folder: Path) -> None:
    (folder / "text.svg").write_text("no picture")
    (folder / "text.png").write_text("no picture")
    (folder / "large.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60_000))
    (folder / "wrong.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        load(folder)
    assert "wrong.toml" in str(caught.value)


def test_a_folder_without_issuers_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no issuer is there"):
        load(tmp_path)


def test_the_page_says_what_its_template_says(folder: Path) -> None:
    made = page(load(folder).find("state", **PAGE))
    assert made.issuer == Bilingual("Sample State", "नमूना राज्य")
    assert (made.helpline, made.verify_url) == ("108", "https://verify.example.org")
    assert page(None, verify_url="https://own.example.org").verify_url == "https://own.example.org"
    picture = render_svg(made, language="HI").decode()
    assert "#204060" in picture
    assert "#123a63" not in picture
    assert b"pdfaid:part" in render_pdf(made, language="HI")


def test_the_neutral_variant_drops_persons_and_slogans_alone(folder: Path) -> None:
    template = load(folder).find("state", **PAGE)
    (folder / "state.toml").write_text(STATE.replace("version = 2", "version = 2\nneutral = true", 1))
    neutral = load(folder).find("state", **PAGE)
    assert neutral == template.without_persons() == neutral.without_persons()
    assert (neutral.signature, neutral.signatory, neutral.slogan) == ("", {}, {})
    assert (neutral.logo, neutral.authority) == (template.logo, template.authority)
    full, plain = (render_pdf(page(one), language="HI") for one in (template, neutral))
    assert full.count(b"/Subtype/Image") == plain.count(b"/Subtype/Image") + 1


def test_a_digest_tells_what_decides_the_page(folder: Path) -> None:
    template = load(folder).find("state", **PAGE)
    known = digest(template, "HI")
    assert known == digest(load(folder).find("state", **PAGE), "HI")
    assert known != digest(template, "EN")
    assert known != digest(load(folder).find("state", **PAGE, version=1), "HI")
    (folder / "state.svg").write_text(SVG.replace("abcdef", "fedcba"))
    assert known != digest(load(folder).find("state", **PAGE), "HI")
