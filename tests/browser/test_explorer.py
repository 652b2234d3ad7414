"""The explorer of a sandbox: examples by caller, each put into the editor, and one run with a partner's key."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.servers.whole import greeted

EXAMPLE_OF = {
    "Anyone": "Issuer",
    "Partner app": "LatestCertificate",
    "Source system": "IssueCertificates",
    "Admin": "FindPeople",
    "Analyst": "Figures",
    "Holder": "RequestOneTimeCode",
}
WIDE = {"width": 1400, "height": 900}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Take the place of the gateway: a sandbox and its partner's key."""
    with greeted(tmp_path_factory.mktemp("sandbox"), "sandbox", "--port", "0") as (greeting, _):
        exported = dict(re.findall(r"^export ([A-Z]+)=(\S+)$", greeting, re.MULTILINE))
        yield exported["BASE"], exported["PARTNER"]


def opened(page: Page, caller: str, operation: str) -> None:
    panel = page.get_by_role("region", name="Examples")
    if not panel.get_by_role("button", name=operation, exact=True).is_visible():
        panel.get_by_text(caller, exact=True).click()
    panel.get_by_role("button", name=operation, exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_example_of_each_caller_is_put_into_the_editor(
    visit: Visit, picture: Callable[[Page], None], scheme: str
) -> None:
    page = visit("/graphql", viewport=WIDE, color_scheme=scheme)
    for caller, operation in EXAMPLE_OF.items():
        opened(page, caller, operation)
        expect(page.locator(".graphiql-query-editor")).to_contain_text(re.compile(rf"(query|mutation) {operation}\b"))
    picture(page)
    variables = page.get_by_role("region", name="Variables")
    page.get_by_role("button", name="Variables", exact=True).click()
    expect(variables).to_contain_text('"mobile": "+919999900001"')


def test_a_partner_runs_an_example(visit: Visit, served: tuple[str, str], picture: Callable[[Page], None]) -> None:
    page = visit("/graphql", viewport=WIDE)
    opened(page, "Partner app", "LatestCertificate")
    page.locator('[aria-label="Headers"] .CodeMirror:visible').click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(json.dumps({"Authorization": f"Bearer {served[1]}"}))
    page.get_by_role("button", name=re.compile("Execute query")).click()
    answer = page.locator(".result-window")
    expect(answer).to_contain_text('"status": "ISSUED"')
    expect(answer).to_contain_text('"dose": 2')
    picture(page)
