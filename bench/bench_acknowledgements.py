"""Acknowledgements per second to a receiver on loopback, beside plain posts of the same client to the same receiver.

Run it with `python -m bench.bench_acknowledgements [--json] [--count N]`, on SQLite in a temporary directory: what is
measured has lease, record, body, signature, post and mark in it.
"""

import argparse
import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backends.callbacks.http import open_http
from backends.settings import Settings
from backends.sql.store import SqlStore, open_store
from credential.access import Caller
from credential.acknowledgement import DeliveryState, Message
from credential.keys import Profile
from credential.operations.acknowledge import AT_ONCE, acknowledge
from credential.ports import Intent, Request, SignedCertificate
from credential.record import VaccinationRecord, parse_record
from tests.servers.receiver import OK, receiver

BATCH = 500
LANES = 4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--count", type=int, default=4000, help="acknowledgements")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        figures = asyncio.run(measure(Path(directory), options.count))
    if options.json:
        print(json.dumps(figures))
        return
    print(f"plain posts        {figures['posts_per_s']:8,.0f}/s   {LANES * AT_ONCE} at once")
    print(f"acknowledgements   {figures['acknowledged_per_s']:8,.0f}/s   {figures['to_posts']:.2f} of that")


async def measure(directory: Path, count: int) -> dict[str, float]:
    """Return the figures."""
    async with receiver(lambda _: OK) as here:
        settings = Settings.from_environment(
            {
                "PRAMAAN_DATA_DIR": str(directory),
                "PRAMAAN_ACK_URL": f"{here.url}/ack",
                "PRAMAAN_ACK_HOSTS": "127.0.0.1",
                "PRAMAAN_ACK_FORMAT": "cloudevents",
                "PRAMAAN_ACK_SECRET": "A" * 43 + "=",
            }
        )
        url = f"sqlite+aiosqlite:///{directory / 'store.db'}"
        async with open_store(url, settings.store_keys(), acknowledged=settings.acknowledged) as store:
            await _issue(store, count)
            posts = await _plain(settings, count)
            acknowledged = await _acknowledged(store, settings, count)
    return {
        "posts_per_s": count / posts,
        "acknowledged_per_s": count / acknowledged,
        "to_posts": posts / acknowledged,
    }


async def _plain(settings: Settings, count: int) -> float:
    assert settings.callback is not None
    body = Message(b"x" * 500, {"content-type": "application/json"})
    async with open_http(settings.callback) as callback:

        async def lane() -> None:
            for _ in range(count // (LANES * AT_ONCE)):
                await callback.post(body)

        begin = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(LANES * AT_ONCE)))
        return time.perf_counter() - begin


async def _acknowledged(store: SqlStore, settings: Settings, count: int) -> float:
    style = settings.acknowledgement_style()
    assert settings.callback is not None
    assert style is not None
    async with open_http(settings.callback) as callback:
        parts: dict[str, Any] = {"deliveries": store, "callback": callback, "style": style}

        async def lane() -> None:
            while await acknowledge(**parts, clock=lambda: datetime.now(UTC), jitter=lambda: 0.0):
                pass

        begin = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(LANES)))
        seconds = time.perf_counter() - begin
    assert len(await store.deliveries(DeliveryState.DELIVERED, limit=count + 1)) == count
    return seconds


async def _issue(store: SqlStore, count: int) -> None:
    caller = Caller("bench", "bench")
    for start in range(0, count, BATCH):
        now = datetime.now(UTC)
        records = [_record(number, now) for number in range(start, min(start + BATCH, count))]
        accepted = await store.accept(Request(caller, "issue", None, b"", now), records)
        ids = [outcome.certificate_id or "" for outcome in accepted.outcomes]
        await store.intend([Intent(text, "k", now, b"") for text in ids])
        signed = [SignedCertificate(text, {Profile.COWIN_V1: "{}"}, ("h" * 22,)) for text in ids]
        await store.complete(signed, now=now)


def _record(number: int, now: datetime) -> VaccinationRecord:
    vaccination = {"name": "COVAXIN", "batch": "S", "manufacturer": "S", "date": "2021-06-01T06:00:00Z"}
    data = {
        "beneficiaryId": f"B{number}",
        "recipient": {"name": "Sample Person 1", "age": 40, "mobile": "+919000000001"},
        "vaccination": {**vaccination, "dose": 1, "totalDoses": 2},
        "facility": {"name": "Sample Centre"},
    }
    return parse_record(data, now=now)


if __name__ == "__main__":
    main()
