"""Workers at work: what the outbox holds gets done, once, whatever stops half-way."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from backends.queues.jobs import QUEUE, JobQueue
from backends.registry import Store, open_artifacts, open_queue, open_signer, open_store
from backends.settings import Environment, Settings
from credential.access import ALL_ROWS, Caller, Scope
from credential.certificate import Certificate, RevocationReason, Status
from credential.errors import ConfigurationError, SigningFailed
from credential.figures import Cut, Measure
from credential.jobs import JOB_NAMES, RENDER, ROLLUP, SIGN, Job
from credential.keys import Algorithm, PublicKey
from credential.operations import documents, issue
from credential.operations.documents import DocumentFormat
from credential.ports import Accepted, Queue, Request, RevocationTarget, Signer
from credential.record import Kind
from credential.status.positions import ListPurpose
from workers import embedded
from workers.composition import Composition, opened
from workers.relay import FULL, relay
from workers.runner import Load, run
from workers.tasks import tasks

SOURCE = Caller("source", "Source", frozenset({Scope.ISSUE, Scope.REVOKE}))
PATIENCE = 60


class Deaf:
    """A queue that loses everything, as Redis may."""

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Lose the jobs."""

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass
class Interrupted:
    """A signer that dies when it is called: the fail point between intent and completion."""

    inner: Signer

    def keys(self) -> Sequence[PublicKey]:
        return self.inner.keys()

    async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:  # noqa: ARG002
        raise SigningFailed("The fail point of this test.")


class Later:
    """A clock that runs ahead, so that what is due in minutes is due now."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def settings(tmp_path: Path, **more: str) -> Settings:
    return Settings.from_environment(
        {"PRAMAAN_DATA_DIR": str(tmp_path), **{f"PRAMAAN_{name}": value for name, value in more.items()}}
    )


def sample(number: int, *, dose: int = 1) -> dict[str, Any]:
    return {
        "beneficiaryId": f"B{number}",
        "recipient": {"name": f"Sample Person {number}", "age": 41, "mobile": f"98765{number:05}"},
        "vaccination": {
            "name": "COVAXIN",
            "batch": "S1",
            "manufacturer": "Bharat Biotech",
            "date": "2021-05-01T08:00:00Z",
            "dose": dose,
            "totalDoses": 2,
        },
        "facility": {"name": "Sample Centre"},
    }


async def accept(parts: Composition, queue: Queue, count: int) -> list[str]:
    """Take in records of persons 1 to `count`; return the ids."""
    request = Request(SOURCE, "issue", None, b"", parts.clock())
    accepted: Accepted = await issue.accept(
        [sample(number + 1) for number in range(count)],
        request=request,
        kind=Kind.DOMESTIC,
        policy=parts.policy,
        intake=parts.store,
        queue=queue,
    )
    ids = [outcome.certificate_id for outcome in accepted.outcomes if outcome.certificate_id]
    assert len(ids) == count
    return ids


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what another process or thread brings about."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - nobody could set an event
            await asyncio.sleep(0.05)


async def issued(store: Store, ids: Sequence[str]) -> list[Certificate]:
    """Wait until all are ISSUED; return them."""

    async def all_issued() -> bool:
        return set(await store.statuses(ids)) == {Status.ISSUED}

    await until(all_issued)
    found = [one for one in await store.by_ids(ids, visible=ALL_ROWS) if one is not None]
    assert len(found) == len(ids)
    return found


@asynccontextmanager
async def working(parts: Composition, queue: JobQueue, *, load: Load | None = None) -> AsyncIterator[None]:
    """Run a worker beside the test."""
    stopping, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(run(parts, queue, stopping=stopping, load=load or Load(2, 1, 20), ready=ready.set))
    await asyncio.wait({task, waiting := asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield
    finally:
        stopping.set()
        await task


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Composition]:
    async with opened(settings(tmp_path)) as found:
        yield replace(found, clock=Later())


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[JobQueue]:
    async with open_queue(settings(tmp_path)) as found:
        yield found


def ahead(parts: Composition, **by: float) -> None:
    assert isinstance(parts.clock, Later)
    parts.clock.ahead += timedelta(**by)


def issuance_date(certificate: Certificate) -> str:
    text = json.loads(certificate.text or "{}")["issuanceDate"]
    assert isinstance(text, str)
    return text


async def test_every_job_has_a_task(parts: Composition) -> None:
    assert set(tasks(parts)) == set(JOB_NAMES)


async def test_what_is_nudged_is_signed_counted_and_indexed(parts: Composition, queue: JobQueue) -> None:
    async def all_done() -> bool:
        return await parts.store.backlog() == 0 and await counted() > 0

    async def counted() -> int:
        return sum(point.value or 0 for point in await parts.store.exact(Measure.ISSUED, Cut()))

    async with working(parts, queue):
        ids = await accept(parts, queue, 3)
        found = await issued(parts.store, ids)
        await until(all_done)
        total = await counted()
    assert total == len(ids)
    assert all(one.text and one.issued_at for one in found)


async def test_what_the_queue_lost_the_relay_sends(parts: Composition, queue: JobQueue) -> None:
    ids = await accept(parts, Deaf(), 250)
    ahead(parts, minutes=1)
    async with working(parts, queue):
        found = await issued(parts.store, ids)
    assert [one.id for one in found] == list(ids)
    assert {one.status for one in found} == {Status.ISSUED}


async def test_the_relay_adds_nothing_to_a_long_queue(parts: Composition, queue: JobQueue) -> None:
    """What waits there would be sent again each time its lease is over, and be done as often."""
    await accept(parts, Deaf(), 3)
    ahead(parts, minutes=1)
    await queue.enqueue([Job(ROLLUP)] * (FULL + 1))
    assert await relay(outbox=parts.store, queue=queue, parts=parts) == 0
    assert await queue.waiting() == FULL + 1
    queue.broker.flush(QUEUE)
    assert await relay(outbox=parts.store, queue=queue, parts=parts) > 0


async def test_a_worker_that_dies_after_intent_leaves_the_same_issuance_time(
    parts: Composition, queue: JobQueue
) -> None:
    ids = await accept(parts, Deaf(), 2)
    dying = replace(parts, signer=Interrupted(parts.signer))
    with suppress(SigningFailed):
        await tasks(dying)[SIGN].run(ids)
    intended = {one.id: one.issued_at for one in await parts.store.take(ids)}
    assert None not in intended.values()
    ahead(parts, minutes=5)
    async with working(parts, queue):
        found = await issued(parts.store, ids)
    assert {one.id: one.issued_at for one in found} == intended
    for one in found:
        assert one.issued_at is not None
        assert datetime.fromisoformat(issuance_date(one)) == one.issued_at


async def test_a_signer_that_fails_once_is_asked_again(parts: Composition, queue: JobQueue) -> None:
    @dataclass
    class Flaky(Interrupted):
        calls: int = 0

        async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:
            self.calls += 1
            if self.calls == 1:
                return await super().sign(key_id, algorithm, payloads)
            return await self.inner.sign(key_id, algorithm, payloads)

    flaky = Flaky(parts.signer)
    async with working(replace(parts, signer=flaky), queue):
        await issued(parts.store, await accept(parts, queue, 1))
    assert flaky.calls == 2


async def test_two_workers_at_once_sign_each_certificate_once(parts: Composition) -> None:
    ids = await accept(parts, Deaf(), 40)
    sign = tasks(parts)[SIGN].run
    done = await asyncio.gather(sign(ids), sign(ids), sign(ids[20:]))
    assert sum(done) == len(ids)
    for certificate in await issued(parts.store, ids):
        assert datetime.fromisoformat(issuance_date(certificate)) == certificate.issued_at


async def test_a_record_that_cannot_be_signed_spoils_none_of_its_batch(parts: Composition, queue: JobQueue) -> None:
    ids = await accept(parts, Deaf(), 3)
    await parts.store.revoke(
        Request(SOURCE, "revoke", None, b"", parts.clock()),
        RevocationTarget(ids=(ids[1],)),
        RevocationReason.ISSUED_IN_ERROR,
        visible=ALL_ROWS,
    )
    async with working(parts, queue):
        await queue.enqueue([Job(SIGN, ("no certificate", *ids))])
        await issued(parts.store, [ids[0], ids[2]])
    assert await parts.store.statuses([ids[1]]) == [Status.REVOKED]


async def test_a_document_is_rendered_while_signing_is_busy(parts: Composition, queue: JobQueue) -> None:
    async with working(parts, queue, load=Load(signing=1, rendering=1, grace=20)):
        (certificate,) = await issued(parts.store, await accept(parts, queue, 1))
        key = documents.document_key(certificate, form=DocumentFormat.PDF, language="EN", layout=None)
        name = (await documents.page_of(certificate, key, parts.press)).name
        await queue.enqueue([Job(RENDER, (str(key),))])

        async def rendered() -> bool:
            return await parts.artifacts.get(name) is not None

        await until(rendered)
    assert not (await parts.artifacts.get(name) or b"").startswith(b"%PDF")


async def test_stopping_finishes_what_is_at_work(parts: Composition, queue: JobQueue) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    @dataclass
    class Slow(Interrupted):
        async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:
            began.set()
            await may_end.wait()
            return await self.inner.sign(key_id, algorithm, payloads)

    ids = await accept(parts, queue, 1)
    async with asyncio.timeout(PATIENCE), working(replace(parts, signer=Slow(parts.signer)), queue):
        await began.wait()
        asyncio.get_running_loop().call_later(0.2, may_end.set)
    assert await parts.store.statuses(ids) == [Status.ISSUED]


async def test_a_broker_serves_one_worker_after_another(parts: Composition, queue: JobQueue) -> None:
    for _ in range(2):
        async with working(parts, queue):
            pass
    assert queue.broker.actors == {}
    async with working(parts, queue):
        await issued(parts.store, await accept(parts, queue, 1))


async def test_a_worker_registers_its_public_keys(parts: Composition) -> None:
    assert {key.id for key in await parts.store.public_keys()} == {key.id for key in parts.signer.keys()}  # noqa: SIM118


async def test_a_profile_or_list_without_a_key_is_told_at_start(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    async with open_signer(chosen):
        pass
    path = tmp_path / "keys" / "keys.toml"
    path.write_text(path.read_text().partition("[development-ed25519]")[0])
    async with opened(settings(tmp_path, STATUS_LISTS="no")):
        pass
    with pytest.raises(ConfigurationError, match="No active key signs the profile vc2"):
        async with opened(settings(tmp_path, PROFILE_DOMESTIC="cowin-v1,vc2")):
            pass
    with pytest.raises(ConfigurationError, match=r"No active key signs the status lists.*PRAMAAN_STATUS_LISTS=no"):
        async with opened(chosen):
            pass


async def test_status_lists_are_there_before_a_worker_takes_jobs(tmp_path: Path) -> None:
    async with opened(settings(tmp_path)) as parts:
        for purpose in ListPurpose:
            found = await parts.store.status_list(purpose, 0)
            assert found is not None
            assert found.sequence == 1


async def test_who_has_a_certificate_is_known_by_number_at_once(tmp_path: Path) -> None:
    async with opened(settings(tmp_path)) as parts:
        ids = await accept(parts, Deaf(), 2)
        assert await tasks(parts)[SIGN].run(ids) == 2
        known = [len(await parts.store.people_of(f"+91{sample(number)['recipient']['mobile']}")) for number in (1, 2)]
        assert known == [1, 1]
        assert await parts.store.backlog() == 0, "no job of its own is left to do"


async def test_the_embedded_worker_signs_on_a_shared_queue(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    async with AsyncExitStack() as stack:
        queue = await stack.enter_async_context(open_queue(chosen))
        store = await stack.enter_async_context(open_store(chosen))
        signer = await stack.enter_async_context(open_signer(chosen))
        artifacts = await stack.enter_async_context(open_artifacts(chosen))
        parts = Composition(store, signer, artifacts, chosen.document_secret(), chosen.policy())
        worker = embedded.start(chosen, queue)
        try:
            found = await issued(store, await accept(parts, queue, 2))
        finally:
            await asyncio.to_thread(worker.stop)
        worker.stop()
    assert [one.status for one in found] == [Status.ISSUED] * 2


def test_the_embedded_worker_tells_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no worker of its own"):
        embedded.start(settings(tmp_path), Deaf())


def test_production_keeps_private_keys_out_of_the_gateway(tmp_path: Path) -> None:
    production = replace(settings(tmp_path), environment=Environment.PRODUCTION)
    with pytest.raises(ConfigurationError, match="in production run `pramaan worker`"):
        embedded.start(production, Deaf())


async def test_the_embedded_worker_fails_to_start_with_the_reason(tmp_path: Path, queue: JobQueue) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_SIGNER_URL"):
        embedded.start(settings(tmp_path, SIGNER_URL="file:/nowhere/at/all"), queue)


def all_values(client: redis.Redis) -> bytes:
    """Return all that the messages of every queue hold."""
    return repr([client.hvals(key) for key in client.keys("pramaan:*.msgs")]).encode()


async def test_failed_messages_carry_no_text_of_the_error(
    parts: Composition, fresh_redis_url: str, tmp_path: Path
) -> None:
    class Telling(Interrupted):
        async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:  # noqa: ARG002
            raise ValueError("Canary Name")

    async with AsyncExitStack() as stack:
        client = stack.enter_context(redis.Redis.from_url(fresh_redis_url))
        queue = await stack.enter_async_context(open_queue(settings(tmp_path, QUEUE_URL=fresh_redis_url)))
        await stack.enter_async_context(working(replace(parts, signer=Telling(parts.signer)), queue))

        async def tried_again() -> bool:
            return b"traceback" in await asyncio.to_thread(all_values, client)

        await accept(parts, queue, 1)
        await until(tried_again)
        kept = all_values(client)
    assert b"Canary" not in kept
    assert QUEUE.encode() in kept
