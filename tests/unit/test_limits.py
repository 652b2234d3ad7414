"""What a document may ask for, and the cache of documents, without a store."""

import pytest
from graphql import parse

from gateway.faults import RequestFault
from gateway.limits import Limits, excess
from gateway.parsing import Documents
from resolvers.schema import executable

LIMITS = Limits(depth=3, aliases=2, mutations=2, fragments=2)


def judged(text: str, *, introspection: bool = False) -> str | None:
    return excess(parse(text), LIMITS, introspection=introspection)


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c } } }",
        "{ x: a y: a }",
        "{ a b c d e }",
        "{ ...A } fragment A on T { x: a y: a }",
        "mutation { a b }",
        "query One { a } query Two { x: a y: a }",
        "{ a { b } ...A } fragment A on T { a { c } }",
    ],
)
def test_within(text: str) -> None:
    assert judged(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c { d } } } }",
        "{ a { ...A } } fragment A on T { b { c { d } } }",
        "{ a { ... { b { ... { c { d } } } } } }",
        "{ x: a y: a z: a }",
        "{ a a a a }",
        "{ ... { a } ... { a } ... { a } a }",
        "{ ...A ...B } fragment A on T { x: a y: a } fragment B on T { z: a }",
        "{ a { ...A } b { ...A } } fragment A on T { x: a y: a }",
        "mutation { a b c }",
        "mutation { ...A c } fragment A on T { a b }",
        "{ a } fragment A on T { a } fragment B on T { a } fragment C on T { a }",
        "query One { a } query Two { x: a y: a z: a }",
    ],
)
def test_beyond(text: str) -> None:
    assert judged(text) is not None


def test_circular_fragments_end() -> None:
    assert judged("{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }") is None


def test_introspection_is_deep_where_it_is_allowed() -> None:
    text = "{ __schema { types { fields { type { name } } } } }"
    assert judged(text, introspection=True) is None
    assert judged(text) is not None


def documents(**limits: int) -> Documents:
    return Documents(executable(), Limits(**limits), introspection=False)


def test_a_document_is_prepared_once() -> None:
    kept = documents()
    assert kept.prepare("{ viewer { id } }") is kept.prepare("{ viewer { id } }")


def test_the_cache_forgets_the_least_used_document() -> None:
    kept = documents(cached_documents=2)
    first, second = kept.prepare("{ viewer { id } }"), kept.prepare("{ issuer { id } }")
    assert kept.prepare("{ viewer { id } }") is first
    kept.prepare("{ issuer { name } }")
    assert kept.prepare("{ viewer { id } }") is first
    assert kept.prepare("{ issuer { id } }") is not second


def test_the_cache_is_bounded_in_characters() -> None:
    kept = documents(cached_characters=1_000)
    long = "{ viewer { id } }" + " " * 200
    assert kept.prepare(long) is not kept.prepare(long), "a document of more than a tenth is not kept"
    first = kept.prepare("{ viewer { id } }")
    for index in range(20):
        kept.prepare("{ viewer { id } }" + " " * (40 + index))
    assert kept.prepare("{ viewer { id } }") is not first


def test_the_operation_must_be_named_among_several() -> None:
    prepared = documents().prepare("query A { viewer { id } } query B { issuer { id } }")
    name = prepared.operation("B").name
    assert name is not None
    assert name.value == "B"
    for wrong in (None, "C"):
        with pytest.raises(RequestFault):
            prepared.operation(wrong)


def test_a_wrong_value_in_a_document_is_not_repeated() -> None:
    with pytest.raises(RequestFault) as caught:
        documents().prepare('{ revocations(first: "Zzyzx") { nodes { at } } }').operation(None)
    assert [fault.code for fault in caught.value.faults] == ["GRAPHQL_VALIDATION_FAILED"]
    assert "Zzyzx" not in caught.value.faults[0].message
