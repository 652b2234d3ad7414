"""The built package holds what the code needs, and every entry point leads somewhere."""

import re
import sys
import tomllib
from importlib.metadata import EntryPoint, packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import DOORS, modules, reached

CONFIGURATION = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = CONFIGURATION["project"]
COMMANDS: dict[str, str] = PROJECT["entry-points"]["pramaan.commands"]

BY_NAME_ONLY = {
    "aiosqlite",  # SQLAlchemy loads its drivers by URL
    "asyncpg",
    "tzdata",  # zoneinfo reads it where the system has none
}


def test_the_wheel_lists_every_package() -> None:
    assert set(CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(DOORS)


@pytest.mark.parametrize("name", [*COMMANDS, "pramaan"])
def test_every_command_can_be_loaded(name: str) -> None:
    target = {**COMMANDS, **PROJECT["scripts"]}[name]
    assert callable(EntryPoint(name, target, "pramaan.commands").load())


def test_every_package_says_that_it_is_typed(project: Path) -> None:
    assert [name for name in DOORS if not (project / name / "py.typed").exists()] == []


def test_what_the_code_imports_is_declared_and_the_other_way_round(project: Path) -> None:
    imported = {name for module in modules(project, *DOORS) for name in reached(module)}
    outside = imported - set(DOORS) - sys.stdlib_module_names
    distributions = packages_distributions()
    used = {_normal(one) for name in outside for one in distributions[name]}
    extras = [requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra]
    declared = {_normal(re.split(r"[\[<>=]", requirement)[0]) for requirement in [*PROJECT["dependencies"], *extras]}
    assert used - declared == set(), "imported, but not declared"
    assert declared - used - BY_NAME_ONLY == set(), "declared, but not imported"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
