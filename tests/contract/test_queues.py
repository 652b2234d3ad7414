"""One suite for every queue, run against real ones."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import dramatiq
import pytest
import redis
from dramatiq.worker import Worker

from backends.queues.jobs import MAX_IDS, QUEUE, QUEUES, RENDER_QUEUE, JobQueue
from backends.registry import open_queue
from backends.settings import Settings
from credential.errors import ConfigurationError, Unavailable
from credential.jobs import BUNDLE, JOB_NAMES, RENDER, ROLLUP, SIGN, Job, JobName

PATIENCE = 20


def settings(tmp_path: Path, url: str) -> Settings:
    return Settings.from_environment({"PRAMAAN_DATA_DIR": str(tmp_path), "PRAMAAN_QUEUE_URL": url})


@pytest.fixture(params=["inprocess:", "redis"])
async def queue(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[JobQueue]:
    url = request.getfixturevalue("fresh_redis_url") if request.param == "redis" else request.param
    async with open_queue(settings(tmp_path, url)) as opened:
        yield opened


class Received:
    """Actors of every job name that keep what came, until as many ids or messages came as expected."""

    def __init__(self, queue: JobQueue, expected: int) -> None:
        self.jobs: list[Job] = []
        self._expected = expected
        self._done = Event()
        for name in JOB_NAMES:
            dramatiq.actor(broker=queue.broker, actor_name=name, queue_name=QUEUES[name])(self._taker(name))

    def _taker(self, name: JobName) -> Callable[[list[str]], None]:
        def take(ids: list[str]) -> None:
            self.jobs.append(Job(name, tuple(ids)))
            if len(self.jobs) >= self._expected:
                self._done.set()

        return take

    async def wait(self) -> list[Job]:
        assert await asyncio.to_thread(self._done.wait, PATIENCE), self.jobs
        return self.jobs


@contextmanager
def working(queue: JobQueue) -> Iterator[None]:
    worker = Worker(queue.broker, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


async def test_every_job_arrives_with_its_ids(queue: JobQueue) -> None:
    jobs = [Job(name, ("a", "b") if name in (SIGN, RENDER) else ()) for name in JOB_NAMES]
    received = Received(queue, len(jobs))
    await queue.enqueue(jobs)
    with working(queue):
        arrived = await received.wait()
    assert sorted(arrived, key=str) == sorted(jobs, key=str)


async def test_what_waits_is_counted_without_documents(queue: JobQueue) -> None:
    assert await queue.waiting() == 0
    await queue.enqueue([Job(SIGN, tuple(map(str, range(2 * MAX_IDS[QUEUE])))), Job(RENDER, ("a",)), Job(ROLLUP)])
    assert await queue.waiting() == 3
    received = Received(queue, 4)
    with working(queue):
        await received.wait()
    assert await queue.waiting() == 0


async def test_long_jobs_travel_in_several_messages(queue: JobQueue) -> None:
    ids = tuple(f"c{number}" for number in range(2 * MAX_IDS[QUEUE] + 1))
    received = Received(queue, 3)
    await queue.enqueue([Job(SIGN, ids)])
    with working(queue):
        arrived = await received.wait()
    assert tuple(one for job in arrived for one in job.ids) == ids
    assert max(len(job.ids) for job in arrived) == MAX_IDS[QUEUE]


async def test_nothing_is_no_fault(queue: JobQueue) -> None:
    received = Received(queue, 1)
    await queue.enqueue([])
    await queue.enqueue([Job(SIGN, ("a",))])
    with working(queue):
        assert [job.ids for job in await received.wait()] == [("a",)]


async def test_rendering_waits_in_a_queue_of_its_own(queue: JobQueue) -> None:
    received = Received(queue, 1)
    await queue.enqueue([Job(RENDER, ("a/PDF/EN",)), Job(SIGN, ("a",))])
    worker = Worker(queue.broker, queues={QUEUE}, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        assert await received.wait() == [Job(SIGN, ("a",))]
    finally:
        worker.stop()
    assert {name for name, of in QUEUES.items() if of == RENDER_QUEUE} == {RENDER, BUNDLE}


async def test_messages_in_redis_hold_name_and_ids_only(fresh_redis_url: str, tmp_path: Path) -> None:
    async with open_queue(settings(tmp_path, fresh_redis_url)) as queue:
        await queue.enqueue([Job(SIGN, ("a", "b"))])
        with redis.Redis.from_url(fresh_redis_url) as client:
            (message,) = client.hgetall(f"pramaan:{QUEUE}.msgs").values()
    fields = dramatiq.Message.decode(message).asdict()
    assert (fields["actor_name"], fields["args"], fields["kwargs"]) == (SIGN, (["a", "b"],), {})
    assert set(fields["options"]) == {"redis_message_id"}


async def test_a_redis_that_is_away_is_unavailable(tmp_path: Path) -> None:
    async with open_queue(settings(tmp_path, f"unix://{tmp_path}/no.sock")) as queue:
        with pytest.raises(Unavailable):
            await queue.enqueue([Job(ROLLUP)])


@pytest.mark.parametrize("url", ["amqp://localhost", "redis", ""])
def test_an_unknown_scheme_names_the_known_ones(tmp_path: Path, url: str) -> None:
    chosen = settings(tmp_path, url or "nothing")
    with pytest.raises(ConfigurationError, match="PRAMAAN_QUEUE_URL must begin with one of inprocess:, redis:"):
        open_queue(chosen)


async def test_an_address_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_QUEUE_URL"):
        async with open_queue(settings(tmp_path, "redis://host:port/0")):
            pass
