"""Fixtures of the pages' tests: a gateway on an empty store and a browser.

`visit` opens a page of the gateway and fails at the end where the page wrote an error, or a policy stopped something.
Pictures go to the directory that PICTURES names, for looking at; otherwise none are kept.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.servers.chromium import chromium, find_chromium
from tests.servers.gateway import gateway
from tests.servers.missing import missing

PHONE = {"width": 390, "height": 844}
SECONDS = 10
OFFLINE = "ERR_INTERNET_DISCONNECTED"
"""What the browser writes of a request that a test meant to fail."""
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def browser(served: tuple[str, str]) -> Iterator[Browser]:
    """Start a browser behind the gateway, one per module: while it runs, this thread has an event loop going."""
    binary = find_chromium() or missing("Chromium", "install the Debian package chromium")
    with chromium(binary) as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Give base URL and key of a gateway without a worker."""
    with gateway(tmp_path_factory.mktemp("gateway")) as found:
        yield found


@pytest.fixture
def visit(browser: Browser, served: tuple[str, str]) -> Iterator[Visit]:
    """Give a function that opens an address of the gateway; keyword arguments are those of a browser context."""
    said: list[str] = []
    contexts = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and OFFLINE not in message.text:
            said.append(message.text)

    def open_page(address: str, **options: object) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "locale": "en-IN", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
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
