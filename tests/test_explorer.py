"""The GraphiQL page of development: committed as built, loading nothing from elsewhere, with examples that work."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
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


@pytest.mark.parametrize("name", ["public", "issue"])
def test_the_schema_accepts_the_examples(project: Path, schema: GraphQLSchema, name: str) -> None:
    examples = project / "web/explorer/examples"
    text = (examples / f"{name}.graphql").read_text(encoding="utf-8")
    document = parse(text)
    assert validate(schema, document) == []
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    given = examples / f"{name}.variables.txt"
    variables = json.loads(given.read_text(encoding="utf-8")) if given.exists() else {}
    assert not isinstance(get_variable_values(schema, operation.variable_definitions or (), variables), list)
