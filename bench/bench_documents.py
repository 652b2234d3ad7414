"""Serving a document that is kept: milliseconds at p95 and rates, beside a plain file read through Starlette.

Run as `python -m bench.bench_documents [--json] [--seconds N]`. Gateway and plain server are processes of their own on
loopback; each round asks all of them in turn, so that they meet the same weather. `link` is GET /documents/<token>,
`certificate` is GET /certificates/<id>.pdf, which reads the certificate and audits the read first.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.bench_issue import Connection, record
from bench.house import House, house
from tests.servers.process import free_port

ISSUE = """mutation($i: IssueCertificatesInput!) {
  issueCertificates(input: $i) { results { certificate { id } } } }"""
DOCUMENT = "query($id: ID!) { certificate(id: $id) { document(language: EN) { state url byteSize retryAfterMs } } }"
START_SECONDS = 30
AT_ONCE = 8
WARM_UP = 50
VARIABLE = "BENCH_PLAIN_FILE"  # as bench.plain_file reads it


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=3.0, help="time per measurement")
    options = parser.parse_args()
    with house("sqlite", "Ed25519") as at:
        figures = asyncio.run(_measured(at, options.seconds))
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:28} {figure:>12,.2f}")


async def _measured(at: House, seconds: float) -> dict[str, float]:
    connection = await Connection(at).open()
    given = {"i": {"recordsJson": [record()], "waitMs": 10_000}}
    issued = (await connection.ask(ISSUE, given))["issueCertificates"]["results"][0]
    identifier = issued["certificate"]["id"]
    document = await _document(connection, identifier)
    key = {"authorization": f"Bearer {at.key}"}
    certificate = f"/certificates/{identifier}.pdf?language=en"
    content = _get(at.port, document["url"], key)
    with TemporaryDirectory(prefix="bench-") as directory:
        file = Path(directory) / "plain.pdf"
        file.write_bytes(content)
        with _plain(file) as port:
            targets = {
                "plain_sent": (port, "/sent"),
                "plain_read": (port, "/read"),
                "link": (at.port, document["url"]),
                "certificate": (at.port, certificate),
            }
            assert all(_get(*target, key) == content for target in targets.values())
            return {"bytes": len(content)} | await _figures(targets, key, seconds)


async def _document(connection: Connection, identifier: str) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = (await connection.ask(DOCUMENT, {"id": identifier}))["certificate"]["document"]
        if found["state"] == "READY":
            return found
        await asyncio.sleep(found["retryAfterMs"] / 1000)


async def _figures(targets: dict[str, tuple[int, str]], key: dict[str, str], seconds: float) -> dict[str, float]:
    clients = {name: await Client(*target, key).open() for name, target in targets.items()}
    took: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(WARM_UP + int(seconds * 400)):
        for name, client in clients.items():
            spent = await client.get()
            if turn >= WARM_UP:
                took[name].append(spent * 1000)
    figures: dict[str, float] = {}
    for name, times in took.items():
        figures[f"{name}_p50_ms"] = statistics.median(times)
        figures[f"{name}_p95_ms"] = statistics.quantiles(times, n=20)[-1]
    for name, target in targets.items():
        figures[f"{name}_per_s"] = await _rate([await Client(*target, key).open() for _ in range(AT_ONCE)], seconds)
    figures["link_p95_to_plain_read"] = figures["link_p95_ms"] / figures["plain_read_p95_ms"]
    figures["link_p95_to_plain_sent"] = figures["link_p95_ms"] / figures["plain_sent_p95_ms"]
    return figures


async def _rate(clients: "list[Client]", seconds: float) -> float:
    end, done = time.perf_counter() + seconds, 0

    async def ask(client: Client) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await client.get()
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(ask(client) for client in clients))
    return done / (time.perf_counter() - began)


class Client:
    """One keep-alive connection that asks for one path."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        """Remember what to ask."""
        self._port = port
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def open(self) -> "Client":
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def get(self) -> float:
        """Ask; return the seconds until the last byte."""
        began = time.perf_counter()
        self._writer.write(self._request)
        header = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        assert header.startswith(b"http/1.1 200"), header[:40]
        length = next(int(line[15:]) for line in header.split(b"\r\n") if line.startswith(b"content-length:"))
        await self._reader.readexactly(length)
        return time.perf_counter() - began


@contextmanager
def _plain(file: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.plain_file:app", "--port", str(port), "--no-access-log"]
    environment = {**os.environ, VARIABLE: str(file)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                _get(port, "/read", {})
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _get(port: int, path: str, headers: dict[str, str]) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        content: bytes = answer.read()
        return content


if __name__ == "__main__":
    main()
