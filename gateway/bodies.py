"""Reading requests: a bounded body, and the parameters of a GraphQL request."""

import asyncio
import json
from typing import Any, NoReturn

import msgspec
from starlette.requests import Request

from gateway.faults import BAD_REQUEST, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, SlowBody, refuse
from gateway.limits import Limits
from gateway.variables import surrogate_path

_SHAPE = "Send a JSON object with query (text), and optionally variables, operationName and extensions."


class Parameters(msgspec.Struct, frozen=True, rename="camel"):
    """Parameters of a GraphQL request (GraphQL over HTTP, 5.1); others are ignored."""

    query: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


async def read_body(request: Request, limits: Limits) -> bytes:
    """Return the body.

    Raises RequestFault as soon as it is seen to be longer than `limits.body` bytes, or is not there after
    `limits.seconds`; ClientDisconnect (Starlette) where the client hangs up.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limits.body:
        _too_large(limits.body)
    try:
        async with asyncio.timeout(limits.seconds):
            return await _read(request, limits.body)
    except TimeoutError:
        raise SlowBody from None


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> NoReturn:
    raise refuse(PAYLOAD_TOO_LARGE, f"The body may have at most {limit} bytes; send fewer records at a time.")


async def posted(request: Request, limits: Limits) -> Parameters:
    """Return the parameters of a POST. Raises as `read_body` does."""
    return decode(await json_body(request, limits))


async def json_body(request: Request, limits: Limits) -> bytes:
    """Return a body that is said to be JSON. Raises as `read_body` does."""
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    charset = rest.strip().lower()
    if media_type.strip().lower() != "application/json" or charset not in {"", "charset=utf-8", 'charset="utf-8"'}:
        raise refuse(UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise refuse(UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.")
    return await read_body(request, limits)


def decode(body: bytes) -> Parameters:
    """Return the parameters in a JSON body. Raises RequestFault."""
    try:
        return msgspec.json.decode(body, type=Parameters)
    except msgspec.ValidationError:
        raise refuse(BAD_REQUEST, _SHAPE) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        _refuse_json(body)


def _refuse_json(body: bytes) -> NoReturn:
    """Say what is wrong with a body that the strict decoder refuses: a lone surrogate somewhere, or no JSON at all."""
    try:
        path = surrogate_path(json.loads(body))
    except (ValueError, RecursionError):
        path = None
    if path is None:
        raise refuse(BAD_REQUEST, "The body is not JSON in UTF-8.")
    raise refuse(BAD_REQUEST, "Lone surrogates are no Unicode text; remove them.", path[1:])


def queried(request: Request) -> Parameters:
    """Return the parameters of a GET. Raises RequestFault."""
    given = request.query_params
    raw: dict[str, Any] = {name: given[name] for name in ("query", "operationName", "documentId") if name in given}
    try:
        for name in ("variables", "extensions"):
            if given.get(name):
                raw[name] = msgspec.json.decode(given[name])
        return msgspec.convert(raw, Parameters)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeEncodeError):
        raise refuse(BAD_REQUEST, _SHAPE) from None
