"""The outermost layer: request id, security headers, one log line per request, and no exception beyond this point."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.faults import INTERNAL, Fault, log_failure

log = structlog.stdlib.get_logger("pramaan.access")

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Sent unless the answer has its own, an empty one for none; `no-store` since most answers are personal."""
HUNG_UP = 499
"""Logged where the client hung up before its request was whole, as nginx does; nobody is left to answer."""
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


class Edge:
    """ASGI middleware. It logs method, path template, status, milliseconds, request and client id: never a value.

    What `state.told` holds is added to the answer's header.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Take the application; `secure` adds Strict-Transport-Security."""
        self._app = app
        headers = {**HEADERS, "strict-transport-security": TRANSPORT_SECURITY} if secure else HEADERS
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = uuid4().hex, time.perf_counter(), 0
        state = scope.setdefault("state", {})
        state["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message, {"x-request-id": request_id} | state.get("told", {}))
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = status or HUNG_UP
        except Exception as error:  # noqa: BLE001 - the last place where it can be kept from the log and the client
            log_failure(error, request_id, "request_failed")
            if status == 0:
                await _answer_internal(send_with_headers, request_id)
        finally:
            _log(scope, state, status, time.perf_counter() - started)

    def _add_headers(self, message: Message, told: Mapping[str, str]) -> None:
        given = list(message.get("headers", ()))
        names = {name.lower() for name, _ in given}
        ours = [one for one in self._headers if one[0] not in names]
        message["headers"] = [
            *((name, value) for name, value in given if value or name.lower() not in self._names),
            *ours,
            *((name.encode(), value.encode()) for name, value in told.items()),
        ]


async def _answer_internal(send: Send, request_id: str) -> None:
    fault = Fault(INTERNAL, "Something went wrong on our side; tell us the request id.")
    body = msgspec.json.encode({"errors": [fault.to_json(request_id)]})
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log(scope: Scope, state: dict[str, Any], status: int, seconds: float) -> None:
    log.info(
        "request",
        method=scope["method"],
        path=template(scope),
        status=status,
        ms=round(seconds * 1000, 1),
        request_id=state["request_id"],
        client_id=state.get("client_id"),
    )


def template(scope: Scope) -> str:
    """Return the path with its parameters named, not told; unknown paths are one."""
    if "endpoint" not in scope:
        return "(unknown)"
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(str(value), "{" + name + "}")
    return path
