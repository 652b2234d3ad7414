"""`pramaan serve`: a process that greets, serves, signs and drains on SIGTERM (contract, Running)."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.commands.demo.documents import ISSUE
from gateway.commands.graphql_client import Gateway
from tests.flow.test_commands_issue import own


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "gateway.cli", "serve", "--port", "0", "--with-worker", "--welcome"]
    environment = {"PRAMAAN_DATA_DIR": str(tmp_path / "data"), "PATH": ""}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        yield process
        process.kill()


def test_serve_greets_signs_and_ends_on_sigterm(served: subprocess.Popen[str]) -> None:
    assert served.stdout is not None
    greeting = ""
    while "Ctrl-C" not in greeting:
        line = served.stdout.readline()
        assert line, greeting
        greeting += line
    address = re.findall(r"Serving on (\S+)", greeting)[0]
    keys = re.findall(r"Key of the local (?:source system|admin), .*: (pramaan_\S+)", greeting)
    assert len(keys) == 2
    assert f"curl -s {address}/graphql -H 'Authorization: Bearer {keys[0]}'" in greeting
    assert Gateway(address).get("/health/ready")[0] == 200
    issuer = f"did:web:localhost%3A{address.rpartition(':')[2]}"
    assert json.loads(Gateway(address).get("/.well-known/did.json")[1])["id"] == issuer
    payload = Gateway(address, keys[0]).ask(ISSUE, records=[own(1)], key=None)["issueCertificates"]
    assert payload["results"][0]["certificate"]["status"] == "ISSUED"
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=60) == 0
    assert "finished" in served.stdout.read()
