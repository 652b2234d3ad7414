"""Every page of the portal: nothing from elsewhere, readable by everybody, in light and dark, by keyboard."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gateway.pages.portal import FILES, PAGES
from tests.browser.conftest import Visit

LINES = [line.split("  ") for line in (FILES / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
SUMS = {name: digest for digest, name in LINES}
SERIOUS = {"serious", "critical"}
Scheme = Literal["light", "dark"]


def faults(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds to be serious: the rule, and where."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        (one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"] if one["impact"] in SERIOUS
    ]


def test_the_files_are_those_that_were_built() -> None:
    there = {path.name: path.read_bytes() for path in FILES.iterdir() if path.name != "SHA256SUMS"}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in there.items()} == SUMS


def test_the_lock_file_names_no_registry(project: Path) -> None:
    assert "resolved" not in (project / "web/portal/package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(visit: Visit, picture: Callable[[Page], None], name: str, scheme: Scheme) -> None:
    page = visit(f"/{name}", color_scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture(page)
    assert faults(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_nobody_but_the_gateway(visit: Visit, served: tuple[str, str], name: str) -> None:
    asked: list[str] = []
    page = visit(f"/{name}")
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(served[0]) and not url.startswith("data:")] == []


def test_another_language_is_chosen_and_kept(visit: Visit, picture: Callable[[Page], None]) -> None:
    page = visit("/verify")
    page.get_by_label("Language").select_option("hi")
    expect(page.get_by_role("heading", level=1)).to_have_text("प्रमाण पत्र सत्यापित करें")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_label("भाषा").select_option("ur")
    page.reload()
    expect(page.get_by_label("Language")).to_have_value("ur")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    picture(page)


def test_the_keyboard_comes_past_the_header(visit: Visit) -> None:
    page = visit("/verify")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
