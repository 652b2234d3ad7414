"""Errors of the REST doors: one small JSON form, the same body whatever the reason."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from credential.errors import BadUserInput, RateLimited, Unavailable
from gateway.faults import NOT_FOUND, RATE_LIMITED, RETRY_AFTER, UNAVAILABLE, Fault, RequestFault
from gateway.graphql import OLD, refusal

Handler = Callable[[Request, Any], Awaitable[Response]]
_MESSAGES = {
    404: "There is nothing here for you.",
    405: "The method is not allowed here.",
    410: "The certificate was revoked or superseded; ask for the current one.",
}
_CODES = {404: NOT_FOUND, 405: "METHOD_NOT_ALLOWED", 410: "GONE"}


def not_found(request: Request) -> Response:
    """Return the answer to who may not know more, or asks for what does not exist."""
    return error(request, 404)


def error(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error of a status."""
    fault = Fault(_CODES.get(status, "BAD_REQUEST"), _MESSAGES.get(status, "The request cannot be answered."))
    return _response(fault, status, request.state.request_id, headers)


def mistaken(request: Request, fault: BadUserInput) -> Response:
    """Return 400 with what is wrong with the question and the remedy."""
    return _response(Fault(fault.code, fault.message, fault.path), 400, request.state.request_id, None)


def unavailable(request: Request, seconds: str = RETRY_AFTER[UNAVAILABLE]) -> Response:
    """Return 503 with Retry-After."""
    fault = Fault(UNAVAILABLE, "Not ready yet; try again.")
    return _response(fault, 503, request.state.request_id, {"retry-after": seconds})


def _response(fault: Fault, status: int, request_id: str, headers: Mapping[str, str] | None) -> Response:
    body = msgspec.json.encode({"errors": [fault.to_json(request_id)]})
    return Response(body, status, headers, f"{OLD}; charset=utf-8")


async def _on_http(request: Request, raised: HTTPException) -> Response:
    return error(request, raised.status_code, raised.headers)


async def _on_refusal(request: Request, raised: RequestFault) -> Response:
    return refusal(raised, request.state.request_id, OLD)


async def _on_rate_limited(request: Request, raised: RateLimited) -> Response:
    fault = Fault(RATE_LIMITED, raised.message, retry_after=raised.seconds)
    return refusal(RequestFault(fault), request.state.request_id, OLD)


async def _on_unavailable(request: Request, _raised: Unavailable) -> Response:
    return unavailable(request)


HANDLERS: Mapping[Any, Handler] = {
    HTTPException: _on_http,
    RequestFault: _on_refusal,
    RateLimited: _on_rate_limited,
    Unavailable: _on_unavailable,
}
