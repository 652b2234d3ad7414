"""A receiver of HTTP posts on a loopback port, whose answers are scripted byte by byte, faults included."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """One request: its path, headers (names in lower case) and body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        return json.loads(self.body)


Script = Callable[[Received], bytes | None]
"""What is written back, None for silence. Without a whole answer the connection is closed behind it."""


@dataclass
class Receiver:
    """What came in, and what to answer: `script` may be changed at any time."""

    url: str
    script: Script
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    released: asyncio.Event = field(default_factory=asyncio.Event)  # ends the silent ones

    def at(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path == path]

    async def until(self, count: int) -> None:
        """Wait until so many requests came."""
        async with asyncio.timeout(30), self.arrived:
            await self.arrived.wait_for(lambda: len(self.received) >= count)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


OK = answer(200, b"{}")
ENDLESS = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n" + b"x" * 300_000
CUT = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf"


@asynccontextmanager
async def receiver(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Listen on a free port."""

    connections: set[tuple[asyncio.Task[None] | None, asyncio.StreamWriter]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add((asyncio.current_task(), writer))
        here.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            while await _exchange(here, reader, writer):
                pass
        writer.close()

    here = Receiver("", script)
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    here.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield here
    finally:
        here.released.set()
        server.close()
        for _, writer in connections:
            writer.close()
        await asyncio.gather(*(task for task, _ in connections if task), return_exceptions=True)


async def _exchange(here: Receiver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Read a request and answer it; tell whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    request = Received(head[0].split()[1], headers, body)
    written = here.script(request)
    async with here.arrived:
        here.received.append(request)
        here.arrived.notify_all()
    if written is None:
        await here.released.wait()
        return False
    writer.write(written)
    await writer.drain()
    return written.startswith(b"HTTP") and written not in (ENDLESS, CUT)
