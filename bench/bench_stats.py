"""Figures: how long reading takes, and whether it grows with what was counted.

`python -m bench.bench_stats [--json] [--events N] [--days D]`, on PostgreSQL. Days are laid down as rollups, once with
a hundredth of the events, and closed as workers do; then the same questions are asked of both.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

from backends.sql.database import Database
from backends.sql.figure_tables import COARSE, coarse_rollups
from backends.sql.migrating import migrate
from backends.sql.store import SqlStore, StoreKeys, open_store
from credential.figures import Bucket, Cut, Measure
from credential.ports import Event
from tests.servers.postgresql import find_binaries, postgresql

KEYS = StoreKeys(os.urandom(32), os.urandom(32), {"bench": os.urandom(32)}, "bench")
FIRST = date(2021, 1, 4)
ROUNDS = 40
PAGE = 2_000
VALUES: dict[str, tuple[str, ...]] = {
    "state": tuple(f"State {number}" for number in range(36)),
    "vaccine": ("COVISHIELD", "COVAXIN", "Sputnik V"),
    "dose": ("1", "2", "3"),
    "gender": ("Female", "Male", "Others"),
    "age_band": ("12-14", "15-17", "18-44", "45-59", "60+"),
    "kind": ("DOMESTIC",),
}
QUESTIONS = {
    "total": Cut(),
    "total of a state": Cut(where={"state": "State 7"}),
    "by day": Cut(bucket=Bucket.DAY),
    "by month, state, dose": Cut(bucket=Bucket.MONTH, by=("state", "dose")),
    "by day, of a state, gender, age band": Cut(
        bucket=Bucket.DAY, where={"state": "State 7"}, by=("gender", "ageBand")
    ),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--events", type=int, default=100_000_000, help="how many were counted")
    parser.add_argument("--days", type=int, default=60, help="on how many days")
    options = parser.parse_args()
    with ExitStack() as stack:
        cluster = stack.enter_context(postgresql(find_binaries() or Path()))
        few, many = (
            asyncio.run(measured(cluster.url(cluster.create()), events, options.days))
            for events in (options.events // 100, options.events)
        )
    if options.json:
        print(json.dumps({"few": few, "many": many}))
        return
    print(f"{options.events:,} events on {options.days} days; closing a day {many['closing'] * 1000:.0f} ms")
    for name in QUESTIONS:
        print(f"  {name:40} p95 {many[name] * 1000:6.1f} ms   {many[name] / few[name]:.2f} of a hundredth of them")


async def measured(url: str, events: int, days: int) -> dict[str, float]:
    """Return the p95 of each question, in seconds, and the mean of closing a day."""
    await migrate(url)
    await lay_down(url, events, days)
    async with open_store(url, KEYS) as store:
        after = datetime.combine(FIRST + timedelta(days=days + 40), datetime.min.time(), UTC)
        await store.append([Event(Measure.VERIFIED, after)])
        await store.rollup(now=after)
        began = time.perf_counter()
        while await store.close_next():
            pass
        return {"closing": (time.perf_counter() - began) / days} | {
            name: await p95(store, cut) for name, cut in QUESTIONS.items()
        }


async def lay_down(url: str, events: int, days: int) -> None:
    """Write the rollups of all days."""
    database = Database(url)
    for day in range(days):
        rows = iter(rollups_of(FIRST + timedelta(days=day), events // days))
        while page := list(islice(rows, PAGE)):
            async with database.write() as connection:
                await database.add(connection, coarse_rollups, page)
    await database.close()


def rollups_of(day: date, events: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a day: every combination, with shares that differ."""
    combinations = list(product(*VALUES.values()))
    none = dict.fromkeys(COARSE, "")
    for number, values in enumerate(combinations):
        share = events * (1 + number % 7) // (4 * len(combinations))
        yield {"day": day, "measure": "ISSUED", **none, **dict(zip(VALUES, values, strict=True)), "value": share + 1}


async def p95(store: SqlStore, cut: Cut) -> float:
    """Return the time in which 95 of 100 are answered, of published figures."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await store.published(Measure.ISSUED, cut)
        times.append(time.perf_counter() - began)
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
