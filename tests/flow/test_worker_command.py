"""The command `pramaan worker` as operators run it: a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 90
COMMAND = (sys.executable, "-c", "import sys; from gateway.cli import main; sys.exit(main())", "worker")

PRODUCTION = {
    "ENV": "production",
    "STORE_URL": "postgresql+asyncpg://localhost/none",
    "QUEUE_URL": "redis://localhost/0",
    "ARTIFACTS_URL": "file:/nowhere",
    "PUBLIC_URL": "https://certificates.example.org",
    "SHARD_KEY": "A" * 43,
    "CONTACT_PEPPER": "A" * 43,
    "DATA_KEYS": "one:" + "A" * 43,
}
"""All that production needs but a signer."""


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAMAAN_")}
    return {**kept, "PRAMAAN_DATA_DIR": str(tmp_path), **{f"PRAMAAN_{name}": value for name, value in more.items()}}


def test_it_says_when_it_is_ready_and_ends_on_sigterm(tmp_path: Path, redis_url: str) -> None:
    chosen = environ(tmp_path, QUEUE_URL=redis_url)
    with subprocess.Popen(COMMAND, env=chosen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "Worker ready.\n"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "Everything at work was finished.\n")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"QUEUE_URL": "inprocess:"}, "PRAMAAN_QUEUE_URL is inprocess:, which no other process can reach"),
        ({"QUEUE_URL": "redis://localhost/0", "SIGNER_URL": "file:/nowhere/at/all"}, "PRAMAAN_SIGNER_URL names a dir"),
        (PRODUCTION, "PRAMAAN_SIGNER_URL is not set; set it to file:DIR"),
        ({"UPDATE_LIMIT": "many", "COWIN": "loose"}, "PRAMAAN_COWIN must be"),
    ],
)
def test_what_is_wrong_is_one_message_and_exit_2(tmp_path: Path, more: dict[str, str], message: str) -> None:
    done = subprocess.run(
        COMMAND, env=environ(tmp_path, **more), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
