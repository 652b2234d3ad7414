"""A gateway on embedded backends in a thread of this process, in a data directory of its own."""

import asyncio
import logging
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import structlog

from backends.settings import Settings
from credential.access import Scope
from credential.errors import PramaanError, Unavailable
from credential.operations.clients import new_client
from gateway.commands.clients import store_client
from gateway.commands.clock import now
from gateway.commands.demo.story import CHANNEL, Actors
from gateway.commands.graphql_client import Gateway
from gateway.commands.serving import address_of, listen, new_server, serve
from gateway.commands.trial_keys import SOURCE
from gateway.state import Composition

START_SECONDS = 60
PAUSE_SECONDS = 0.02
STOP_SECONDS = 30


@contextmanager
def running_gateway(data_dir: Path) -> Iterator[Actors]:
    """Serve on a free loopback port, with a worker, from an empty data directory; give the callers.

    The environment's settings do not count: a demonstration touches nobody's data. Raises what the start raises.
    """
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with listen("127.0.0.1", 0) as listening:
        thread = _ServerThread(data_dir, listening)
        thread.start()
        try:
            yield thread.started()
        finally:
            thread.stop()


class _ServerThread(Thread):
    """The gateway's thread. A daemon, so that a hanging one never keeps the command from ending."""

    def __init__(self, data_dir: Path, listening: socket.socket) -> None:
        super().__init__(name="gateway", daemon=True)
        self._address = address_of(listening)
        self._listening = listening
        self._server = new_server()
        self._settings = Settings.from_environment(
            {"PRAMAAN_DATA_DIR": str(data_dir), "PRAMAAN_PUBLIC_URL": self._address}
        )
        self._actors: Actors | None = None
        self._fault: Exception | None = None

    def run(self) -> None:
        """Serve until told to stop, keeping what goes wrong for the main thread."""
        work = serve(self._server, self._settings, self._listening, with_worker=True, ready=self._ready)
        try:
            asyncio.run(work)
        except PramaanError as fault:
            self._fault = fault

    def started(self) -> Actors:
        """Wait until the gateway answers. Raises what kept it from starting."""
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if self._fault is not None:
                raise self._fault
            if not self.is_alive() or time.monotonic() > deadline:
                raise Unavailable("The gateway did not start; `pramaan serve` says more.")
            time.sleep(PAUSE_SECONDS)
        if self._actors is None:
            raise Unavailable("The gateway started without its clients; `pramaan serve` says more.")
        return self._actors

    def stop(self) -> None:
        """Let the gateway finish and end."""
        self._server.should_exit = True
        self.join(STOP_SECONDS)

    async def _ready(self, parts: Composition) -> None:
        source = await self._client(parts, "sample source system", SOURCE)
        partner = await self._client(parts, CHANNEL, frozenset({Scope.FETCH}))
        analyst = await self._client(parts, "sample admin", frozenset({Scope.ADMIN}))
        self._actors = Actors(source, partner, analyst, Gateway(self._address))

    async def _client(self, parts: Composition, name: str, scopes: frozenset[Scope]) -> Gateway:
        made = await store_client(
            new_client(name, scopes, created_at=now(), randomness=secrets.token_bytes), parts.store
        )
        return Gateway(self._address, made.key)
