"""The administrators' page: a way in, what each scope shows, and that every act which ends something says so before."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from gateway.commands.graphql_client import Gateway
from tests.browser.conftest import Visit
from tests.browser.test_certificates import ISSUE, record
from tests.browser.test_pages import faults
from tests.servers.provider import provider
from tests.servers.whole import Whole, whole

DESKTOP = {"width": 1280, "height": 900}
SECTIONS = ["search", "keys", "audit"]
NEW_CLIENT = """mutation($scopes: [Scope!]!) { createClient(input: {name: "analyst", scopes: $scopes}) { key } }"""
Picture = Callable[[Page], None]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with provider() as here:
        more = {
            "PRAMAAN_OIDC_ISSUER": here.issuer,
            "PRAMAAN_OIDC_AUDIENCE": "pramaan",
            "PRAMAAN_OIDC_CLIENT_ID": "pages",
        }
        with whole(tmp_path_factory.mktemp("house"), more) as running:
            people = [record(f"A-{number}", f"Sample Person {number}", f"+91900000010{number}") for number in range(8)]
            for number, one in enumerate(people):
                one["vaccination"]["batch"] = f"SAMPLE-{number}"
            first = record("A-2", "Sample Person 2", "+919000000102")
            first["vaccination"] |= {"dose": 1, "date": "2021-03-01T10:00:00+05:30", "batch": "SAMPLE-2"}
            answer = Gateway(running.url, running.source).ask(ISSUE, records=[*people, first])
            results = answer["issueCertificates"]["results"]
            assert [one["certificate"]["status"] for one in results] == ["ISSUED"] * 9
            yield running


@pytest.fixture(scope="module")
def served(house: Whole) -> tuple[str, str]:
    """Take the place of the gateway without a worker."""
    return house.url, house.source


def entered(visit: Visit, house: Whole, section: str = "", key: str = "", **options: object) -> Page:
    """Come in with a key, the admin's where none is given."""
    page = visit(f"/admin#{section}", **{"viewport": DESKTOP, **options})
    page.get_by_label("Client key").fill(key or house.admin)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    return page


def found(page: Page, number: int) -> None:
    """Look a sample person up by the number."""
    page.get_by_label("Number or id").fill(f"900000010{number}")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("article", name=f"Sample Person {number}")).to_be_visible()


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(
    visit: Visit, house: Whole, picture: Picture, section: str, scheme: Literal["light", "dark"]
) -> None:
    page = entered(visit, house, section, color_scheme=scheme)
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    expect(page.get_by_text("One moment")).to_have_count(0)
    picture(page)
    assert faults(page) == []


def test_a_wrong_key_is_refused(visit: Visit, picture: Picture) -> None:
    page = visit("/admin")
    page.route("**/graphql", lambda route: route.fulfill(json={"data": {"viewer": None}}))
    page.get_by_label("Client key").fill("pramaan_wrong")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_contain_text("not let in")
    picture(page)


def test_a_certificate_is_corrected_and_the_difference_seen(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house)
    found(page, 1)
    picture(page)
    page.get_by_role("link", name="2/2").click()
    page.get_by_text("Correct this certificate").click()
    page.get_by_role("textbox", name="Beneficiary Name").fill("Sample Person One")
    expect(page.get_by_text("Fields changed: 1")).to_be_visible()
    page.get_by_role("button", name="Issue the corrected version").click()
    second = page.get_by_role("region", name="Version 2").first
    expect(second.get_by_role("row", name="recipient.name Sample Person 1 Sample Person One")).to_be_visible()
    expect(page.get_by_role("article", name="Sample Person One").get_by_text("Issued")).to_be_visible()
    page.get_by_role("button", name="Show the document").click()
    expect(page.get_by_role("img", name="Picture of the document")).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_the_dialog_says_what_ends(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house)
    found(page, 2)
    page.get_by_role("button", name="Revoke all doses").click()
    dialog = page.get_by_role("dialog")
    for dose in ("1/2", "2/2"):
        expect(dialog.get_by_role("listitem").filter(has_text=f"Dose {dose} · COVISHIELD · SAMPLE-2")).to_be_visible()
    dialog.get_by_label("Reason").select_option("WRONG_PERSON")
    picture(page)
    assert faults(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Issued")).to_have_count(2)
    page.get_by_role("link", name="1/2").click()
    page.get_by_role("button", name="Revoke this certificate").click()
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("button", name="Revoke for good: 1").click()
    expect(page.get_by_text("Issued in error")).to_be_visible()
    expect(page.get_by_role("button", name="Revoke this certificate")).to_have_count(0)


def test_the_audit_shows_the_search(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house)
    found(page, 3)
    page.get_by_role("link", name="Audit").click()
    page.get_by_label("Act").fill("search")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("cell", name="search", exact=True).first).to_be_visible()
    expect(page.get_by_role("cell", name="read", exact=True)).to_have_count(0)
    picture(page)


def test_figures_alone_show_no_section_that_acts(visit: Visit, house: Whole, picture: Picture) -> None:
    made = Gateway(house.url, house.admin).ask(NEW_CLIENT, scopes=["STATS"])
    page = entered(visit, house, "audit", made["createClient"]["key"])
    sections = page.get_by_role("navigation", name="Sections").get_by_role("link")
    assert sections.all_inner_texts() == ["Keys"]
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    picture(page)


def test_a_person_logs_in_with_the_provider(visit: Visit, house: Whole, picture: Picture) -> None:
    page = visit("/admin#keys", viewport=DESKTOP)
    picture(page)
    page.get_by_role("button", name="Log in with").click()
    expect(page.get_by_text("Sample Person 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert "code=" not in page.url
    assert page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage))") == ["language"]


def test_a_login_that_did_not_begin_here_is_refused(visit: Visit, house: Whole) -> None:
    page = visit("/admin?code=stolen&state=another")
    expect(page.get_by_role("alert")).to_contain_text("not let in")
    assert "code=" not in page.url
