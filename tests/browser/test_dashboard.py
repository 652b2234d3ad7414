"""The figures for everybody: counted from real issues, read as tables, in Hindi, and in a page of somebody else."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import issue, record
from tests.browser.test_pages import Scheme, faults
from tests.servers.whole import WAIT_SECONDS, whole

NUMBER = 12
PASSED = "UPDATE rollups SET day = date(day, '-1 day')"
MORE = """INSERT INTO rollups SELECT randomblob(16), date(day, '-' || :ago || ' days'), :measure, :state, district,
  facility, vaccine, :dose, stage, gender, age_band, kind, :channel, format, :language, :value FROM rollups
  WHERE measure = 'ISSUED' AND dose = '2' LIMIT 1"""
POLICIES = """async () => Promise.all(['/dashboard', '/dashboard?embed=1', '/verify?embed=1'].map(async (address) =>
  (await fetch(address)).headers.get('content-security-policy').match(/frame-ancestors [^;]+/)[0]))"""
Picture = Callable[[Page], None]


def a_day_passes(directory: Path) -> None:
    """Wait until the issues are counted, then make what was counted today yesterday's, and add some figures."""
    [database] = directory.rglob("*.db")
    deadline = time.monotonic() + WAIT_SECONDS
    with sqlite3.connect(database, timeout=WAIT_SECONDS) as connection:
        while time.monotonic() < deadline:
            [[number]] = connection.execute("SELECT coalesce(sum(value), 0) FROM rollups WHERE measure = 'ISSUED'")
            if number == NUMBER:
                break
            time.sleep(0.1)
        assert number == NUMBER
        connection.execute(PASSED)
        connection.executemany(MORE, list(more()))


def more() -> Iterator[dict[str, str | int]]:
    """Yield rows of figures: days, states, channels."""
    issued: dict[str, str | int] = {"measure": "ISSUED", "channel": "", "language": "", "dose": "1"}
    for ago in range(1, 60):
        yield issued | {"ago": ago, "state": "Kerala" if ago % 3 else "Uttar Pradesh", "value": ago * 7341 % 65000}
    yield issued | {"ago": 3, "state": "Goa", "value": 3}
    for channel, value in (("digilocker", 60079586), ("aarogya-setu", 45314296), ("direct", 2375364890)):
        yield issued | {
            "measure": "ACCESSED",
            "ago": 2,
            "state": "",
            "channel": channel,
            "language": "HI",
            "value": value,
        }


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """Serve a page at another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *_args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Take the place of the gateway without a worker: a whole house that issued, a day ago."""
    directory = tmp_path_factory.mktemp("house")
    with whole(directory) as house:
        issue(house, [record(f"A-{number}", "Sample Person 1") for number in range(NUMBER)])
        a_day_passes(directory)
        yield house.url, house.source


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_figures_are_read_by_everybody(visit: Visit, picture: Picture, scheme: Scheme) -> None:
    page = visit("/dashboard", color_scheme=scheme)
    expect(page.get_by_role("definition")).to_have_text(["18,78,580", "2,48,07,58,770", "6,00,79,580", "4,53,14,290"])
    states = page.get_by_role("table", name="By state")
    expect(states.get_by_role("row", name="Maharashtra")).to_contain_text("10")
    expect(states.get_by_role("row", name="Goa")).to_have_count(0)
    picture(page)
    assert faults(page) == []


def test_a_trend_is_a_table_too(visit: Visit, picture: Picture) -> None:
    page = visit("/dashboard", viewport={"width": 1280, "height": 900})
    expect(page.get_by_role("img", name="Certificates issued by day")).to_be_visible()
    page.get_by_text("Show as table").first.click()
    table = page.get_by_role("region", name="Certificates issued by day")
    expect(table.get_by_role("row")).to_have_count(91)
    expect(table.get_by_role("cell", name="fewer than 10").first).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_states_are_tiles_with_their_figures(visit: Visit) -> None:
    tiles = visit("/dashboard").get_by_role("region", name="Certificates by state")
    expect(tiles.get_by_role("listitem")).to_have_count(36)
    expect(tiles.get_by_role("listitem").filter(has_text="Goa")).to_contain_text("fewer than 10")


@pytest.mark.parametrize(("tag", "title"), [("hi", "प्रमाण पत्र आँकड़ों में"), ("ur", "Certificates in figures")])
def test_other_languages_are_read(visit: Visit, picture: Picture, tag: str, title: str) -> None:
    page = visit(f"/dashboard?language={tag}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("listitem")).to_have_count(36)
    picture(page)
    assert faults(page) == []


def test_a_page_of_somebody_else_may_show_it(visit: Visit, served: tuple[str, str], picture: Picture) -> None:
    page = visit("/verify")
    address = f"{served[0]}/dashboard?embed=1"
    head = '<link rel="icon" href="data:,"><title>Elsewhere</title>'
    frame = f'{head}<iframe title="Figures" width="380" height="700" src="{address}"></iframe>'
    with elsewhere(frame) as url:
        page.goto(url)
        inside = page.frame_locator("iframe")
        expect(inside.get_by_role("definition").filter(has_text="2,48,07,58,770")).to_be_visible()
        expect(inside.get_by_role("navigation")).to_have_count(0)
        picture(page)


def test_only_that_address_may_be_in_a_frame(visit: Visit) -> None:
    page = visit("/verify")
    policies = page.evaluate(POLICIES)
    assert policies == ["frame-ancestors 'none'", "frame-ancestors *", "frame-ancestors 'none'"]
