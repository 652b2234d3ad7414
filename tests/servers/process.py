"""Starting and stopping one server process of our own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30
STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Account:
    """Who a server runs as: the caller, or an unprivileged account when the caller is root (initdb refuses root)."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def unprivileged(cls) -> "Account":
        """Return the account `postgres` or `nobody` for root, and the caller otherwise."""
        if os.geteuid() != 0:
            return cls()
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        return cls(entry.pw_uid, entry.pw_gid)

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end; CalledProcessError or OSError when it does not succeed."""
        return subprocess.run(
            command, check=True, capture_output=True, cwd="/", user=self.uid, group=self.gid, extra_groups=self._groups
        )

    def start(self, command: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
        """Start a server whose output goes to `log`."""
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=self._groups,
                start_new_session=True,  # Ctrl-C reaches pytest, which stops the server in order
            )

    @property
    def _groups(self) -> list[int] | None:
        return None if self.uid is None else []


@contextmanager
def own_directory(account: Account, prefix: str) -> Iterator[Path]:
    """Give a fresh directory that belongs to the account, removed at the end. Short: socket paths have a limit."""
    path = Path(tempfile.mkdtemp(prefix=prefix))
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(server: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> Iterator[None]:
    """Wait until the server answers, and stop it at the end."""
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        yield
    finally:
        stop(server)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end (SIGINT: fast shutdown for PostgreSQL), then insist."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
