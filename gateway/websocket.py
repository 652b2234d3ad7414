"""Subscriptions over WebSocket: the protocol graphql-transport-ws.

The key comes in the header Authorization, or, for browsers, which cannot set it, as `Authorization` in the payload of
`connection_init`. Close codes are the protocol's.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any, Literal
from uuid import uuid4

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from credential.errors import Unavailable
from gateway.bodies import Parameters
from gateway.execution import Answer
from gateway.faults import NOT_ACCEPTABLE, RequestFault, broken_off, refuse
from gateway.state import Gateway
from gateway.streaming import StreamsClosed, Watch, is_subscription, subscribed
from resolvers.context import Context

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10
MAX_SUBSCRIPTIONS = 20
BAD_MESSAGE, UNAUTHORIZED, FORBIDDEN, NO_PROTOCOL, LATE, TAKEN, TOO_MANY = 4400, 4401, 4403, 4406, 4408, 4409, 4429
GOING_AWAY, TRY_AGAIN = 1001, 1013


class Message(msgspec.Struct, frozen=True):
    """A message of the client."""

    type: Literal["connection_init", "ping", "pong", "subscribe", "complete"]
    id: str | None = None
    payload: Any = None


class Closed(Exception):  # noqa: N818 - the protocol's way to end a connection
    """Ends the connection with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        """Take code and reason."""
        super().__init__(reason)
        self.code, self.reason = code, reason


async def graphql_websocket(websocket: WebSocket) -> None:
    """Serve one connection."""
    if PROTOCOL not in websocket.scope.get("subprotocols", []):
        await websocket.accept()
        await websocket.close(NO_PROTOCOL, f"Ask for the subprotocol {PROTOCOL}.")
        return
    await websocket.accept(PROTOCOL)
    session = Session(websocket, websocket.app.state.gateway)
    try:
        await session.serve()
    except Closed as end:
        with suppress(RuntimeError):
            await websocket.close(end.code, end.reason)
    except WebSocketDisconnect:
        pass
    finally:
        await session.end()


class Session:
    """One connection and its subscriptions."""

    def __init__(self, websocket: WebSocket, gateway: Gateway) -> None:
        """Take an accepted connection."""
        self._socket = websocket
        self._gateway = gateway
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Take messages until the client is gone or breaks the protocol. Raises Closed, WebSocketDisconnect."""
        authorization = await self._opened()
        await self._send("connection_ack")
        while True:
            message = await self._received()
            match message.type:
                case "connection_init":
                    raise Closed(TOO_MANY, "Too many initialisation requests")
                case "ping":
                    await self._send("pong")
                case "subscribe":
                    self._begin(message, authorization)
                case "complete" if message.id in self._running:
                    self._running.pop(message.id).cancel()

    async def end(self) -> None:
        """Cancel what still runs."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _opened(self) -> str | None:
        """Return the authorization of `connection_init`, which must be the first message, and right."""
        try:
            async with asyncio.timeout(INIT_SECONDS):
                message = await self._received()
        except TimeoutError:
            raise Closed(LATE, "Connection initialisation timeout") from None
        if message.type != "connection_init":
            raise Closed(UNAUTHORIZED, "Unauthorized")
        given = message.payload if isinstance(message.payload, dict) else {}
        named = next((value for name, value in given.items() if name.lower() == "authorization"), None)
        authorization = named if isinstance(named, str) else self._socket.headers.get("authorization")
        try:
            await self._gateway.context(authorization, uuid4().hex)
        except RequestFault:
            raise Closed(FORBIDDEN, "Forbidden") from None
        except Unavailable:
            raise Closed(TRY_AGAIN, "The service is busy or a part of it is away; try again.") from None
        return authorization

    async def _received(self) -> Message:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", GOING_AWAY))
        try:
            return msgspec.json.decode(message.get("text") or "", type=Message)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            raise Closed(BAD_MESSAGE, "Not a message of the protocol") from None

    def _begin(self, message: Message, authorization: str | None) -> None:
        if not message.id:
            raise Closed(BAD_MESSAGE, "A subscription needs an id")
        if message.id in self._running:
            raise Closed(TAKEN, "Subscriber for this id already exists")
        if len(self._running) >= MAX_SUBSCRIPTIONS:
            raise Closed(TOO_MANY, "Too many subscriptions")
        self._running[message.id] = asyncio.create_task(self._run(message.id, message.payload, authorization))

    async def _run(self, name: str, payload: object, authorization: str | None) -> None:
        request_id = uuid4().hex
        try:
            context = await self._gateway.context(authorization, request_id)
            with self._gateway.streams.place():
                watch = self._gateway.watch(authorization, context.caller)
                await self._stream(name, await self._answers(payload, context), context, watch)
        except StreamsClosed:
            return
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it; the table of faults knows what is told
            await self._send("error", name, broken_off(error, request_id))
        finally:
            if self._running.get(name) is asyncio.current_task():  # not one that began under the same name since
                del self._running[name]

    async def _answers(self, payload: object, context: Context) -> AsyncGenerator[Answer]:
        try:
            parameters = msgspec.convert(payload, Parameters)
        except msgspec.ValidationError:
            raise refuse("BAD_REQUEST", "The payload needs query (text).") from None
        text = await self._gateway.texts.text_of(parameters, context.caller)
        prepared = self._gateway.documents.prepare(text)
        operation = prepared.operation(parameters.operation_name)
        self._gateway.budget.spend(context.caller, prepared.cost(operation, parameters.variables))
        if not is_subscription(operation) or prepared.document is None:
            raise refuse(NOT_ACCEPTABLE, "Send queries and mutations over HTTP; here are subscriptions only.")
        return subscribed(
            self._gateway.schema,
            prepared.document,
            operation,
            variables=parameters.variables or {},
            context=context,
        )

    async def _stream(self, name: str, answers: AsyncGenerator[Answer], context: Context, watch: Watch) -> None:
        try:
            async for answer in self._gateway.streams.paced(answers, watch):
                if answer is not None:  # the server's own pings keep the connection alive
                    await self._send("next", name, answer.to_json())
            await self._send("complete", name)
        finally:
            self._gateway.events.add(list(context.events.values()))

    async def _send(self, kind: str, name: str | None = None, payload: object = None) -> None:
        message: dict[str, object] = {"type": kind}
        message |= {} if name is None else {"id": name}
        message |= {} if payload is None else {"payload": payload}
        with suppress(RuntimeError, WebSocketDisconnect):  # closed meanwhile: `_received` ends the session
            await self._socket.send_text(msgspec.json.encode(message).decode())
