"""A gateway in this process: opened, listening, with a worker beside it if asked to, drained at the end."""

import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Protocol

import uvicorn

from backends.settings import Settings
from backends.sql.migrating import migrate
from credential.errors import ConfigurationError
from credential.ports import Queue
from gateway.app import create_app
from gateway.commands.connection import Connection
from gateway.state import Composition, opened
from gateway.streaming import Streams

EMBEDDED = "pramaan.embedded"
BACKLOG = 2048
MAX_CONNECTIONS = 900
"""Above it requests are answered 503; most systems give a process 1,024 open files."""
KEEP_ALIVE_SECONDS = 65
"""Longer than the 60 seconds for which proxies keep an idle connection: so they close it, and lose no request in it."""
GRACE_SECONDS = 20
MAX_MESSAGE = 512 * 1024
"""Bytes of a WebSocket message: a document of a subscription and its variables."""


class Worker(Protocol):
    """A worker thread beside the gateway."""

    def stop(self) -> None:
        """Finish what is at work, then end."""
        ...


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 means any free one. Raises ConfigurationError.

    Connections inherit TCP_NODELAY: asyncio sets it only on sockets that name their protocol, and without it the body,
    written after the head, waits some 40 ms for the client's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError):
        raise ConfigurationError(
            f"Nothing can listen on {host}, port {port}: it is taken or not allowed; choose another (--port, --host)."
        ) from None
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address_of(listening: socket.socket) -> str:
    """Return the address of a listening socket as one that a browser on this machine opens."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - shown only
    return f"http://{shown}:{port}"


def public_url(host: str, listening: socket.socket) -> str:
    """Return where clients reach the gateway as far as its host and port tell.

    Loopback and all-addresses are `localhost`: a did:web names no IP address (did:web Method, 3.1).
    """
    local = {"127.0.0.1", "::1", "0.0.0.0", "::", ""}  # noqa: S104 - compared only
    name = "localhost" if host in local else f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}"


class Server(uvicorn.Server):
    """A server that ends `streams` first when it is to stop: it would wait for them, and they for their jobs."""

    streams: Streams | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams, then drain."""
        if self.streams is not None:
            self.streams.close()
        await super().shutdown(sockets)


def new_server() -> Server:
    """Return a server without an application: `serve` gives it one; `should_exit` ends it."""
    config = uvicorn.Config(
        create_app,
        factory=True,
        log_level="warning",
        access_log=False,  # addresses of certificates are nothing for a log
        server_header=False,
        lifespan="off",
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Server(config)


async def serve(
    server: Server,
    settings: Settings,
    listening: socket.socket,
    *,
    with_worker: bool,
    ready: Callable[[Composition], Awaitable[None]],
) -> None:
    """Serve until the server is told to end (a signal, or `should_exit`); what is at work is finished.

    `ready` is called once everything is open. Raises ConfigurationError.
    """
    if settings.store_url.startswith("sqlite"):
        await migrate(settings.store_url)
    async with opened(settings) as parts:
        app = create_app(parts)
        server.config.app, server.config.factory = app, False
        server.streams = app.state.gateway.streams
        with _worker(settings, parts.queue, wanted=with_worker), _signals_handled():
            await ready(parts)
            await server.serve(sockets=[listening])
        await app.state.gateway.nudges.close()


@contextmanager
def _worker(settings: Settings, queue: Queue, *, wanted: bool) -> Iterator[None]:
    """Run the worker that the entry-point group gives: the gateway imports none."""
    if not wanted:
        yield
        return
    found = entry_points(group=EMBEDDED, name="worker")
    if not found:
        raise ConfigurationError("No worker is installed; install the package again, or leave --with-worker out.")
    worker: Worker = next(iter(found)).load()(settings, queue)
    try:
        yield
    finally:
        worker.stop()


@contextmanager
def _signals_handled() -> Iterator[None]:
    """Keep a signal that ended the server from ending the process before everything is closed.

    uvicorn raises it again once it has drained; here nothing is left to do about it.
    """
    try:
        kept = {number: signal.signal(number, _ignore) for number in (signal.SIGTERM, signal.SIGINT)}
    except ValueError:  # no main thread: signals are somebody else's
        kept = {}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing: the server has seen the signal."""
