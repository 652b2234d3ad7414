"""The operations of web/operations, a file for each caller: for the explorer, and to make typed clients from."""

import re
from collections import Counter
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate

CALLERS = ["admin", "analyst", "anyone", "holder", "partner", "source"]


@pytest.fixture(scope="module")
def schema(project: Path) -> GraphQLSchema:
    return build_schema((project / "schema.graphql").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def texts(project: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (project / "web/operations").iterdir()}


def test_there_is_a_file_for_each_caller(texts: dict[str, str]) -> None:
    assert sorted(texts) == CALLERS


@pytest.mark.parametrize("caller", CALLERS)
def test_the_schema_accepts_each(schema: GraphQLSchema, texts: dict[str, str], caller: str) -> None:
    assert [str(error) for error in validate(schema, parse(texts[caller]))] == []


@pytest.mark.parametrize("caller", CALLERS)
def test_each_says_what_it_is_for(texts: dict[str, str], caller: str) -> None:
    before = re.findall(r"^(.*)\n(?:query|mutation|subscription) (\w+)", texts[caller], re.MULTILINE)
    assert texts[caller].startswith("# For ")
    assert before
    assert [name for comment, name in before if not comment.startswith("# ")] == []


def test_no_two_have_the_same_name(texts: dict[str, str]) -> None:
    operations = [it for text in texts.values() for it in parse(text).definitions]
    names = [it.name.value for it in operations if isinstance(it, OperationDefinitionNode) and it.name]
    assert len(names) == len(operations)
    assert [name for name, times in Counter(names).items() if times > 1] == []
