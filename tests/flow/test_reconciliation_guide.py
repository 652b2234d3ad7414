"""The commands of docs/reconciliation.md run as they stand there."""

import re
import shlex
from pathlib import Path

import pytest

from tests.contract.test_store_imports import line, text_of
from tests.flow.commands import Run, runner

GUIDE = Path(__file__).parents[2] / "docs" / "reconciliation.md"
COMMANDS = re.findall(r"^pramaan (reconcile .*)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capsys, tmp_path / "data", {})


def test_every_command_does_what_the_guide_says(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text(text_of(*(line(number) for number in range(3))), encoding="utf-8")
    digest = run("reconcile", source, "--json").json["digest"]
    codes = {command: run(*shlex.split(command.replace("DIGEST", digest))).code for command in COMMANDS}
    assert len(codes) > 6
    assert {code for command, code in codes.items() if "DIGEST" in command} == {0}
    assert set(codes.values()) == {0, 1}, "found before, put right after"
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8").count("MISSING") == 3
