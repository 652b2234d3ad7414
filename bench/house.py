"""A whole house for measuring: PostgreSQL, Redis, one gateway and one worker as processes of their own on loopback."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from tests.servers.postgresql import find_binaries, postgresql
from tests.servers.process import free_port
from tests.servers.redis import find_redis, redis_server

START_SECONDS = 60
PLAIN = ("--insecure-plain", "--verification-method", "did:india")


@dataclass(frozen=True, slots=True)
class House:
    """Where the gateway listens, and a client key that may do everything."""

    port: int
    key: str


@contextmanager
def house(store: str, profile_algorithm: str) -> Iterator[House]:
    """Run the house on `sqlite` (worker inside the gateway) or `postgresql` (worker beside it).

    Signing with RSA or Ed25519.
    """
    with ExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        environment = {**os.environ, "PRAMAAN_DATA_DIR": str(data)}
        embedded = store == "sqlite"
        if not embedded:
            binaries, redis = find_binaries(), find_redis()
            if binaries is None or redis is None:
                sys.exit("PostgreSQL or Redis is missing; run `make develop`.")
            environment["PRAMAAN_STORE_URL"] = stack.enter_context(postgresql(binaries)).url()
            environment["PRAMAAN_QUEUE_URL"] = stack.enter_context(redis_server(redis))
        keys = data / "signing"
        _pramaan(environment, "keys", "generate", "--algorithm", profile_algorithm, "--out", str(keys), *PLAIN)
        lists = ("--algorithm", "Ed25519", "--name", "lists", "--insecure-plain")
        _pramaan(environment, "keys", "generate", *lists, "--out", str(keys))
        environment["PRAMAAN_SIGNER_URL"] = f"file:{keys}"
        _pramaan(environment, "migrate")
        scopes = [part for scope in ("issue", "update", "revoke", "jobs", "admin") for part in ("--scope", scope)]
        client = json.loads(_pramaan(environment, "clients", "create", "--name", "bench", *scopes, "--json"))
        port = free_port()
        serve = ["serve", "--port", str(port), *(["--with-worker"] if embedded else [])]
        stack.enter_context(_process(environment, *serve))
        if not embedded:
            stack.enter_context(_worker(environment))
        _wait(port)
        yield House(port, client["key"])


def _pramaan(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


@contextmanager
def _process(environment: dict[str, str], *arguments: str) -> Iterator[None]:
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    """Run a worker, once it has said that it is ready; its last words where it is not."""
    command = [sys.executable, "-m", "gateway.cli", "worker"]
    with TemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            if process.stdout is None or not process.stdout.readline():
                said.seek(0)
                sys.exit(said.read())
            yield
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The gateway did not start.")
