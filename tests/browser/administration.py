"""Ways of administrators that several tests go: in, and over to whoever approves."""

from playwright.sync_api import Page, expect

from gateway.commands.graphql_client import Gateway
from tests.browser.conftest import Visit
from tests.browser.people import Record, record
from tests.servers.whole import Whole

DESKTOP = {"width": 1280, "height": 900}
APPROVAL = {"PRAMAAN_APPROVAL_ABOVE": "2"}
NEW_CLIENT = """mutation($scopes: [Scope!]!) { createClient(input: {name: "analyst", scopes: $scopes}) { key } }"""


def person(number: int) -> Record:
    return record(f"A-{number}", f"Sample Person {number}", f"+91900000010{number}", batch=f"SAMPLE-{number}")


def entered(visit: Visit, house: Whole, section: str = "", key: str = "", **options: object) -> Page:
    """Come in with a key, the admin's where none is given."""
    page = visit(f"/admin#{section}", **{"viewport": DESKTOP, **options})
    page.get_by_label("Client key").fill(key or house.admin)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    return page


def key_for(house: Whole, scope: str) -> str:
    return str(Gateway(house.url, house.admin).ask(NEW_CLIENT, scopes=[scope])["createClient"]["key"])


def handed_over(page: Page) -> str:
    """Return what the link for whoever approves has behind its `#`."""
    link = page.get_by_role("link", name="Link for whoever approves").get_attribute("href") or ""
    return link.partition("#")[2]
