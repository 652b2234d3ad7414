"""Health: whether the process lives, and whether it can work."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from credential.errors import PramaanError
from gateway.doors.described import ANY_OBJECT, Described, Reply
from gateway.state import Gateway

PATIENCE = 2.0


async def live(_request: Request) -> Response:
    """Answer that the process lives."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """Answer whether the store does. The queue is a hint that the relay makes good: its absence stops nothing."""
    gateway: Gateway = request.app.state.gateway
    try:
        async with asyncio.timeout(PATIENCE):
            backlog = await gateway.made_of.store.backlog()
    except (PramaanError, TimeoutError):
        return JSONResponse({"status": "unavailable", "store": "away"}, 503, {"retry-after": "5"})
    return JSONResponse({"status": "ok", "store": "ok", "backlog": backlog})


_READY = {200: Reply("It can.", ANY_OBJECT), 503: Reply("The store is away.", ANY_OBJECT)}
DESCRIBED = [
    Described("GET", "/health/live", "Health", "Tell whether the process lives", {200: Reply("It does.", ANY_OBJECT)}),
    Described("GET", "/health/ready", "Health", "Tell whether it can work", _READY),
]
