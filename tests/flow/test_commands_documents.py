"""`pramaan documents`: one ZIP for a file of ids, through a gateway and from the store."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from gateway.commands.demo.running import running_gateway
from gateway.commands.demo.story import Actors
from tests.flow.commands import Run, runner
from tests.flow.house import ISSUE, record
from tests.flow.test_commands_issue import file, own


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actors]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as actors:
        yield actors
    structlog.reset_defaults()


def listed(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "ids.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    return path


def outcomes(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert all(archive.read(name) for name in archive.namelist())
        manifest = io.StringIO(archive.read("manifest.csv").decode())
    return [row["outcome"] for row in csv.DictReader(manifest)]


def test_from_the_store(run: Run, tmp_path: Path) -> None:
    issued = run("issue", file(tmp_path, [own(1), own(2)]), "--sign-here", "--json").json["certificates"]
    ids = listed(tmp_path, "name,certificateId", *(f"Sample,{one['id']}" for one in issued))
    out = tmp_path / "x.zip"
    done = run("documents", ids, "--out", out, "--language", "ta", "--layout", "slip")
    assert (done.code, done.out) == (0, f"2 of 2 documents are in {out}.\n")
    assert outcomes(out) == ["INCLUDED", "INCLUDED"]
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist()[0] == f"certificate-{issued[0]['id']}-ta-slip.pdf"


def test_some_that_are_not_there(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.zip"
    done = run("documents", listed(tmp_path, "1UNKNOWN"), "--out", out)
    assert (done.code, done.out) == (1, f"0 of 1 documents are in {out}.\n")
    assert outcomes(out) == ["NOT_FOUND"]


def test_through_a_gateway(run: Run, tmp_path: Path, gateway: Actors) -> None:
    given: dict[str, Any] = {"recordsJson": [record()], "waitMs": 10_000}
    [result] = gateway.source.ask(ISSUE, input=given)["issueCertificates"]["results"]
    out = tmp_path / "x.zip"
    ids = listed(tmp_path, result["certificate"]["id"], "1UNKNOWN")
    done = run(
        "documents", ids, "--out", out, "--format", "svg", "--url", gateway.source.url, "--key", gateway.source.key
    )
    assert (done.code, done.out) == (1, f"1 of 2 documents are in {out}.\n")
    assert outcomes(out) == ["INCLUDED", "NOT_FOUND"]


@pytest.mark.parametrize("lines", [[""], ["certificateId"], ["name,certificateId", "Sample,"]])
def test_a_file_without_ids(run: Run, tmp_path: Path, lines: list[str]) -> None:
    done = run("documents", listed(tmp_path, *lines), "--out", tmp_path / "x.zip")
    assert done.code != 0
    assert "names no certificate" in done.err
    assert not (tmp_path / "x.zip").exists()


def test_a_zip_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    done = run("documents", listed(tmp_path, "1UNKNOWN"), "--out", tmp_path / "none" / "x.zip")
    assert done.code != 0
    assert "--out" in done.err
