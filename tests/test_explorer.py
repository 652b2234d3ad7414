"""The GraphiQL page of development: committed as built, loading nothing from elsewhere, with examples that work."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values

from gateway.pages.explorer import FILES, MEDIA_TYPES
from tests.schema_text import public_schema

LINES = [line.split("  ") for line in (FILES / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
SUMS = {name: digest for digest, name in LINES}
PAGE = (FILES / "page.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return public_schema()


def test_the_files_are_those_that_were_built() -> None:
    there = {path.name: path.read_bytes() for path in FILES.iterdir() if path.name != "SHA256SUMS"}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in there.items()} == SUMS
    assert set(there) == {*MEDIA_TYPES, "page.html"}


def test_the_page_names_each_file_with_its_digest_and_nothing_elsewhere() -> None:
    addresses = re.findall(r'(?:src|href)="([^"]*)"', PAGE)
    own = [f"/graphiql/{name}?{SUMS[name][:16]}" for name in MEDIA_TYPES]
    assert sorted(addresses) == sorted([*own, "data:,"])
    assert "//" not in PAGE


def test_the_page_holds_no_script_and_no_style() -> None:
    assert re.findall(r"<script[^>]*>(?!</script>)|<style|\son\w+=|\sstyle=", PAGE) == []


def test_the_style_sheet_loads_nothing() -> None:
    text = (FILES / "explorer.css").read_text(encoding="utf-8")
    assert re.findall(r"@import|@font-face|url\((?!\"?data:|#)", text) == []


def test_the_lock_file_names_no_registry(project: Path) -> None:
    packages = json.loads((project / "web/explorer/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_every_example_has_variables_that_the_schema_accepts(project: Path, schema: GraphQLSchema) -> None:
    variables = json.loads((project / "web/explorer/variables.json").read_text(encoding="utf-8"))
    texts = [path.read_text(encoding="utf-8") for path in (project / "web/operations").glob("*.graphql")]
    operations = [it for text in texts for it in parse(text).definitions if isinstance(it, OperationDefinitionNode)]
    named = {it.name.value: it.variable_definitions or () for it in operations if it.name}
    assert set(variables) <= set(named)
    refused = {
        name: found
        for name, definitions in named.items()
        if isinstance(found := get_variable_values(schema, definitions, variables.get(name, {})), list)
    }
    assert refused == {}


def test_every_caller_is_in_the_panel(project: Path) -> None:
    panel = (project / "web/explorer/examples.jsx").read_text(encoding="utf-8")
    callers = sorted(path.stem for path in (project / "web/operations").glob("*.graphql"))
    assert sorted(re.findall(r'from "\.\./operations/(\w+)\.graphql"', panel)) == callers != []
