"""The camera of /verify: a certificate before it is checked at once; whatever else is there is no reason to stop."""

import base64
import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from credential import qr
from credential.formats import qr_zip
from credential.keys import Profile, Suite
from credential.verification import Policy
from tests.browser.conftest import Visit, installed
from tests.browser.test_pages import faults
from tests.browser.verifying import knowing, ready, verdict
from tests.interop.portal.certificates import Kind, certificate, public_keys
from tests.interop.portal.sides import Case
from tests.issued import NOW
from tests.servers.chromium import camera, chromium

CERTIFICATE = certificate(Kind(Profile.COWIN_V1, Suite.RSA_SIGNATURE_2018))
CODE = qr_zip.pack(CERTIFICATE)
KNOWN = knowing(Case(CERTIFICATE, public_keys(), NOW, Policy.STANDARD))
SCENE = """{
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const picture = new Image();
  const draw = () => canvas.getContext("2d").drawImage(picture, 0, 0);
  navigator.mediaDevices.getUserMedia = async () => {
    draw();
    setInterval(draw, 50);
    return canvas.captureStream();
  };
  globalThis.show = (address) => (picture.src = address);
}"""
"""A camera before which the test puts pictures."""


def frame(data: bytes) -> bytes:
    """Return what a camera sees of a code that somebody holds before it, as JPEG."""
    seen = Image.new("RGB", (1280, 720), "#556070")
    code = Image.open(io.BytesIO(qr.png(data))).convert("RGB")
    seen.paste(code.resize((660, 660)).rotate(4, expand=True, fillcolor="#556070"), (300, 5))
    target = io.BytesIO()
    seen.save(target, "JPEG", quality=80)
    return target.getvalue()


@pytest.fixture(scope="module")
def browser(served: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Take the place of the browser without a camera."""
    film = tmp_path_factory.mktemp("film") / "film.mjpeg"
    film.write_bytes(frame(CODE))
    with chromium(installed(), *camera(film)) as running:
        yield running


def scanning(page: Page) -> Page:
    ready(page)
    page.get_by_role("button", name="Scan with the camera").click()
    return page


def shown_to(page: Page, data: bytes) -> None:
    address = "data:image/jpeg;base64," + base64.b64encode(frame(data)).decode()
    page.evaluate("(address) => show(address)", address)


def before(page: Page) -> None:
    KNOWN(page)
    page.add_init_script(SCENE)


def test_a_certificate_before_the_camera(visit: Visit) -> None:
    page = scanning(visit("/verify", before=KNOWN))
    verdict(page, "Valid")
    expect(page.get_by_text("Sample Person 1")).to_be_visible()
    assert page.locator("video").count() == 0


def test_another_kind_of_code_does_not_end_the_look(visit: Visit, picture: Callable[[Page], None]) -> None:
    page = scanning(visit("/verify", before=before))
    expect(page.get_by_text("Looking for a QR code")).to_be_visible()
    assert faults(page) == []
    shown_to(page, b"https://cowin.gov.in/")
    expect(page.get_by_text("This is another kind of code.")).to_be_visible()
    picture(page)
    assert faults(page) == []
    shown_to(page, CODE)
    verdict(page, "Valid")


def test_who_stops_it_gets_the_camera_back(visit: Visit) -> None:
    page = scanning(visit("/verify", before=before))
    track = page.wait_for_function("document.querySelector('video')?.srcObject?.getVideoTracks()[0]")
    assert track.evaluate("(track) => track.readyState") == "live"
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_visible()
    page.wait_for_function("(track) => track.readyState === 'ended'", arg=track)
    assert track.evaluate("(track) => track.readyState") == "ended"
