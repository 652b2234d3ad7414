"""Gateway and worker in a process of their own, as `make run` starts them, with keys and what is printed."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 20


@dataclass(frozen=True)
class Whole:
    """Where it serves, keys of a source system and an admin, and what it has printed so far."""

    url: str
    source: str
    admin: str
    printed: Path

    def code_for(self, mobile: str, *, after: int = 0) -> str:
        """Return the newest code that was sent to a number, once there are more than `after`."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            codes = re.findall(rf"message to tel:{re.escape(mobile)}.*\n\D*(\d{{6}})", self.printed.read_text())
            if len(codes) > after:
                return str(codes[-1])
            time.sleep(0.05)
        raise TimeoutError("no code came")


@contextmanager
def whole(directory: Path, more: Mapping[str, str] | None = None) -> Iterator[Whole]:
    """Run it on embedded backends until the end of the block."""
    with greeted(directory, "serve", "--port", "0", "--with-worker", "--welcome", more=more) as (greeting, printed):
        [url] = re.findall(r"Serving on (\S+)", greeting)
        source, admin = re.findall(r"Key of the local (?:source system|admin), .*: (pramaan_\S+)", greeting)
        yield Whole(url, source, admin, printed)


@contextmanager
def greeted(directory: Path, *command: str, more: Mapping[str, str] | None = None) -> Iterator[tuple[str, Path]]:
    """Run a command of ours that serves; give its greeting, and the file of what it prints beside it."""
    printed = directory / "printed"
    environment = {"PRAMAAN_DATA_DIR": str(directory / "data"), "PATH": "", **(more or {})}
    with (
        printed.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", *command],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
        ) as process,
    ):
        try:
            yield _greeting(process, printed), printed
        finally:
            process.kill()


def _greeting(process: "subprocess.Popen[str]", printed: Path) -> str:
    greeting = ""
    while process.stdout is not None and "Ctrl-C" not in greeting:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"it did not start: {printed.read_text()}")
        greeting += line
    return greeting
