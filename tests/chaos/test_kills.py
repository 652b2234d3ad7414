"""Processes are killed and Redis is emptied while clients issue, correct and revoke: nothing is lost or doubled.

The short run belongs to every test run; `make chaos` asks for the long one by its marker.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.chaos.deployment import Deployment, deployment
from tests.flow.house import ISSUE, REVOKE, UPDATE, record

PATIENCE = 240
CLIENTS = 3
BATCH = 4
Answer = dict[str, Any]


@dataclass
class Ledger:
    """What clients were told, by idempotency key: the request and its answer."""

    seed: int
    sent: dict[str, tuple[str, Answer, Answer]] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def ids(self, operation: str) -> list[str]:
        return [one for kind, _, answer in self.sent.values() if kind == operation for one in certificate_ids(answer)]


def certificate_ids(answer: Answer) -> list[str]:
    (payload,) = answer.values()
    if "results" in payload:
        return [result["certificate"]["id"] for result in payload["results"]]
    assert not payload["userErrors"], payload
    found = payload["certificates"] if "certificates" in payload else [payload["certificate"]]
    return [one["id"] for one in found]


async def ask(http: httpx.AsyncClient, at: Deployment, query: str, variables: Answer) -> Answer:
    """Ask until somebody answers for good: a client that retries with its idempotency key."""
    chance = random.Random(str(variables))
    while True:
        port = chance.choice(at.ports)
        try:
            response = await http.post(
                f"http://127.0.0.1:{port}/graphql",
                json={"query": query, "variables": variables},
                headers={"authorization": f"Bearer {at.key}"},
            )
            body = response.json()
        except (httpx.HTTPError, ValueError):
            await asyncio.sleep(0.1)
            continue
        data: Answer | None = body.get("data")
        if not body.get("errors") and data and not in_progress(data):
            return data
        await asyncio.sleep(0.1)


def in_progress(data: Answer) -> bool:
    faults = [one for payload in data.values() if payload for one in payload.get("userErrors", [])]
    return any(fault["code"] == "IDEMPOTENCY_IN_PROGRESS" for fault in faults)


async def client(http: httpx.AsyncClient, at: Deployment, ledger: Ledger, until: Callable[[], bool]) -> None:
    """Issue batches; correct the first of each and revoke the last."""
    while not until():
        number = next(ledger.numbers)
        people = [f"CHAOS{number}N{place}" for place in range(BATCH)]
        given = {"recordsJson": [record(person) for person in people], "idempotencyKey": f"issue-{number}"}
        answer = await ask(http, at, ISSUE, {"input": given})
        ledger.sent[f"issue-{number}"] = (ISSUE, {"input": given}, answer)
        first, *_, last = certificate_ids(answer)
        change = {
            "certificateId": first,
            "recipient": {"name": f"Corrected Person {number}"},
            "idempotencyKey": f"update-{number}",
        }
        ledger.sent[f"update-{number}"] = (UPDATE, {"input": change}, await ask(http, at, UPDATE, {"input": change}))
        end = {"target": {"ids": [last]}, "reason": "OTHER", "idempotencyKey": f"revoke-{number}"}
        ledger.sent[f"revoke-{number}"] = (REVOKE, {"input": end}, await ask(http, at, REVOKE, {"input": end}))


async def havoc(at: Deployment, queue_url: str, seed: int, until: Callable[[], bool]) -> int:
    """Kill a member every now and then and start it again; empty Redis as often. Return how many were killed."""
    chance = random.Random(seed)
    killed = 0
    with redis.Redis.from_url(queue_url) as queue:
        while not until():
            await asyncio.sleep(chance.uniform(1.0, 3.0))
            victim = chance.choice(at.members)
            await asyncio.to_thread(victim.kill)
            await asyncio.to_thread(queue.flushall)
            victim.start()
            killed += 1
    return killed


async def storm(at: Deployment, queue_url: str, seconds: float, ledger: Ledger) -> int:
    """Let clients and havoc run side by side for a while; every request is answered before this ends."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds

    def over() -> bool:
        return loop.time() >= end

    async with httpx.AsyncClient(timeout=20) as http:
        work: list[Awaitable[Any]] = [client(http, at, ledger, over) for _ in range(CLIENTS)]
        killed, *_ = await asyncio.gather(havoc(at, queue_url, ledger.seed, over), *work)
    return int(killed)


async def settled(store_url: str) -> list[Any]:
    """Wait until no certificate is PENDING; return (status, version, live, dose row) of all."""
    engine = create_async_engine(store_url)
    query = text(
        "SELECT id, status, version, live, programme, beneficiary, dose, status_list, status_index FROM certificates"
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                async with engine.connect() as connection:
                    rows = list((await connection.execute(query)).all())
                if not any(row.status == "PENDING" for row in rows):
                    return rows
                await asyncio.sleep(0.5)
    finally:
        await engine.dispose()


def check(rows: list[Any], ledger: Ledger) -> None:
    """Hold the store against what the clients were told."""
    by_id = {row.id: row for row in rows}
    issued, corrected, revoked = ledger.ids(ISSUE), ledger.ids(UPDATE), ledger.ids(REVOKE)
    assert len(set(issued)) == len(issued)
    assert set(by_id) == {*issued, *corrected}, "accepted and stored are the same"
    assert Counter(row.status for row in rows if row.status == "FAILED") == Counter()
    assert {by_id[one].status for one in revoked} == {"REVOKED"}
    assert {by_id[one].status for one in corrected} == {"ISSUED"}
    people = Counter((row.programme, row.beneficiary, row.dose, row.version) for row in rows)
    assert max(people.values()) == 1, "no version twice"
    live = Counter((row.programme, row.beneficiary, row.dose) for row in rows if row.live)
    assert max(live.values()) == 1, "never two live"
    places = [(row.status_list, row.status_index) for row in rows if row.status_index is not None]
    assert len(set(places)) == len(places), "no bit of the status lists twice"
    assert all(row.status_index is not None for row in rows if row.status == "ISSUED")


async def run(tmp_path: Path, store_url: str, queue_url: str, seconds: float) -> None:
    ledger = Ledger(seed=int(datetime.now(UTC).timestamp()))
    with deployment(tmp_path, store_url, queue_url, gateways=2, workers=2) as at:
        killed = await storm(at, queue_url, seconds, ledger)
        check(await settled(store_url), ledger)
        async with httpx.AsyncClient(timeout=20) as http:
            for query, variables, answer in list(ledger.sent.values()):
                again = await ask(http, at, query, variables)
                assert certificate_ids(again) == certificate_ids(answer), "sending again changes nothing"
        check(await settled(store_url), ledger)
    assert killed
    assert ledger.sent


async def test_killed_processes_and_an_emptied_queue_lose_nothing(
    tmp_path: Path, fresh_postgres_url: str, fresh_redis_url: str
) -> None:
    await run(tmp_path, fresh_postgres_url, fresh_redis_url, seconds=12)


@pytest.mark.chaos
async def test_the_same_for_minutes(tmp_path: Path, fresh_postgres_url: str, fresh_redis_url: str) -> None:
    await run(tmp_path, fresh_postgres_url, fresh_redis_url, seconds=180)
