"""Subscriptions as server-sent events: the protocol graphql-sse, distinct connections mode."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack
from hashlib import sha256

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from credential.errors import Unavailable
from gateway.execution import Answer
from gateway.faults import RequestFault, broken_off
from gateway.state import Gateway
from gateway.streaming import StreamsClosed, Watch
from resolvers.context import Context

EVENTS = "text/event-stream"
SIGN_OF_LIFE = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"
HEADERS = {"x-accel-buffering": "no"}  # nginx would gather events


def event_stream(request: Request, gateway: Gateway, answers: AsyncGenerator[Answer], context: Context) -> Response:
    """Return the response that streams the answers. Raises RequestFault where too many streams are open.

    Each event has a digest of its answer as id: a client that comes back with it in Last-Event-ID is not told again
    what it knows.
    """
    with ExitStack() as stack:
        stack.enter_context(gateway.streams.place())
        watch = gateway.watch(request.headers.get("authorization"), context.caller)
        events = _events(gateway, answers, context, watch, known=request.headers.get("last-event-id"))
        return _Placed(events, stack.pop_all())


class _Placed(StreamingResponse):
    """A stream that keeps its place until it ends, however that comes about."""

    def __init__(self, events: AsyncIterator[bytes], place: ExitStack) -> None:
        """Take the place."""
        super().__init__(events, headers=HEADERS, media_type=EVENTS)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        with self._place:
            await super().__call__(scope, receive, send)


async def _events(
    gateway: Gateway, answers: AsyncGenerator[Answer], context: Context, watch: Watch, *, known: str | None
) -> AsyncIterator[bytes]:
    try:
        async for answer in gateway.streams.paced(answers, watch):
            if answer is None:
                yield SIGN_OF_LIFE
                continue
            identity, event = _event(answer)
            if identity != known:
                yield event
            known = None
        yield COMPLETE
    except StreamsClosed:
        return
    except (RequestFault, Unavailable) as error:
        yield _event(Answer(None, broken_off(error, context.request_id)))[1] + COMPLETE
    finally:
        gateway.events.add(list(context.events.values()))


def _event(answer: Answer) -> tuple[str, bytes]:
    data = msgspec.json.encode(answer.to_json())
    identity = sha256(data).hexdigest()[:32]
    return identity, b"id: " + identity.encode() + b"\nevent: next\ndata: " + data + b"\n\n"
