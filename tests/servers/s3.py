"""S3's API by moto's server: a process of its own on a free loopback port, everything in its memory."""

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import Account, free_port, own_directory, running

BUCKET = "pramaan-test"


def find_moto() -> Path | None:
    """Return the server's command beside this Python; None where the package is missing."""
    found = Path(sys.executable).parent / "moto_server"
    return found if found.is_file() else None


@contextmanager
def s3_server(binary: Path) -> Iterator[str]:
    """Run a fresh server with one bucket and give its address."""
    account = Account()
    with own_directory(account, "s3-") as directory:
        port, log = free_port(), directory / "log"
        endpoint = f"http://127.0.0.1:{port}"
        server = account.start([binary, "-H", "127.0.0.1", "-p", str(port)], log)
        with running(server, lambda: _answers(endpoint), log):
            make_bucket(endpoint, BUCKET)
            yield endpoint


def make_bucket(endpoint: str, name: str) -> None:
    """Make a bucket; moto asks for no signature."""
    request = urllib.request.Request(f"{endpoint}/{name}", method="PUT")  # noqa: S310 - loopback
    with urllib.request.urlopen(request):  # noqa: S310 - loopback
        pass


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=1):  # noqa: S310 - loopback
            return True
    except (urllib.error.URLError, OSError):
        return False
