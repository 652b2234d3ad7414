"""Clients that send slowly, too much, or hang up: bounded in time, and no fault of ours in the log."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from gateway.commands import connection
from gateway.commands.serving import listen, new_server
from gateway.limits import Limits
from tests.flow.house import House, house

HEAD = [(b"content-type", b"application/json"), (b"content-length", b"100")]
SCOPE: Scope = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/graphql",
    "raw_path": b"/graphql", "query_string": b"", "headers": HEAD, "scheme": "http", "root_path": "",
    "server": ("test", 80), "client": ("test", 1),
}  # fmt: skip
ONE_BYTE: Message = {"type": "http.request", "body": b"{", "more_body": True}


async def sent(home: House, *messages: Message) -> list[Message]:
    """Send what a client sends, then nothing more; return the answer."""
    waiting, answer = list(messages), list[Message]()

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        return await asyncio.Future()

    async def send(message: Message) -> None:
        answer.append(message)

    await home.app(dict(SCOPE), receive, send)
    return answer


async def test_a_body_that_does_not_arrive_is_408(tmp_path: Path, signing_keys: Path) -> None:
    async with house(tmp_path, signing_keys, Limits(seconds=0.05)) as home:
        start, body = await sent(home, ONE_BYTE)
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert b'"TIMEOUT"' in body["body"]


async def test_a_client_that_hangs_up_is_no_error_of_ours(home: House) -> None:
    with structlog.testing.capture_logs() as log:
        assert await sent(home, ONE_BYTE, {"type": "http.disconnect"}) == []
    assert [(line["event"], line["status"], line["log_level"]) for line in log] == [("request", 499, "info")]


async def early(_request: Request) -> Response:
    return PlainTextResponse("No.")


@contextmanager
def served() -> Iterator[int]:
    """Give the port of a server as `pramaan serve` makes it, with an application that reads no body."""
    with listen("127.0.0.1", 0) as listening:
        server = new_server()
        server.config.app, server.config.factory = Starlette(routes=[Route("/", early, methods=["GET", "POST"])]), False
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def answered(port: int, *parts: bytes) -> bytes:
    """Send the parts and return all that comes until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        for part in parts:
            client.sendall(part)
        return b"".join(iter(lambda: client.recv(65536), b""))


SLOW: dict[str, tuple[bytes, ...]] = {
    "nothing": (),
    "half a head": (b"GET / HTTP/1.1\r\nhost: x\r\nx-a",),
    "a body that nobody waits for": (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n", b"1"),
    "a body behind the last answer": (
        b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 9\r\n\r\n",
        b"1",
    ),
    "a second head, by halves": (b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", b"GET / HT"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_connection_that_does_not_get_on_is_closed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("gateway.commands.serving.KEEP_ALIVE_SECONDS", 0.2)
    with served() as port:
        answer = answered(port, *SLOW[name])
    assert answer.count(b"200 OK") == (b"\r\n\r\n" in b"".join(SLOW[name]))


def test_a_head_that_does_not_end_is_refused() -> None:
    head = b"GET / HTTP/1.1\r\nx-a: "
    with served() as port:
        answer = answered(port, head + b"a" * (connection.MAX_HEAD + 1 - len(head)))
    assert answer.startswith(b"HTTP/1.1 400")


def test_an_answer_ahead_of_a_large_body_reaches_a_client_that_wants_the_connection_closed() -> None:
    size = 20 << 20
    head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % size
    with served() as port:
        answer = answered(port, head, b"a" * size)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer


def test_large_bodies_and_kept_connections_are_none_of_this() -> None:
    post: Any = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n" + b"a" * 300_000
    with served() as port:
        answer = answered(
            port, post, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n"
        )
    assert answer.count(b"200 OK") == 3
