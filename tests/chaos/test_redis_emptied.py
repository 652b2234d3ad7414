"""Emptying Redis in the middle of a bulk loses nothing (reliability-security, Nothing is lost)."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from backends.queues.jobs import JobQueue
from backends.registry import open_queue
from backends.settings import Settings
from backends.sql.migrating import migrate
from credential.access import ALL_ROWS, Caller, Scope
from credential.certificate import Status
from credential.keys import Algorithm, PublicKey
from credential.operations import issue
from credential.ports import Request, Signer
from credential.record import Kind
from workers.composition import Composition, opened
from workers.runner import Load, run

SOURCE = Caller("source", "Source", frozenset({Scope.ISSUE}))
COUNT = 600
PATIENCE = 60


@dataclass
class Clock:
    """A clock that a test can put ahead, so that leases end without waiting."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Held:
    """A signer that stops after its first batch until it is let go: the middle of the bulk."""

    inner: Signer
    first: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def keys(self) -> Sequence[PublicKey]:
        return self.inner.keys()

    async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:
        if self.first.is_set():
            await self.go.wait()
        self.first.set()
        return await self.inner.sign(key_id, algorithm, payloads)


def sample(number: int) -> dict[str, object]:
    return {
        "beneficiaryId": f"B{number}",
        "recipient": {"name": f"Sample Person {number}", "age": 41, "mobile": f"98765{number:05}"},
        "vaccination": {
            "name": "COVAXIN",
            "batch": "S1",
            "manufacturer": "Bharat Biotech",
            "date": "2021-05-01T08:00:00Z",
            "dose": 1,
            "totalDoses": 2,
        },
        "facility": {"name": "Sample Centre"},
    }


@pytest.fixture(params=["sqlite", "postgresql"])
async def settings(request: pytest.FixtureRequest, tmp_path: Path, fresh_redis_url: str) -> Settings:
    environ = {"PRAMAAN_DATA_DIR": str(tmp_path), "PRAMAAN_QUEUE_URL": fresh_redis_url}
    if request.param == "postgresql":
        environ["PRAMAAN_STORE_URL"] = request.getfixturevalue("fresh_postgres_url")
        await migrate(environ["PRAMAAN_STORE_URL"])
    return Settings.from_environment(environ)


async def accept(parts: Composition, queue: JobQueue) -> list[str]:
    accepted = await issue.accept(
        [sample(number) for number in range(COUNT)],
        request=Request(SOURCE, "issue", None, b"", parts.clock()),
        kind=Kind.DOMESTIC,
        policy=parts.policy,
        intake=parts.store,
        queue=queue,
    )
    return [outcome.certificate_id for outcome in accepted.outcomes if outcome.certificate_id]


async def test_emptying_redis_in_the_middle_of_a_bulk_loses_nothing(settings: Settings) -> None:
    clock = Clock()
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(opened(settings))
        queue = await stack.enter_async_context(open_queue(settings))
        signer = Held(plain.signer)
        parts = replace(plain, signer=signer, clock=clock)
        ids = await accept(parts, queue)
        assert len(set(ids)) == COUNT

        stopping = asyncio.Event()
        worker = asyncio.create_task(run(parts, queue, stopping=stopping, load=Load(1, 1, 30)))
        try:
            async with asyncio.timeout(PATIENCE):
                await signer.first.wait()
                await asyncio.to_thread(empty, settings.queue_url)
                signer.go.set()
                clock.ahead = timedelta(minutes=10)
                while (statuses := set(await parts.store.statuses(ids))) != {Status.ISSUED}:
                    assert statuses <= {Status.PENDING, Status.ISSUED}
                    await asyncio.sleep(0.05)
        finally:
            signer.go.set()
            stopping.set()
            await worker
        found = [one for one in await parts.store.by_ids(ids, visible=ALL_ROWS) if one is not None]
    assert {one.beneficiary_id for one in found} == {f"B{number}" for number in range(COUNT)}
    assert all(one.text and one.version == 1 for one in found)


def empty(url: str) -> None:
    """Take everything away, as a Redis that restarts without its file does."""
    with redis.Redis.from_url(url) as client:
        assert client.dbsize() > 0
        client.flushall()
