"""The quick starts: every command runs as it stands there, and prints what the page shows."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.commands.graphql_client import Gateway
from tests.guides import commands, fits, run
from tests.servers.whole import greeted

SAMPLES = 8
COUNTED = "{ stats { totals { issued } } }"
WAIT_SECONDS = 60


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Run a sandbox until it has counted its samples; give what it tells to export."""
    with greeted(tmp_path, "sandbox", "--port", "0") as (greeting, _):
        exported = dict(re.findall(r"^export ([A-Z]+)=(\S+)$", greeting, re.MULTILINE))
        deadline = time.monotonic() + WAIT_SECONDS
        while Gateway(exported["BASE"]).ask(COUNTED)["stats"]["totals"]["issued"] < SAMPLES:
            assert time.monotonic() < deadline, "the samples were not counted"
            time.sleep(0.1)
        yield {**exported, "PRAMAAN_DATA_DIR": str(tmp_path / "data")}


def differing(blocks: list[tuple[str, str]], printed: list[str]) -> list[tuple[str, str, str]]:
    return [(*block, out) for block, out in zip(blocks, printed, strict=True) if block[1] and not fits(out, block[1])]


@pytest.mark.parametrize("caller", ["partner", "admin", "analyst"])
def test_in_a_sandbox(project: Path, sandbox: dict[str, str], caller: str, tmp_path: Path) -> None:
    page = (project / "docs" / f"quick-start-{caller}.md").read_text(encoding="utf-8")
    (start, _), *blocks = commands(page)
    assert start == "make setup\n.venv/bin/pramaan sandbox\n", "what the fixture does"
    assert len(blocks) >= 4
    printed = run([block for block, _ in blocks], sandbox, tmp_path)
    assert differing(blocks, printed) == []


def test_on_one_machine(project: Path, fresh_postgres_url: str, fresh_redis_url: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    page = (project / "docs" / "quick-start-operator.md").read_text(encoding="utf-8").replace("8000", port)
    (start, _), *blocks = commands(page)
    assert re.findall(r"export (\w+)=", start) == ["DATABASE", "REDIS"]
    servers = {"DATABASE": fresh_postgres_url, "REDIS": fresh_redis_url}
    printed = run([block for block, _ in blocks], servers, tmp_path)
    assert differing(blocks, printed) == []


def test_the_readme_leads_to_each(project: Path) -> None:
    readme = (project / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in (project / "docs").glob("quick-start-*.md"))
    assert len(pages) == 4
    assert [page for page in pages if f"(docs/{page})" not in readme] == []
