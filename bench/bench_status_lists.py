"""Status lists: what a position costs a certificate, and how long 100,000 revocations take until they are published.

Run it with `python -m bench.bench_status_lists [--json] [--entries N]`, on SQLite in a temporary directory. The
position is compared with an RSA signature, fold and publishing with the writing of the feed, all of the same run.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import insert

from backends.settings import Settings
from backends.signers.development import open_development
from backends.sql.database import Database
from backends.sql.status_tables import status_marks
from backends.sql.store import SqlStore, open_store
from backends.sql.tables import revocation_feed
from credential import primitives
from credential.keys import Algorithm
from credential.operations import status_lists
from credential.status.positions import LIST_SIZE, StatusPositions

LISTS = 8
BATCH = 100
ROUNDS = 50
CHUNK = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--entries", type=int, default=100_000, help="revocations")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        figures = asyncio.run(measure(Path(directory), options.entries))
    if options.json:
        print(json.dumps(figures))
        return
    of_rsa, of_feed = figures["position_to_rsa"], figures["publish_to_feed"]
    print(f"position            {figures['position_us']:9.1f} us   {of_rsa:.3f} of an RSA-2048 signature")
    print(f"handing out         {figures['handing_out_us']:9.1f} us   per certificate, {BATCH} at a time, committed")
    print(f"feed written        {figures['feed_s']:9.2f} s    {options.entries:,} entries")
    print(f"folded, published   {figures['publish_s']:9.2f} s    {of_feed:.2f} of that, in {2 * LISTS} lists")
    print(f"one more, published {figures['one_more_ms']:9.1f} ms")


async def measure(directory: Path, entries: int) -> dict[str, float]:
    """Return the figures."""
    settings = Settings.from_environment({"PRAMAAN_DATA_DIR": str(directory)})
    position, signature = _position_seconds(), _signature_seconds()
    url = f"sqlite+aiosqlite:///{directory / 'store.db'}"
    async with open_store(url, settings.store_keys()) as store, open_development(settings) as signer:

        async def publish() -> None:
            await status_lists.publish(lists=store, signer=signer, policy=settings.policy(), now=datetime.now(UTC))

        handing_out = await _seconds(_hand_out(store)) / ROUNDS / BATCH
        await _advance(url, LISTS * LIST_SIZE)
        await publish()
        feed = await _seconds(_write_feed(url, 0, entries))
        publishing = await _seconds(publish())
        await _write_feed(url, entries, 1)
        one_more = await _seconds(publish())
    return {
        "position_us": position * 1e6,
        "position_to_rsa": position / signature,
        "handing_out_us": handing_out * 1e6,
        "feed_s": feed,
        "publish_s": publishing,
        "publish_to_feed": publishing / feed,
        "one_more_ms": one_more * 1e3,
    }


def _position_seconds() -> float:
    positions = StatusPositions(os.urandom(32))
    begin = time.perf_counter()
    positions.positions(range(ROUNDS * BATCH))
    return (time.perf_counter() - begin) / ROUNDS / BATCH


def _signature_seconds() -> float:
    key = generate_private_key(65537, 2048)
    begin = time.perf_counter()
    for number in range(ROUNDS):
        primitives.sign(Algorithm.RSA, key, bytes([number]))
    return (time.perf_counter() - begin) / ROUNDS


async def _hand_out(store: SqlStore) -> None:
    for _ in range(ROUNDS):
        await store.positions(BATCH)


async def _advance(url: str, count: int) -> None:
    database = Database(url)
    async with database.write() as connection:
        upsert = database.insert(status_marks).values(name="positions", value=count)
        await connection.execute(upsert.on_conflict_do_update(index_elements=["name"], set_={"value": count}))
    await database.close()


async def _write_feed(url: str, start: int, count: int) -> None:
    """Write entries as publishing does, spread over the lists."""
    database = Database(url)
    for first in range(start, start + count, CHUNK):
        rows = [
            {
                "sequence": number + 1,
                "at": datetime.now(UTC),
                "purpose": "SUPERSEDED" if number % 4 else "REVOKED",
                "signature_hash": f"{number:022}",
                "status_list": number % LISTS,
                "status_index": number * 7919 % LIST_SIZE,
            }
            for number in range(first, min(first + CHUNK, start + count))
        ]
        async with database.write() as connection:
            await connection.execute(insert(revocation_feed), rows)
    await database.close()


async def _seconds(work: Awaitable[None]) -> float:
    begin = time.perf_counter()
    await work
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
