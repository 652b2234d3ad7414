"""Files on the administrators' page: sent, looked at, imported, compared with what was issued, and taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.administration import APPROVAL, entered, handed_over, key_for, person
from tests.browser.conftest import Visit
from tests.browser.people import Record
from tests.browser.test_pages import faults
from tests.servers.whole import Whole

CHUNK = 4 * 1024 * 1024
CSV = """beneficiaryId,recipient.name,recipient.mobile,recipient.age,vaccination.name,vaccination.batch,\
vaccination.manufacturer,vaccination.date,vaccination.dose,vaccination.totalDoses,facility.name
F-1,Sample Person 1,9999900001,40,COVISHIELD,FILE-1,Serum Institute of India,01/06/2021,1,2,Sample Hospital
F-2,Sample Person 2,9999900002,41,COVISHIELD,FILE-1,Serum Institute of India,,1,2,Sample Hospital
"""
WATCH_MEMORY = """() => {
  window.largest = 0;
  const read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = function () { largest = Math.max(largest, this.size); return read.call(this); };
}"""
Picture = Callable[[Page], None]


@pytest.fixture(scope="module")
def people() -> list[Record]:
    """Give one a certificate, from which a file differs."""
    return [person(6)]


@pytest.fixture(scope="module")
def variables() -> dict[str, str]:
    """Let few changes need somebody else."""
    return APPROVAL


def test_a_file_is_sent_looked_at_and_imported(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house, "imports", house.source)
    file = {"name": "day.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.get_by_label("File of records").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send the file").click()
    preview = page.get_by_role("region", name="First rows").first
    expect(preview.get_by_role("cell", name="Sample Person 1")).to_be_visible()
    expect(preview.get_by_role("row", name="vaccination.date")).to_be_visible()
    picture(page)
    assert faults(page) == []
    page.get_by_role("button", name="Issue these records").click()
    expect(page.get_by_text("Finished.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Done: 1, failed: 1, of 2")).to_be_visible()
    failed = page.get_by_role("region", name="Rows that failed").first
    expect(failed.get_by_role("row", name="vaccination.date")).to_be_visible()
    picture(page)
    assert faults(page) == []
    with page.expect_download() as coming:
        failed.get_by_role("button", name="Download them").click()
    assert "F-2" in coming.value.path().read_text(encoding="utf-8-sig")
    failed.get_by_role("button", name="Try them once more").click()
    expect(page.get_by_text("Done: 0, failed: 1, of 1")).to_be_visible(timeout=20_000)
    expect(failed.get_by_role("row", name="vaccination.date")).to_be_visible()


def test_a_large_file_is_never_in_memory_as_a_whole(visit: Visit, house: Whole) -> None:
    page = entered(visit, house, "imports", house.source)
    head, row = CSV.splitlines()[:2]
    content = "\n".join([head, *[row] * (CHUNK // len(row) + 1)]).encode()
    page.evaluate(WATCH_MEMORY)
    file = {"name": "large.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("File of records").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("region", name="First rows").first).to_be_visible(timeout=30_000)
    assert len(content) > CHUNK
    assert page.evaluate("largest") == CHUNK


def test_a_file_is_compared_put_right_and_taken_back(visit: Visit, house: Whole, picture: Picture) -> None:
    page = entered(visit, house, "imports")
    row = "A-6,Sample Person Six,9000000106,41,COVISHIELD,SAMPLE-6,Serum Institute of India,01/06/2021,2,2,"
    content = CSV.splitlines()[0] + f"\n{row}Sample Health Centre\n"
    file = {"name": "now.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("File of records").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send the file").click()
    page.get_by_role("button", name="Compare with what was issued").click()
    report = page.get_by_role("region", name="What the comparison found")
    expect(report.get_by_text("recipient.name: Sample Person 6 Sample Person Six")).to_be_visible(timeout=30_000)
    apply = report.get_by_role("button", name="Put right: 1")
    expect(apply).to_be_disabled()
    report.get_by_label("Type the number").fill("1")
    picture(page)
    assert faults(page) == []
    apply.click()
    report.get_by_role("button", name="Take it back").click(timeout=30_000)
    dialog = page.get_by_role("dialog", name="Take it back")
    expect(dialog.get_by_role("listitem")).to_have_text(["correct to the old values: 1"])
    picture(page)
    assert faults(page) == []
    dialog.get_by_role("button", name="Take back: 1").click()
    expect(report.get_by_text("Finished.")).to_have_count(2, timeout=30_000)
    picture(page)


def test_many_changes_are_put_right_by_two(visit: Visit, house: Whole, picture: Picture) -> None:
    first = entered(visit, house, "imports")
    rows = [f"T-{number},Sample Person 8,9000000108,41,COVISHIELD,TWO,Serum,01/06/2021,1,2,S" for number in range(3)]
    content = "\n".join([CSV.splitlines()[0], *rows])
    file = {"name": "many.csv", "mimeType": "text/csv", "buffer": content.encode()}
    first.get_by_label("File of records").set_input_files(file)  # type: ignore[arg-type]
    first.get_by_role("button", name="Send the file").click()
    first.get_by_role("button", name="Compare with what was issued").click()
    put_right(first)
    expect(first.get_by_text("somebody else has to approve")).to_be_visible()
    picture(first)
    assert faults(first) == []
    second = entered(visit, house, handed_over(first), key_for(house, "ADMIN"))
    put_right(second)
    expect(second.get_by_text("Done: 3, failed: 0, of 3")).to_be_visible(timeout=30_000)
    picture(second)


def put_right(page: Page) -> None:
    page.get_by_label("Type the number").fill("3", timeout=30_000)
    page.get_by_role("button", name="Put right: 3").click()
