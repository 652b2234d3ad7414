"""Issue through the whole gateway: authentication, idempotency, audit, outbox, store, queue, worker, signature.

Run as `python -m bench.bench_issue [--store postgresql|sqlite] [--algorithm RSA|Ed25519] [--count N] [--json]`. Load
comes from one asyncio client on the same machine. `accepted` counts durable answers per second, `signed` ISSUED
certificates per second from the first request to the last signature. PostgreSQL runs with fsync off, so its figures
show processor cost, not a disk's.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

from bench.house import House, house

ISSUE = """mutation($i: IssueCertificatesInput!) {
  issueCertificates(input: $i) { results { certificate { id } error { code } } }
}"""
STATUS = "query($id: ID!) { certificate(id: $id) { status } }"
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Row:
    """Rates of one way of sending, and the ratio of its accepted rate to that of single records."""

    way: str
    certificates: int
    accepted_per_second: float
    signed_per_second: float
    ratio_to_single: float


class Connection:
    """One keep-alive HTTP/1.1 connection."""

    def __init__(self, at: House) -> None:
        """Remember where the gateway is."""
        self.at = at

    async def open(self) -> "Connection":
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.at.port)
        return self

    async def ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Send a GraphQL request and return `data`."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.at.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        header = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in header.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer: dict[str, Any] = json.loads(await self.reader.readexactly(length))
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data


def record() -> dict[str, Any]:
    """Return a synthetic record of a new beneficiary."""
    number = next(NUMBERS)
    return {
        "beneficiaryId": f"BENCH{number}",
        "recipient": {"name": f"Sample Person {number}", "age": 40, "gender": "Female", "mobile": f"9{number:09}"},
        "vaccination": {
            "name": "COVISHIELD",
            "batch": f"SAMPLE{number % 50}",
            "manufacturer": "Serum Institute of India",
            "date": "2021-12-15T06:00:00Z",
            "dose": 1,
            "totalDoses": 2,
        },
        "facility": {"name": "Sample Health Centre", "address": {"district": "Pune", "state": "Maharashtra"}},
    }


async def send(connection: Connection, size: int, requests: int) -> list[str]:
    """Send requests of `size` records one after the other; return the ids."""
    ids: list[str] = []
    for _ in range(requests):
        given = {"recordsJson": [record() for _ in range(size)], "idempotencyKey": f"bench-{next(NUMBERS)}"}
        data = await connection.ask(ISSUE, {"i": given})
        ids += [result["certificate"]["id"] for result in data["issueCertificates"]["results"]]
    return ids


async def signed(connection: Connection, ids: Sequence[str]) -> None:
    """Wait until all are ISSUED."""
    for one in reversed(ids):
        while (await connection.ask(STATUS, {"id": one}))["certificate"]["status"] == "PENDING":  # noqa: ASYNC110 - asks a server
            await asyncio.sleep(0.02)


async def measure(at: House, size: int, total: int, connections: int) -> tuple[float, float]:
    """Return accepted and signed certificates per second."""
    opened = [await Connection(at).open() for _ in range(connections)]
    await signed(opened[0], await send(opened[0], size, 2))
    start = time.perf_counter()
    ids = await asyncio.gather(*(send(each, size, total // size // connections) for each in opened))
    accepted = time.perf_counter() - start
    await signed(opened[0], [one for some in ids for one in some[-20:]])
    done = time.perf_counter() - start
    made = sum(map(len, ids))
    return made / accepted, made / done


async def rows(at: House, total: int) -> list[Row]:
    """Measure single records and batches."""
    single, single_signed = await measure(at, 1, total // 4, 16)
    batch, batch_signed = await measure(at, 100, total, 4)
    return [
        Row("single", total // 4, round(single), round(single_signed), 1.0),
        Row("batches of 100", total, round(batch), round(batch_signed), round(batch / single, 2)),
    ]


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--algorithm", choices=["RSA", "Ed25519"], default="RSA")
    parser.add_argument("--count", type=int, default=8000, help="certificates in batches; a quarter of it singly")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with house(arguments.store, arguments.algorithm) as at:
        found = asyncio.run(rows(at, arguments.count))
    if arguments.json:
        print(json.dumps([asdict(row) for row in found], indent=2))
        return
    print(f"issue through the gateway, {arguments.store}, {arguments.algorithm}")
    for row in found:
        print(
            f"{row.way:16} accepted {row.accepted_per_second:7.0f}/s  signed {row.signed_per_second:7.0f}/s"
            f"  {row.ratio_to_single:.2f} x single"
        )


if __name__ == "__main__":
    main()
