"""Photographs of a printed certificate, as telephones take them, are read in the browser."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from credential import qr
from credential.formats import qr_zip
from credential.keys import Profile, Suite
from credential.verification import Policy
from tests.browser.conftest import Visit
from tests.browser.verifying import FILE, knowing, ready, verdict
from tests.interop.portal.certificates import Kind, certificate, public_keys
from tests.interop.portal.sides import Case
from tests.issued import NOW
from tests.papers import Photograph, paper, rasterised

TEXT = certificate(Kind(Profile.COWIN_V1, Suite.RSA_SIGNATURE_2018))
KNOWN = knowing(Case(TEXT, public_keys(), NOW, Policy.STANDARD))
PHOTOGRAPHS = {
    "upside down": Photograph(turn=180),
    "turned and from afar": Photograph(fill=0.7, turn=30),
    "aslant": Photograph(tilt=0.25, turn=-12),
    "blurred": Photograph(blur=2.6),
    "at night": Photograph(light=(20, 60)),
    "by one window": Photograph(light=(20, 255), turn=45),
    "noisy": Photograph(noise=40),
    "sent on as a poor JPEG": Photograph(quality=30),
}
BLURRED_TOO_MUCH = Photograph(blur=6)


def given(page: Page, data: bytes, path: Path) -> None:
    path.write_bytes(data)
    ready(page).get_by_label(FILE).set_input_files(path)


def code() -> Image.Image:
    """Return the code alone, one pixel to a module."""
    return Image.open(io.BytesIO(qr.png(qr_zip.pack(TEXT), scale=1))).convert("L")


def encoded(image: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_of_the_page_is_read(visit: Visit, tmp_path: Path, name: str) -> None:
    page = visit("/verify", before=KNOWN)
    given(page, PHOTOGRAPHS[name].take(rasterised(paper(TEXT))), tmp_path / "photo.jpg")
    verdict(page, "Valid")


def test_of_one_that_is_blurred_too_much_it_is_told_what_helps(visit: Visit, tmp_path: Path) -> None:
    page = visit("/verify", before=KNOWN)
    given(page, BLURRED_TOO_MUCH.take(rasterised(paper(TEXT))), tmp_path / "photo.jpg")
    verdict(page, "Not readable")
    expect(page.locator(".verdict")).to_contain_text("Take a sharper, straight one that shows the whole code.")


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "BMP", "AVIF"])
def test_a_small_picture_of_any_kind_that_the_browser_shows(visit: Visit, tmp_path: Path, kind: str) -> None:
    """Two and a half pixels to a module, turned and softened, as messengers make thumbnails."""
    side = int(code().width * 2.5)
    small = (
        code()
        .resize((side, side), Image.Resampling.BICUBIC)
        .rotate(7, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    )
    page = visit("/verify", before=KNOWN)
    given(
        page,
        encoded(small.filter(ImageFilter.GaussianBlur(0.6)).convert("RGB"), kind),
        tmp_path / f"code.{kind.lower()}",
    )
    verdict(page, "Valid")


def test_what_is_no_picture_is_no_certificate(visit: Visit, tmp_path: Path) -> None:
    page = visit("/verify", before=KNOWN)
    given(page, b"\x89PNG\r\n\x1a\n and then nothing", tmp_path / "damaged.png")
    verdict(page, "Not readable")
    expect(page.locator(".verdict")).to_contain_text("No QR code was found in the picture, or it is damaged.")
