"""The administrators' page: a way in, what each scope shows, and that every act which ends something says so before."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from gateway.commands.graphql_client import Gateway
from tests.browser.administration import APPROVAL, DESKTOP, entered, handed_over, key_for, person
from tests.browser.conftest import PHONE, Visit
from tests.browser.people import Record, record
from tests.browser.test_pages import faults
from tests.servers.provider import provider
from tests.servers.whole import Whole

MANY = "SAMPLE-MANY"
SECTIONS = ["search", "issue", "reach", "corrections", "imports", "clients", "keys", "templates", "audit", "givenUp"]
CODE = "mutation($mobile: MobileNumber!) { requestOneTimeCode(input: {mobile: $mobile}) { expiresInSeconds } }"
TOKEN = """mutation($mobile: MobileNumber!, $code: String!) {
  confirmOneTimeCode(input: {mobile: $mobile, code: $code}) { people { token } } }"""
WISH = """mutation($id: ID!) { requestCorrection(input: {certificateId: $id, note: "Another spelling",
  recipient: {name: "Sample Person Four"}}) { request { id } userErrors { message } } }"""
OWN = "{ viewer { beneficiary { latestCertificate { id } } } }"
GIVE_UP = """INSERT INTO dead_letters
  SELECT shard, 'index_contacts', id, 'a sample fault', 1700000000000000 FROM certificates ORDER BY id LIMIT 3"""
Picture = Callable[[Page], None]


@pytest.fixture(scope="module")
def people() -> list[Record]:
    """Give each a number and a batch of their own, and the third two doses."""
    first = record(
        "A-2", "Sample Person 2", "+919000000102", dose=1, date="2021-03-01T10:00:00+05:30", batch="SAMPLE-2"
    )
    many = [record(f"M-{number}", "Sample Person 9", "+919000000109", batch=MANY) for number in range(3)]
    return [*(person(number) for number in range(8)), first, *many]


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    with provider() as here:
        yield {
            "PRAMAAN_OIDC_ISSUER": here.issuer,
            "PRAMAAN_OIDC_AUDIENCE": "pramaan",
            "PRAMAAN_OIDC_CLIENT_ID": "pages",
            **APPROVAL,
        }


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
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    picture(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
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


@pytest.mark.parametrize(
    ("scope", "sections"),
    [
        ("STATS", ["Keys"]),
        ("FETCH", ["Keys"]),
        ("JOBS", ["Keys"]),
        ("ISSUE", ["Search", "Issue", "Imports", "Keys"]),
        ("REVOKE", ["Search", "Revoke many", "Keys"]),
        ("RECONCILE", ["Imports", "Keys"]),
    ],
)
def test_each_scope_shows_its_sections_alone(visit: Visit, house: Whole, scope: str, sections: list[str]) -> None:
    page = entered(visit, house, "audit", key_for(house, scope))
    assert page.get_by_role("navigation", name="Sections").get_by_role("link").all_inner_texts() == sections
    expect(page.get_by_role("heading", level=2)).to_have_text(sections[0])


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


def test_one_record_is_issued(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house, "issue", house.source)
    given = {
        "beneficiaryId": "N-1",
        "recipient.mobile": "9000000200",
        "recipient.name": "Sample Person 20",
        "recipient.age": "30",
        "recipient.gender": "Male",
        "vaccination.name": "COVAXIN",
        "vaccination.manufacturer": "Bharat Biotech",
        "vaccination.batch": "NEW-1",
        "vaccination.date": "2021-07-01",
        "facility.name": "Sample Health Centre",
    }
    for name, value in given.items():
        page.locator(f"[name='{name}']").fill(value)
    picture(page)
    page.get_by_role("button", name="Issue the certificate").click()
    card = page.get_by_role("article", name="Sample Person 20")
    expect(card.get_by_text("Issued")).to_be_visible()
    expect(card.get_by_text("1/2")).to_be_visible()


def test_reach_is_counted_typed_and_followed(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house, "reach")
    page.get_by_label("Batch", exact=True).fill("sample-5")
    page.get_by_role("button", name="Count what it reaches").click()
    result = page.get_by_role("region", name="What it reaches")
    expect(result.get_by_text("It reaches 1 certificates")).to_be_visible()
    expect(result.get_by_role("cell", name="SAMPLE-5")).to_be_visible()
    confirm = result.get_by_role("button", name="Revoke for good: 1")
    result.get_by_label("Type the number").fill("2")
    expect(confirm).to_be_disabled()
    result.get_by_label("Type the number").fill("1")
    picture(page)
    assert faults(page) == []
    confirm.click()
    expect(result.get_by_text("Done: 1")).to_be_visible(timeout=30_000)
    picture(page)
    page.get_by_role("link", name="Search").click()
    found(page, 5)
    expect(page.get_by_role("cell", name="Revoked")).to_be_visible()


def test_many_are_revoked_by_two(visit: Visit, house: Whole, picture: Picture) -> None:
    first = entered(visit, house, "reach")
    first.get_by_label("Batch", exact=True).fill(MANY)
    confirmed(first)
    expect(first.get_by_text("somebody else has to approve")).to_be_visible()
    expect(first.get_by_text("It waits for approval.")).to_be_visible()
    picture(first)
    assert faults(first) == []
    second = entered(visit, house, handed_over(first), key_for(house, "ADMIN"))
    expect(second.get_by_label("Batch", exact=True)).to_have_value(MANY)
    confirmed(second)
    expect(second.get_by_text("Finished.")).to_be_visible(timeout=90_000)  # it looks again until all has settled
    expect(second.get_by_text("Done: 3")).to_be_visible()


def confirmed(page: Page) -> None:
    """Count what the batch of many reaches, and confirm the number."""
    page.get_by_role("button", name="Count what it reaches").click()
    page.get_by_label("Type the number").fill("3")
    page.get_by_role("button", name="Revoke for good: 3").click()


def wish(house: Whole, mobile: str) -> None:
    """Ask for a correction, as the holder."""
    Gateway(house.url, house.admin).ask(CODE, mobile=mobile)
    people = Gateway(house.url, house.admin).ask(TOKEN, mobile=mobile, code=house.code_for(mobile))
    holder = Gateway(house.url, people["confirmOneTimeCode"]["people"][0]["token"])
    wished = holder.ask(WISH, id=holder.ask(OWN)["viewer"]["beneficiary"]["latestCertificate"]["id"])
    if wished["requestCorrection"]["userErrors"]:
        raise RuntimeError(wished)


def test_a_correction_is_decided(visit: Visit, house: Whole, picture: Picture) -> None:
    wish(house, "+919000000104")
    page = entered(visit, house, "corrections")
    expect(page.get_by_role("row", name="recipient.name Sample Person 4 Sample Person Four")).to_be_visible()
    expect(page.get_by_text("Another spelling")).to_be_visible()
    picture(page)
    assert faults(page) == []
    page.get_by_role("button", name="Accept and correct").click()
    expect(page.get_by_text("There is nothing here.")).to_be_visible()
    page.get_by_label("State").select_option("ACCEPTED")
    expect(page.get_by_text("Another spelling")).to_be_visible()


def test_a_correction_is_refused_with_a_reason(visit: Visit, house: Whole, picture: Picture) -> None:
    wish(house, "+919000000107")
    page = entered(visit, house, "corrections")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Another spelling")).to_be_visible()
    page.get_by_label("Reason, which the holder reads").fill("The passport says otherwise.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("There is nothing here.")).to_be_visible()
    page.get_by_label("State").select_option("REFUSED")
    expect(page.get_by_text("Answer: The passport says otherwise.")).to_be_visible()
    picture(page)
    assert faults(page) == []


def test_a_client_is_made_and_ended(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house, "clients")
    page.get_by_text("A new client").click()
    page.get_by_label("Name", exact=True).fill("sample-app")
    page.get_by_label("fetch with a proof of the person").check()
    picture(page)
    assert faults(page) == []
    page.get_by_role("button", name="Create the client").click()
    key = page.get_by_role("region", name="The new key").get_by_text("pramaan_").inner_text()
    assert Gateway(house.url, key).ask("{ viewer { name } }")["viewer"]["name"] == "sample-app"
    picture(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    assert faults(page) == []
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_text(key)).to_have_count(0)
    page.get_by_role("button", name="End the key of sample-app").click()
    dialog = page.get_by_role("dialog", name="End the key of sample-app")
    expect(dialog).to_contain_text("It may now: fetch with a proof of the person")
    picture(page)
    assert faults(page) == []
    dialog.get_by_role("button", name="End it for good").click()
    expect(page.get_by_role("row", name="sample-app").get_by_text("Ended")).to_be_visible()


def test_a_sample_of_a_template_is_shown(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house, "templates")
    page.get_by_label("Layout").select_option("CARD")
    page.get_by_label("Language of the document").select_option("hi")
    page.get_by_role("button", name="Show a sample").click()
    expect(page.get_by_role("img", name="Page of a sample")).to_be_visible(timeout=20_000)
    picture(page)


def test_what_was_given_up_is_tried_again(visit: Visit, house: Whole, picture: Picture) -> None:
    [database] = house.printed.parent.rglob("*.db")
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute(GIVE_UP)
    page = entered(visit, house, "givenUp")
    rows = page.get_by_role("row").filter(has_text="a sample fault")
    expect(rows).to_have_count(3)
    rows.first.get_by_role("button", name="Try again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    picture(page)
    assert faults(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(rows).to_have_count(3)
    rows.first.get_by_role("button", name="Try again").click()
    dialog.get_by_role("button", name="Try again: 1").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Try all 2 again").click()
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name="Try again: 2").click()
    expect(page.get_by_text("There is nothing here.")).to_be_visible()
