"""A worker killed in the middle of a revocation by reach: the next one finishes; issuing goes on meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.chaos.deployment import Deployment, deployment
from tests.chaos.test_kills import ask, certificate_ids
from tests.flow.house import ISSUE, JSON, record

PAGE, TOTAL, PATIENCE = 500, 510, 240
REVOKE = """mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) {
  reach { count digest } job { id } userErrors { code message } } }"""
JOB = "query($id: ID!) { job(id: $id) { state done total } }"
FEED = (
    "query($after: String) { revocations(first: 100, after: $after) { nodes { statusIndex } pageInfo { endCursor } } }"
)
STATES = "SELECT status, count(*) FROM certificates GROUP BY status"
LAST = "SELECT shard, beneficiary FROM certificates ORDER BY shard DESC, id DESC LIMIT 1"
LOCK = "SELECT 1 FROM data_keys WHERE shard = :shard AND beneficiary = :beneficiary FOR UPDATE"


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.05)


async def states(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        return {row[0]: row[1] for row in await connection.execute(text(STATES))}


async def revoke(http: httpx.AsyncClient, at: Deployment, **more: Any) -> JSON:  # noqa: ANN401
    given = {"target": {"where": {"batch": "SAMPLE-1"}}, "reason": "BATCH_RECALL", **more}
    payload: JSON = (await ask(http, at, REVOKE, {"input": given}))["revokeCertificates"]
    assert payload["userErrors"] == []
    return payload


async def feed(http: httpx.AsyncClient, at: Deployment) -> list[int]:
    found, after = list[int](), None
    while True:
        page = (await ask(http, at, FEED, {"after": after}))["revocations"]
        if not page["nodes"]:
            return found
        found += [one["statusIndex"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]


async def test_a_worker_killed_within_a_page(tmp_path: Path, fresh_postgres_url: str, fresh_redis_url: str) -> None:
    engine = create_async_engine(fresh_postgres_url)
    with deployment(tmp_path, fresh_postgres_url, fresh_redis_url, gateways=1, workers=1) as at:
        worker = at.members[-1]
        async with httpx.AsyncClient(timeout=60) as http:
            people = [record(f"REACH{number}") for number in range(TOTAL)]
            await ask(http, at, ISSUE, {"input": {"recordsJson": people}})

            async def signed() -> bool:
                return await states(engine) == {"ISSUED": TOTAL}

            await until(signed)
            digest = (await revoke(http, at, dryRun=True))["reach"]["digest"]
            async with engine.begin() as holding:
                # The second page comes to this person and no further.
                last = (await holding.execute(text(LAST))).one()
                await holding.execute(text(LOCK), last._asdict())
                job_id = (await revoke(http, at, digest=digest))["job"]["id"]

                async def first_page() -> bool:
                    return bool((await ask(http, at, JOB, {"id": job_id}))["job"]["done"] == PAGE)

                await until(first_page)
                assert await states(engine) == {"ISSUED": TOTAL - PAGE, "REVOKED": PAGE}
                [other] = certificate_ids(
                    await ask(http, at, ISSUE, {"input": {"recordsJson": [record("REACH-NEW")], "waitMs": 10_000}})
                )
                assert await states(engine) == {"ISSUED": TOTAL - PAGE + 1, "REVOKED": PAGE}, "issuing goes on"
                worker.kill()
            async with engine.begin() as connection:
                await connection.execute(text("UPDATE works SET available_at = now()"))  # the lease is over
            assert await states(engine) == {"ISSUED": TOTAL - PAGE + 1, "REVOKED": PAGE}, "a page is revoked or not"
            worker.start()

            async def all_done() -> bool:
                return bool((await ask(http, at, JOB, {"id": job_id}))["job"]["done"] == TOTAL)

            await until(all_done)
            assert await states(engine) == {"ISSUED": 1, "REVOKED": TOTAL}
            status = "query($id: ID!) { certificate(id: $id) { status } }"
            assert (await ask(http, at, status, {"id": other}))["certificate"]["status"] == "ISSUED"

            async def published() -> bool:
                return len(await feed(http, at)) == TOTAL

            await until(published)
            assert len(set(await feed(http, at))) == TOTAL, "each of them once"
    await engine.dispose()
