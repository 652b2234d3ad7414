"""The npm `graphql-http` audit of the GraphQL-over-HTTP specification, run by Node against a URL."""

import json
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tests.servers.missing import missing

SOURCE = Path(__file__).parent / "graphql_http_audit"
AUDITS = 61


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit's outcome: status is ok, notice (MAY), warn (SHOULD) or error (MUST)."""

    id: str
    name: str
    status: str
    reason: str | None


def find_node() -> Path:
    """Return the directory of node and npm: from PATH, else from the wheel in this environment."""
    wheel = sysconfig.get_path("scripts")
    node, npm = (shutil.which(name) or shutil.which(name, path=wheel) for name in ("node", "npm"))
    if node is None or npm is None:
        missing("Node", "install the packages nodejs and npm or run `make develop`, which brings a wheel")
    return Path(node)


def run_audits(url: str, directory: Path) -> list[Audit]:
    """Install the audit into `directory` from its lock file and run it against the endpoint at `url`."""
    node = find_node()
    npm = shutil.which("npm") or str(node.with_name("npm"))
    shutil.copytree(SOURCE, directory, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=directory, check=True, capture_output=True)
    command = [str(node), "audit.js", url]
    lines = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout.splitlines()
    return [Audit(**json.loads(line)) for line in lines]
