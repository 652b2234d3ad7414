"""What the README says is so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate

from backends import callback_settings, door_settings, oidc_settings, settings
from backends.variables import Variable
from tests.schema_text import public_schema


@pytest.fixture
def readme(project: Path) -> str:
    return (project / "README.md").read_text(encoding="utf-8")


def test_the_schema_accepts_the_queries_shown(readme: str) -> None:
    examples = re.findall(r"^gql [^\n]*<<'EOF'\n(.*?)^EOF$", readme, re.MULTILINE | re.DOTALL)
    assert len(examples) >= 5
    schema = public_schema()
    assert [str(error) for example in examples for error in validate(schema, parse(example))] == []


def test_the_configuration_table_names_every_variable_and_no_other(readme: str) -> None:
    table = readme[readme.index("| `PRAMAAN_...` |") :].split("\n\n", 1)[0]
    shown = {name for row in table.splitlines()[2:] for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    modules = (settings, door_settings, callback_settings, oidc_settings)
    assert shown == {it.name for module in modules for it in vars(module).values() if isinstance(it, Variable)}


def test_every_make_target_and_file_shown_exists(readme: str, project: Path) -> None:
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(_make_targets(readme)) <= targets
    links = re.findall(r"\]\(([^)]+)\)", readme)
    assert links
    assert [link for link in links if "://" not in link and not (project / link).exists()] == []


def _make_targets(readme: str) -> Iterator[str]:
    for line in re.findall(r"^    make ([a-z]+)|`make ([a-z ]+)`", readme, re.MULTILINE):
        yield from " ".join(line).split()
