"""What docs/source-systems.md says is so: its examples run as they stand, its table names every address."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gateway.doors.source.answers import BASE
from gateway.doors.source.routes import DESCRIBED
from tests.servers.gateway import gateway
from tests.servers.missing import missing


@pytest.fixture(scope="module")
def guide(project: Path) -> str:
    return (project / "docs" / "source-systems.md").read_text(encoding="utf-8")


def test_the_examples(guide: str, tmp_path: Path) -> None:
    bash, curl = shutil.which("bash"), shutil.which("curl") or missing("curl", "install the Debian package curl")
    assert bash
    assert curl
    examples = [block for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) if "curl -s" in block]
    with gateway(tmp_path) as (address, key):
        environment = {**os.environ, "BASE": address + BASE, "KEY": key}
        certified, corrected, uploaded, listed, errors, revoked = [
            _answer(bash, example, environment, tmp_path) for example in examples
        ]
    [first] = certified["results"]
    assert (first["kind"], first["error"]) == ("INTERNATIONAL", None)
    assert corrected["results"][0]["certificateId"] not in {None, first["certificateId"]}
    assert uploaded["totalRecords"] == 2
    assert [(one["TotalRecords"], one["TotalErrorRows"]) for one in listed] == [(2, 1)]
    assert [row["preEnrollmentCode"] for row in errors["errorRows"]] == ["20000000000003"]
    assert corrected["results"][0]["certificateId"] in revoked["certificates"]


def _answer(bash: str, example: str, environment: dict[str, str], directory: Path) -> Any:  # noqa: ANN401 - JSON
    done = subprocess.run([bash, "-ec", example], env=environment, cwd=directory, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_the_table_names_every_address_and_no_other(guide: str) -> None:
    table = guide[guide.index("| address |") :].split("\n\n", 1)[0]
    shown = {
        path.partition("?")[0].removeprefix(BASE)
        for row in table.splitlines()[2:]
        for path in re.findall(r"(/[\w./{}]+)", row.split("|")[1])
    }
    there = {re.sub(r"\{\w*(code|id)\}", r"{\1}", one.path.removeprefix(BASE).rstrip("/")) for one in DESCRIBED}
    assert shown == there
