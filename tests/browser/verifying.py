"""What tests of /verify share: a page that knows keys and lists at a certain time, and ways to show it things."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.interop.portal.sides import Case, Json, kept
from tests.status_samples import listed_as

FILE = "Picture or PDF of a certificate"


def knowing(case: Case) -> Callable[[Page], None]:
    """Return what makes a page be told the keys and lists of a case, at the time of it.

    Such a page has no service worker, which would ask past what is routed here.
    """
    given = kept(case)
    answers: dict[str, Json] = {
        "/graphql": {"data": {"issuer": {"keys": given["keys"]}, "trustedIssuers": given["trust"]}},
        "/status?**": {"lists": list(map(listed_as, case.lists)), "next": None},
    }

    def prepare(page: Page) -> None:
        page.add_init_script("delete Navigator.prototype.serviceWorker")
        page.clock.set_fixed_time(case.now)
        for address, answer in answers.items():
            page.route(f"**{address}", _answering(answer))

    return prepare


def _answering(answer: Json) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=answer)


def ready(page: Page) -> Page:
    """Wait until keys and lists are kept."""
    expect(page.locator("[data-ready=true]")).to_be_visible()
    return page


def pasted(page: Page, text: str) -> None:
    page.get_by_text("Paste the text of a certificate").click()
    page.get_by_label("Text of the certificate").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()


def shown(page: Page, image: Image.Image, path: Path) -> None:
    image.save(path)
    page.get_by_label(FILE).set_input_files(path)


def dropped(page: Page, name: str, content: str, times: int = 1) -> None:
    """Drop a file of text, repeated so many times, as from a folder of the reader's."""
    transfer = page.evaluate_handle(
        """([name, content, times]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([content.repeat(times)], name, { type: "application/json" }));
          return transfer;
        }""",
        [name, content, times],
    )
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})


def verdict(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=2, name=words, exact=True)).to_be_visible()
