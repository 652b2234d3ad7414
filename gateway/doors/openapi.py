"""GET /openapi.json: every door beside GraphQL, from the descriptions that stand beside the doors (OpenAPI 3.1).

A new door: describe it in a list DESCRIBED of its module, and name the list here. A test fails on a route without.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.doors import (
    certificates,
    digilocker,
    documents,
    figures,
    files,
    health,
    imports,
    keys,
    reconciliations,
    schemas,
    sharing,
    status,
)
from gateway.doors.access import routes as access
from gateway.doors.described import ANY_OBJECT, JSON, Described, Parameter, Reply
from gateway.doors.source import routes as source

PATH = "/openapi.json"
CACHED = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
_OWN = Described("GET", PATH, "Descriptions", "Read this description", {200: Reply("OpenAPI 3.1.", ANY_OBJECT)})
DESCRIBED: Sequence[Described] = (
    *certificates.DESCRIBED,
    *documents.DESCRIBED,
    *sharing.DESCRIBED,
    *keys.DESCRIBED,
    *schemas.DESCRIBED,
    *health.DESCRIBED,
    *figures.DESCRIBED,
    *files.DESCRIBED,
    *imports.DESCRIBED,
    *reconciliations.DESCRIBED,
    *source.DESCRIBED,
    *access.DESCRIBED,
    *status.DESCRIBED,
    *digilocker.DESCRIBED,
    _OWN,
)
_REFERENCE = "#/components/schemas/{name}"
_CONVERTER = re.compile(r":\w+\}")
_KEYS: dict[str, list[dict[str, list[str]]]] = {"needed": [{"key": []}], "may": [{"key": []}, {}], "no": []}
_INFO = {
    "title": "Pramaan",
    "version": version("pramaan"),
    "description": "The doors beside GraphQL, whose schema is at /graphql. Errors never hold a value of the request.",
}


async def openapi(_request: Request) -> Response:
    """Return the description."""
    return Response(_encoded(), 200, CACHED, JSON)


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(openapi_document(DESCRIBED))


def openapi_document(described: Sequence[Described]) -> dict[str, Any]:
    """Return the document of some doors."""
    shapes = list(dict.fromkeys(_shapes(described)))
    schemas_, components = msgspec.json.schema_components(shapes, ref_template=_REFERENCE)
    known = dict(zip(shapes, schemas_, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in described:
        paths.setdefault(_CONVERTER.sub("}", one.path), {})[one.method.lower()] = _operation(one, known)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A client key or token."}},
        },
    }


def _shapes(described: Iterable[Described]) -> Iterable[Any]:
    """Yield the types that msgspec describes; what is a JSON Schema describes itself."""
    for one in described:
        for body in (one.body, *(reply.body for reply in one.replies.values())):
            if body is not None and not isinstance(body, dict):
                yield body


def _operation(one: Described, known: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(one),
        "tags": [one.tag],
        "summary": one.summary,
        "parameters": [_parameter(each) for each in one.parameters],
        "responses": {str(status): _response(reply, known) for status, reply in sorted(one.replies.items())},
        "security": _KEYS[one.key],
    }
    if one.more:
        operation["description"] = one.more
    if one.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(one.body, one.body_type, known)}
    return operation


def _operation_id(one: Described) -> str:
    """Return method and path as one word, which is unique as they are; a slash at the end counts."""
    path = one.path + "end" if one.path.endswith("/") else one.path
    return one.method.lower() + "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", path))


def _parameter(one: Parameter) -> dict[str, Any]:
    found = {"name": one.name, "in": one.place, "description": one.meaning, "schema": one.schema}
    return {**found, "required": True} if one.place == "path" else found


def _response(reply: Reply, known: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": reply.meaning}
    return told if reply.body is None else {**told, "content": _content(reply.body, reply.media_type, known)}


def _content(body: Any, media_type: str, known: dict[Any, dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401
    return {media_type: {"schema": body if isinstance(body, dict) else known[body]}}
