"""Running `pramaan` inside the test's process: fast, and with everything it prints."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from gateway.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        return json.loads(self.out)


Run = Callable[..., Done]


def runner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data_dir: Path, settings: Mapping[str, str]
) -> Run:
    """Return a function that runs a command line in a data directory of its own."""
    monkeypatch.setenv("PRAMAAN_DATA_DIR", str(data_dir))
    monkeypatch.setenv("COLUMNS", "120")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str | Path) -> Done:
        _silence()
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        _silence()
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


def _silence() -> None:
    """Let a gateway in this process log nowhere while no command runs: its last line may come late."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
