"""/verify as an app on a telephone: what browsers ask of one, icons in their sizes, a start without a network."""

import io
import json
import math

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gateway.pages.portal import FILES
from tests.browser.conftest import Visit
from tests.browser.verifying import ready
from tests.interop.portal.sides import Json

MANIFEST: Json = json.loads((FILES / "portal.webmanifest").read_text(encoding="utf-8"))
PICTURES = {icon["src"]: icon for icon in MANIFEST["icons"] if icon["type"] == "image/png"}
SAFE = 0.4
"""Half the diameter, in widths, of the circle that no telephone cuts away from a maskable icon."""


def told(page: Page, method: str) -> Json:
    answer = page.context.new_cdp_session(page).send(method)
    assert isinstance(answer, dict)
    return answer


def test_the_browser_finds_it_installable(visit: Visit) -> None:
    page = ready(visit("/verify"))
    assert page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => new URL(scope).pathname)") == "/verify"
    assert told(page, "Page.getAppManifest")["errors"] == []
    against = [one["errorId"] for one in told(page, "Page.getInstallabilityErrors")["installabilityErrors"]]
    assert against == ["in-incognito"]  # as every context of a test is; all else is looked at before


def test_the_manifest_has_what_telephones_ask_for() -> None:
    assert (MANIFEST["id"], MANIFEST["start_url"], MANIFEST["scope"]) == ("/verify", "/verify", "/verify")
    assert MANIFEST["display"] == "standalone"
    assert 0 < len(MANIFEST["short_name"]) <= len("twelve chars")
    kinds = {(icon["sizes"], icon["purpose"]) for icon in PICTURES.values()}
    assert kinds == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


@pytest.mark.parametrize("address", PICTURES)
def test_an_icon_has_the_size_that_is_told(visit: Visit, served: tuple[str, str], address: str) -> None:
    answer = visit("/verify").request.get(served[0] + address)
    icon = Image.open(io.BytesIO(answer.body()))
    assert f"{icon.width}x{icon.height}" == PICTURES[address]["sizes"]
    assert answer.headers["content-type"] == "image/png"


def test_of_the_icon_that_is_cut_to_shape_nothing_is_lost() -> None:
    icon = Image.open(FILES / "icon-maskable-512.png").convert("RGBA")
    assert icon.getchannel("A").getextrema() == (255, 255)
    mark = icon.convert("L").point(lambda grey: 255 if grey > 128 else 0)
    box = mark.getbbox() or (0, 0, *mark.size)
    away = max(math.dist((x, y), (icon.width / 2, icon.height / 2)) for x in box[::2] for y in box[1::2])
    assert away / icon.width < SAFE


def test_it_starts_without_a_network(visit: Visit) -> None:
    page = ready(visit("/verify"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.goto(page.url.replace("/verify", MANIFEST["start_url"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Verify a certificate")
    expect(page.get_by_text("There is no connection to the issuer's server.")).to_be_visible()
    page.context.set_offline(False)
