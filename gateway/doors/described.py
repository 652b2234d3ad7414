"""How a door is described for OpenAPI: beside the door, in its module's list DESCRIBED."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

JSON = "application/json"
TEXT: Mapping[str, Any] = {"type": "string"}
FILE: Mapping[str, Any] = {"type": "string", "format": "binary"}
ANY_OBJECT: Mapping[str, Any] = {"type": "object"}
ERRORS: Mapping[str, Any] = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "extensions"],
                "properties": {
                    "message": TEXT,
                    "extensions": {"type": "object", "properties": {"code": TEXT, "requestId": TEXT}},
                },
            },
        }
    },
}
"""The form that errors have in GraphQL, which the doors beside it share."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: what it means, and its body as a type that msgspec knows or a JSON Schema; None for an empty one."""

    meaning: str
    body: Any = None
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter in path, query or header; `schema` is a JSON Schema."""

    name: str
    place: Literal["path", "query", "header"]
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: TEXT)


@dataclass(frozen=True, slots=True)
class Described:
    """One method of one route. `path` is the route's. `key`: whether a client key is needed, may be given, or is not.

    `body` is a type that msgspec knows or a JSON Schema, None where no body is read.
    """

    method: str
    path: str
    tag: str
    summary: str
    replies: Mapping[int, Reply]
    parameters: Sequence[Parameter] = ()
    body: Any = None
    body_type: str = JSON
    key: Literal["needed", "may", "no"] = "no"
    more: str = ""


UNKNOWN_KEY = Reply("The key is not known, has expired or was revoked.", ERRORS)
NOTHING_HERE = Reply("There is nothing here for the caller, whatever the reason.", ERRORS)
TRY_AGAIN = Reply("Not ready, or a part of the service is away; try again after Retry-After.", ERRORS)
