"""Gateways and workers as processes of their own, on one PostgreSQL and one Redis, to be killed at any moment."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import free_port

COMMAND = (sys.executable, "-m", "gateway.cli")


@dataclass
class Member:
    """One process and how to start it again."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            (*COMMAND, *self.arguments),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """Stop it where it stands, as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass(frozen=True)
class Deployment:
    """What runs, where the gateways listen, and a key that may do everything."""

    members: tuple[Member, ...]
    ports: tuple[int, ...]
    key: str


@contextmanager
def deployment(data_dir: Path, store_url: str, queue_url: str, *, gateways: int, workers: int) -> Iterator[Deployment]:
    """Run the processes until the end of the block."""
    environment = {
        **os.environ,
        "PRAMAAN_DATA_DIR": str(data_dir),
        "PRAMAAN_STORE_URL": store_url,
        "PRAMAAN_QUEUE_URL": queue_url,
    }
    _once(environment, "migrate")
    scopes = [part for scope in ("issue", "update", "revoke", "jobs", "admin") for part in ("--scope", scope)]
    client = json.loads(_once(environment, "clients", "create", "--name", "chaos", *scopes, "--json"))
    ports = tuple(free_port() for _ in range(gateways))
    members = tuple(
        Member(arguments, environment)
        for arguments in (*(("serve", "--port", str(port)) for port in ports), *(("worker",),) * workers)
    )
    try:
        yield Deployment(members, ports, client["key"])
    finally:
        for member in members:
            member.kill()


def _once(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        (*COMMAND, *arguments), env=dict(environment), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
