"""Fixtures of the pages' tests: a house with the people of the module, and a browser.

`visit` opens a page of the gateway and fails at the end where the page wrote an error, or a policy stopped something.
Pictures go to the directory that PICTURES names, for looking at; otherwise none are kept.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.people import Record, issue
from tests.servers.chromium import chromium, find_chromium
from tests.servers.missing import missing
from tests.servers.whole import Whole, whole

PHONE = {"width": 390, "height": 844}
SECONDS = 60
"""How long a page may take before it counts as broken; machines that test may be busy."""
OFFLINE = "ERR_INTERNET_DISCONNECTED"
"""What the browser writes of a request that a test meant to fail."""
Visit = Callable[..., Page]
expect.set_options(timeout=SECONDS * 1000)


@pytest.fixture(scope="module")
def browser(served: tuple[str, str]) -> Iterator[Browser]:
    """Start a browser behind the gateway, one per module: while it runs, this thread has an event loop going."""
    with chromium(installed()) as running:
        yield running


def installed() -> Path:
    """Return the browser of this machine; skip where there is none."""
    return find_chromium() or missing("Chromium", "install the Debian package chromium")


@pytest.fixture(scope="module")
def people() -> list[Record]:
    """Name who has certificates before the first test; a module that needs some has a fixture of this name."""
    return []


@pytest.fixture(scope="module")
def variables() -> dict[str, str]:
    """Set the house up: variables of its environment, in the same way."""
    return {}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, people: list[Record], variables: dict[str, str]) -> Iterator[Whole]:
    """Run gateway and worker on a store of their own."""
    with whole(tmp_path_factory.mktemp("house"), variables) as running:
        issue(running, people)
        yield running


@pytest.fixture(scope="module")
def served(house: Whole) -> tuple[str, str]:
    """Give base URL and a key that issues."""
    return house.url, house.source


@pytest.fixture
def visit(browser: Browser, served: tuple[str, str]) -> Iterator[Visit]:
    """Give a function that opens an address of the gateway; keyword arguments are those of a browser context.

    `before` gets the page before anything is asked for.
    """
    said: list[str] = []
    contexts = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and OFFLINE not in message.text:
            said.append(message.text)

    def open_page(address: str, before: Callable[[Page], None] | None = None, **options: object) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "locale": "en-IN", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
        if before:
            before(page)
        page.goto(served[0] + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """Give a function that keeps a picture of a page where PICTURES asks for it."""
    directory, names = os.environ.get("PICTURES"), iter(range(1, 100))

    def keep(page: Page) -> None:
        if directory:
            name = f"{request.node.name.replace('/', '_')}-{next(names)}.png"
            page.screenshot(path=Path(directory) / name, full_page=True)

    return keep
