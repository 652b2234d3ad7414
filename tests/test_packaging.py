"""The built package holds what the code needs, and every entry point leads somewhere."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import DOORS

CONFIGURATION = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = CONFIGURATION["project"]
COMMANDS: dict[str, str] = PROJECT["entry-points"]["pramaan.commands"]


def test_the_wheel_lists_every_package() -> None:
    assert set(CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(DOORS)


@pytest.mark.parametrize("name", [*COMMANDS, "pramaan"])
def test_every_command_can_be_loaded(name: str) -> None:
    target = {**COMMANDS, **PROJECT["scripts"]}[name]
    assert callable(EntryPoint(name, target, "pramaan.commands").load())


def test_every_package_says_that_it_is_typed(project: Path) -> None:
    assert [name for name in DOORS if not (project / name / "py.typed").exists()] == []
