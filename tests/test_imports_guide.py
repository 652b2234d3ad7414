"""What docs/imports.md says is so: its examples run as they stand, its tables of cells and forms are what is read."""

import json
import re
import shutil
from pathlib import Path

import pytest

from credential.formats import cells
from credential.formats.sample_csv import CsvForm
from tests.guides import commands, run
from tests.servers.gateway import gateway
from tests.servers.missing import missing
from tests.servers.whole import whole


@pytest.fixture(scope="module")
def guide(project: Path) -> str:
    return (project / "docs" / "imports.md").read_text(encoding="utf-8")


def test_the_examples_of_uploading(guide: str, tmp_path: Path) -> None:
    for tool in ("curl", "openssl", "split"):
        assert shutil.which(tool) or missing(tool, f"install the Debian package of {tool}")
    part = guide[guide.index("## Sending a file") :].split("\n## ", 1)[0]
    examples = [block for block, _ in commands(part) if "curl -s" in block]
    with gateway(tmp_path) as (address, key):
        announced, sent, seen = map(json.loads, run(examples, {"BASE": address, "KEY": key}, tmp_path))
    assert announced["data"]["createUpload"]["userErrors"] == []
    assert (sent["complete"], sent["missing"]) == (True, [])
    assert (seen["data"]["upload"]["complete"], seen["data"]["upload"]["preview"]["template"]) == (True, "OURS")
    good, bad = seen["data"]["upload"]["preview"]["rows"]
    assert (good["record"]["beneficiaryId"], good["error"]) == ("30000000000001", None)
    assert (bad["line"], bad["record"], bad["error"]["message"]) == (3, None, cells.MONTH_FIRST)
    assert bad["error"]["path"] == ["vaccination.date"]


def test_the_whole_guide_from_file_to_proof(guide: str, tmp_path: Path) -> None:
    blocks = [block for block, _ in commands(guide[guide.index("## Sending a file") :]) if "export KEY" not in block]
    with whole(tmp_path) as house:
        printed = "".join(run(blocks, {"BASE": house.url, "KEY": house.source}, tmp_path))
    assert '"state":"FINISHED"' in printed.replace(" ", "")
    assert "Row 0 of 2" in printed
    errors = (tmp_path / "errors.csv").read_text(encoding="utf-8")
    assert "30000000000002" in errors
    assert "vaccination.date" in errors


@pytest.mark.parametrize("form", list(CsvForm))
def test_every_template_is_named(guide: str, form: CsvForm) -> None:
    assert f"`form={form}`" in guide


def test_the_dates_of_the_table_are_read_as_it_says(guide: str) -> None:
    row = next(row for row in guide.splitlines() if "the day comes first" in row)
    written = re.findall(r"`([^`]+)`", row.split("|")[1])
    assert len(written) >= 5
    assert {cells.day(cell) for cell in written} == {"2021-06-01"}
