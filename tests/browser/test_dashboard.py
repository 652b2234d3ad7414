"""The figures for everybody: counted from real issues, read as tables, in Hindi, and in a page of somebody else."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

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
FRAMES = """async (address) => {
  const { headers } = await fetch(address);
  const [ancestors] = headers.get('content-security-policy').match(/frame-ancestors [^;]+/);
  return [ancestors, headers.get('x-frame-options')]; }"""
COARSE = "state, vaccine, dose, stage, gender, age_band, kind, channel, format, language"
OPENED = f"""DELETE FROM marks WHERE name LIKE 'closed %'; DELETE FROM coarse_rollups; DELETE FROM closed_figures;
  INSERT INTO coarse_rollups SELECT day, measure, {COARSE}, sum(value) FROM rollups GROUP BY day, measure, {COARSE}"""  # noqa: S608 - names of the table
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
        connection.executescript(OPENED)


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


def test_states_are_tiles_that_keys_reach_one_by_one(visit: Visit) -> None:
    page = visit("/dashboard")
    tiles = page.get_by_role("region", name="Certificates by state").get_by_role("button")
    expect(tiles).to_have_count(36)
    tiles.first.focus()
    expect(page.get_by_role("status")).to_have_text("Ladakh: fewer than 10")
    page.keyboard.press("Tab")
    expect(page.get_by_role("status")).to_have_text("Jammu and Kashmir: fewer than 10")
    page.get_by_role("button", name="Maharashtra").click()
    expect(page.get_by_role("status")).to_have_text("Maharashtra: 10")


def test_languages_and_channels_have_tables_of_their_own(visit: Visit) -> None:
    page = visit("/dashboard")
    languages = page.get_by_role("table", name="Accessed by language")
    expect(languages.get_by_role("row", name="हिन्दी")).to_contain_text("2,48,07,58,770")
    channels = page.get_by_role("table", name="Accessed by channel")
    expect(channels.get_by_role("row", name="Aarogya Setu")).to_contain_text("4,53,14,290")
    midnight = f"{datetime.now(ZoneInfo('Asia/Kolkata')):%-d %b %Y}, 12:00 am"
    expect(page.get_by_text(f"As of {midnight}.")).to_be_visible()


@pytest.mark.parametrize("form", ["CSV", "JSON"])
def test_the_figures_are_kept_as_a_file(visit: Visit, form: str) -> None:
    page = visit("/dashboard")
    with page.expect_download() as coming:
        page.get_by_role("link", name=f"Download {form}").click()
    assert coming.value.suggested_filename == f"figures.{form.lower()}"
    assert "2480758770" in coming.value.path().read_text(encoding="utf-8")


def test_it_is_read_in_hindi(visit: Visit, picture: Picture) -> None:
    page = visit("/dashboard?language=hi")
    expect(page.get_by_role("heading", level=1)).to_have_text("प्रमाण पत्र आँकड़ों में")
    expect(page.get_by_role("table", name="राज्य के अनुसार").get_by_role("row", name="महाराष्ट्र")).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_where_urdu_has_no_words_english_reads_from_the_left(visit: Visit, picture: Picture) -> None:
    page = visit("/dashboard?language=ur")
    expect(page.get_by_role("heading", level=1)).to_have_text("Certificates in figures")
    expect(page.locator("html[lang=en][dir=ltr]")).to_be_visible()
    female = page.get_by_role("table", name="By gender").locator("[lang=ur]").first
    expect(female).to_have_text("خاتون")
    expect(female).to_have_attribute("dir", "rtl")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_frame_everybody_can_read_it(visit: Visit, scheme: Scheme) -> None:
    page = visit("/dashboard?embed=1", color_scheme=scheme)
    expect(page.get_by_role("definition")).to_have_count(4)
    assert faults(page) == []


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("/dashboard", ["frame-ancestors 'none'", "DENY"]),
        ("/dashboard?embed=1", ["frame-ancestors *", None]),
        ("/verify?embed=1", ["frame-ancestors 'none'", "DENY"]),
    ],
)
def test_only_that_address_may_be_in_a_frame(visit: Visit, address: str, who: list[str | None]) -> None:
    assert visit("/verify").evaluate(FRAMES, address) == who
