"""Variables of the wrong type: where, and what is wanted, without the value."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    is_input_type,
    type_from_ast,
)
from graphql.utilities import validate_input_value

from gateway.faults import BAD_USER_INPUT, Fault

MAX_FAULTS = 20
_UNKNOWN = re.compile(r"unknown field '([A-Za-z][A-Za-z0-9]{0,39})'")
_REQUIRED = re.compile(r"required field '([A-Za-z][A-Za-z0-9]{0,39})'")


def variable_faults(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> list[Fault]:
    """Return one fault per value that does not fit its declared type, at most 20."""
    faults: list[Fault] = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)
        value = variables.get(name, Undefined)
        if not is_input_type(type_) or (value is Undefined and definition.default_value):
            continue

        def note(error: GraphQLError, path: list[str | int], name: str = name) -> None:
            faults.append(_fault(error.message, (name, *map(str, path))))

        validate_input_value(value, type_, note, hide_suggestions=True)
    return faults[:MAX_FAULTS] or [Fault(BAD_USER_INPUT, "A variable is not of its declared type.")]


def _fault(message: str, path: tuple[str, ...]) -> Fault:
    """Turn graphql-core's message, which holds values, into ours."""
    if unknown := _UNKNOWN.search(message):
        return Fault(BAD_USER_INPUT, "Unknown field; remove it or check its spelling.", (*path, unknown[1]))
    if "unknown field" in message:
        return Fault(BAD_USER_INPUT, "Unknown field; remove it or check its spelling.", path)
    if required := _REQUIRED.search(message):
        return Fault(BAD_USER_INPUT, "Required field is missing.", (*path, required[1]))
    if "OneOf" in message:
        return Fault(BAD_USER_INPUT, "Give exactly one member.", path)
    if "non-null" in message:
        return Fault(BAD_USER_INPUT, "A value is required.", path)
    return Fault(BAD_USER_INPUT, "The value is not of the type that the schema asks for.", path)


def surrogate_path(value: Any, path: tuple[str, ...] = ()) -> tuple[str, ...] | None:  # noqa: ANN401 - any JSON value
    """Return the path of the first text with a lone surrogate, None where there is none."""
    return next(_surrogates(value, path), None)


def _surrogates(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401
    if isinstance(value, str) and not _is_unicode(value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            if not _is_unicode(key):
                yield path
            yield from _surrogates(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _surrogates(item, (*path, str(index)))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
