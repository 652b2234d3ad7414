"""A large file through import, reconcile and apply on PostgreSQL, each phase killed with SIGKILL and run again.

Run it with `python -m bench.bench_bulk [--json] [--rows N]`; a million rows is what it is for. It ends with an empty
dry run, or fails. Rates count the whole time of a phase, kills and pauses for lost leases too.
"""

import argparse
import asyncio
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from tests.chaos.deployment import COMMAND, Member
from tests.servers.postgresql import find_binaries, postgresql
from tests.servers.redis import find_redis, redis_server

KILLS = (0.1, 0.5, 0.9)
"""At which parts of a phase its process is killed."""
PAUSE_SECONDS = 0.5
COLUMNS = (
    "beneficiaryId",
    "recipient.name",
    "recipient.age",
    "recipient.gender",
    "recipient.mobile",
    "vaccination.name",
    "vaccination.batch",
    "vaccination.manufacturer",
    "vaccination.date",
    "vaccination.dose",
    "vaccination.totalDoses",
    "vaccinator.name",
    "facility.id",
    "facility.name",
    "facility.address.district",
    "facility.address.state",
    "facility.address.country",
)
BROKEN, CHANGED, NEW = 101, 50, 103
"""One of so many rows has no batch; is corrected in the second file; is new there."""


@dataclass
class Phase:
    """What a phase took. `peak_mb` is the largest resident memory of its process."""

    name: str
    rows: int
    seconds: float = 0
    kills: int = 0
    peak_mb: float = 0
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.rows / self.seconds

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value}" for name, value in self.answer.items() if not isinstance(value, str))
        return (
            f"{self.name:10} {self.seconds:8.1f} s {self.rate:8,.0f} rows/s  peak {self.peak_mb:5.0f} MB"
            f"  killed {self.kills} times   {told}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the file")
    parser.add_argument("--import-only", action="store_true", help="leave reconciliation out")
    options = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        cluster = stack.enter_context(postgresql(find_binaries() or Path()))
        queue_url = stack.enter_context(redis_server(find_redis() or Path()))
        house = House(directory, cluster.url(cluster.create()), queue_url)
        phases = house.run(options.rows, import_only=options.import_only)
    if options.json:
        print(json.dumps([{**vars(phase), "rate": phase.rate} for phase in phases]))
        return
    for phase in phases:
        print(phase)


@dataclass
class House:
    """A store, a queue and a worker, and the commands that work on them."""

    directory: Path
    store_url: str
    queue_url: str

    def run(self, rows: int, *, import_only: bool) -> list[Phase]:
        """Run the phases."""
        first, second = self.directory / "first.csv", self.directory / "second.csv"
        write(first, records(rows, second=False))
        write(second, records(rows, second=True))
        self._once("migrate")
        worker = Member(("worker",), self._environment())
        try:
            imported = self._phase("import", rows, worker, "import", str(first))
            if import_only:
                return [imported, Phase("worker", rows, 1, 0, peak_mb(worker.process.pid))]
            compared = self._phase("reconcile", rows, worker, "reconcile", str(second))
            digest = compared.answer["digest"]
            applied = self._phase("apply", rows, worker, "reconcile", str(second), "--apply", digest)
            again = self._phase("dry run", rows, None, "reconcile", str(second))
            peak = Phase("worker", rows, 1, 0, peak_mb(worker.process.pid))
        finally:
            worker.kill()
        if any(again.answer["counts"].values()):
            raise SystemExit(f"The last dry run found something: {again.answer}")
        return [imported, compared, applied, again, peak]

    def _phase(self, name: str, rows: int, worker: Member | None, *arguments: str) -> Phase:
        """Run a command to its end, killed and begun again on the way. `worker`: killed, too, half-way."""
        phase, began, at = Phase(name, rows), time.monotonic(), iter(KILLS if worker else ())
        kill_at = next(at, 2.0)
        process = self._begun(*arguments)
        while process.poll() is None:
            time.sleep(PAUSE_SECONDS)
            phase.peak_mb = max(phase.peak_mb, peak_mb(process.pid))
            if self._progress(name) < kill_at:
                continue
            process.kill()
            process.wait()
            phase.kills += 1
            if worker is not None and kill_at == KILLS[1]:
                worker.kill()
                worker.start()
            kill_at = next(at, 2.0)
            process = self._begun(*arguments)
        phase.seconds = time.monotonic() - began
        output = process.stdout.read() if process.stdout else ""
        if process.returncode not in {0, 1}:
            raise SystemExit(f"{name} ended with {process.returncode}.")
        phase.answer = json.loads(output)
        print(phase, file=sys.stderr)
        return phase

    def _progress(self, name: str) -> float:
        return asyncio.run(progress(self.store_url.replace("+asyncpg", ""), KIND[name]))

    def _begun(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen((*COMMAND, *arguments, "--json"), env=self._environment(), stdout=-1, text=True)

    def _once(self, *arguments: str) -> None:
        subprocess.run((*COMMAND, *arguments), env=self._environment(), check=True, capture_output=True)

    def _environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "PRAMAAN_DATA_DIR": str(self.directory / "data"),
            "PRAMAAN_STORE_URL": self.store_url,
            "PRAMAAN_QUEUE_URL": self.queue_url,
            "PRAMAAN_APPROVAL_ABOVE": "100000000",
            "PRAMAAN_APPLY_PER_SECOND": "100000",
        }


KIND = {
    "import": "importRecords",
    "reconcile": "reconcile",
    "apply": "applyReconciliation",
    "dry run": "reconcile",
}


async def progress(url: str, kind: str) -> float:
    """Return how much of the newest work of a kind is done, 0 to 1."""
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(
            "SELECT (done + failed)::float / greatest(total, 1) AS part FROM works"
            " WHERE kind = $1 AND finished_at IS NULL ORDER BY created_at DESC LIMIT 1",
            kind,
        )
    finally:
        await connection.close()
    return 0.0 if row is None else row["part"]


def records(rows: int, *, second: bool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a file; the second tells what the source holds later."""
    for number in range(rows):
        if not second and number % NEW == NEW - 1:
            continue
        batch = "" if number % BROKEN == BROKEN - 1 and not second else f"B{number % 997:04}"
        changed = second and number % CHANGED == 0
        yield (
            f"{10_000_000_000_000 + number}",
            f"Sample Person {number}" + (" Corrected" if changed else ""),
            str(18 + number % 70),
            ("Female", "Male")[number % 2],
            f"+91{9_000_000_000 + number % 900_000_000}",
            "COVISHIELD",
            batch,
            "Serum Institute of India",
            f"2021-06-{1 + number % 28:02}T10:00:00+05:30",
            "1",
            "2",
            f"Sample Vaccinator {number % 50}",
            f"F{number % 500}",
            f"Sample Health Centre {number % 500}",
            "Pune",
            "Maharashtra",
            "IN",
        )


def write(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    """Write a file of our own columns."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def peak_mb(pid: int) -> float:
    """Return the largest resident memory of a process so far, in MB; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
