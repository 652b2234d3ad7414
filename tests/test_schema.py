"""schema.graphql is the printed truth: it never drifts, every part of it is described, and
every field has a rule that says who may ask for it.
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    graphql_sync,
    is_introspection_type,
    is_specified_scalar_type,
)

from credential.access import Caller, Scope
from resolvers import permissions
from resolvers.errors import Refused
from tests.schema_text import public_schema, schema_text

type_kinds = GraphQLObjectType | GraphQLInterfaceType


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """Yield the coordinates of types, fields, arguments and enum values without a description."""
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            yield name
        for member, description in _members(kind):
            if not description:
                yield f"{name}.{member}"


def _members(kind: object) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, GraphQLEnumType):
        yield from ((name, value.description) for name, value in kind.values.items())
    elif isinstance(kind, GraphQLInputObjectType):
        yield from ((name, field.description) for name, field in kind.fields.items())
    elif isinstance(kind, type_kinds):
        for name, field in kind.fields.items():
            yield name, field.description
            yield from ((f"{name}({argument}:)", it.description) for argument, it in field.args.items())


def test_schema_graphql_is_what_the_code_prints(project: Path) -> None:
    assert (project / "schema.graphql").read_text(encoding="utf-8") == schema_text(), "run `make schema`"


def test_everything_is_described() -> None:
    assert list(undescribed(public_schema())) == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('"q" type Query { a: Int }', "Query.a"),
        ('type Query { "a" a: Int }', "Query"),
        ('"q" type Query { "a" a(b: Int): Int }', "Query.a(b:)"),
        ('"q" type Query { "a" a: E } "e" enum E { "x" X Y }', "E.Y"),
        ('"q" type Query { "a" a("b" b: I): Int } "i" input I { x: Int }', "I.x"),
    ],
)
def test_a_missing_description_is_noticed(planted: str, found: str) -> None:
    assert list(undescribed(build_schema(planted))) == [found]


def without_rule(schema: GraphQLSchema) -> Iterator[str]:
    """Yield the object fields that no rule speaks of; root fields need a rule of their own."""
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind):
            for member in kind.fields:
                own = f"{name}.{member}" in permissions.FIELDS
                root = name in {"Query", "Mutation", "Subscription"}
                if permissions.rule_of(name, member) is None or (root and not own):
                    yield f"{name}.{member}"


def test_every_field_has_a_rule() -> None:
    assert list(without_rule(public_schema())) == []


def test_a_field_without_a_rule_is_noticed() -> None:
    planted = build_schema("type Query { viewer: Loot, all: [Int] } type Loot { gold: Int }")
    assert list(without_rule(planted)) == ["Query.all", "Loot.gold"]


def test_no_rule_speaks_of_what_is_gone() -> None:
    kinds = {name: kind for name, kind in public_schema().type_map.items() if isinstance(kind, GraphQLObjectType)}
    fields = {f"{name}.{member}" for name, kind in kinds.items() for member in kind.fields}
    assert set(permissions.FIELDS) - fields == set()
    assert permissions.REACHED - set(kinds) == set()


def test_a_field_without_a_rule_is_refused_to_everybody() -> None:
    planted = build_schema("type Query { all: Int }")
    assert planted.query_type is not None
    planted.query_type.fields["all"].resolve = lambda *_: 1
    permissions.guard(planted)
    admin = Caller(client_id="1", scopes=frozenset({Scope.ADMIN}))
    result = graphql_sync(planted, "{ all }", context_value=SimpleNamespace(caller=admin))
    assert result.data == {"all": None}
    assert [type(error.original_error) for error in result.errors or ()] == [Refused]
