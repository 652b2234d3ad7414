"""Long work on every store: leased by one at a time, stored step by step, approved by somebody else."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from backends.sql.ledger import KEPT
from backends.sql.store import SqlStore
from backends.sql.working import LEASE, PAUSE
from credential.errors import IdempotencyConflict, Unavailable
from credential.operations.working import ATTEMPTS, work_on
from credential.ports import BegunWork, JobState, Step, Work, WorkKind
from tests.contract.store_faults import count
from tests.contract.store_samples import NOW, OTHER, SECOND, SOURCE, request

ORDER = b'{"file":"Canary file"}'
KINDS = (WorkKind.IMPORT,)
Run = Callable[[Work, datetime], Awaitable[Step]]


async def begun(store: SqlStore, key: str | None = None, *, total: int = 3) -> str:
    asked = request(key, operation="startImport")
    return (await store.begin_work(asked, WorkKind.IMPORT, ORDER, total=total)).id


async def leased(store: SqlStore, now: datetime = NOW) -> Work:
    work = await store.lease_work(KINDS, now=now)
    assert work is not None
    return work


async def state_of(store: SqlStore, job_id: str) -> tuple[JobState, int, int, int]:
    job = await store.job(job_id, client_id=SOURCE.client_id)
    assert job is not None
    return job.state, job.total, job.done, job.failed


async def test_a_work_goes_on_step_by_step_to_its_end(store: SqlStore) -> None:
    job_id = await begun(store)
    work = await leased(store)
    assert (work.id, work.kind, work.caller, work.order, work.cursor) == (job_id, WorkKind.IMPORT, SOURCE, ORDER, b"")
    assert (work.total, work.done, work.failed, work.attempts, work.created_at) == (3, 0, 0, 1, NOW)
    assert await store.lease_work(KINDS, now=NOW) is None, "somebody has it"
    following = await store.take_step(work, Step(b"1", 1, 1, total=4), now=NOW)
    assert following is not None
    assert (following.cursor, following.done, following.failed, following.total) == (b"1", 1, 1, 4)
    assert await state_of(store, job_id) == (JobState.RUNNING, 4, 1, 1)
    over = Step(b"2", 3, 1, finished=True, result=b"all of it")
    assert await store.take_step(following, over, now=NOW + SECOND) is None
    assert await state_of(store, job_id) == (JobState.FINISHED, 4, 3, 1)
    report = await store.work(job_id, client_id=SOURCE.client_id)
    assert report is not None
    assert (report.result, report.cursor, report.finished_at) == (b"all of it", b"2", NOW + SECOND)
    assert await store.lease_work(KINDS, now=NOW + KEPT) is None


async def test_a_lease_that_ran_out_is_another_ones_and_the_late_step_counts_for_nothing(store: SqlStore) -> None:
    await begun(store)
    late = await leased(store)
    assert await store.lease_work(KINDS, now=NOW + LEASE - SECOND) is None
    work = await leased(store, NOW + LEASE)
    assert (work.attempts, work.cursor) == (2, b"")
    assert await store.take_step(late, Step(b"late", 9, 9), now=NOW + LEASE) is None
    await store.give_back(late, now=NOW + LEASE)
    following = await store.take_step(work, Step(b"1", 1, 0), now=NOW + LEASE)
    assert following is not None
    assert (following.cursor, following.done, following.attempts) == (b"1", 1, 1)


async def test_two_workers_never_have_the_same_work(store: SqlStore) -> None:
    await begun(store)
    found = await asyncio.gather(*(store.lease_work(KINDS, now=NOW) for _ in range(8)))
    assert len([one for one in found if one is not None]) == 1


async def test_a_waiting_step_is_due_when_it_says(store: SqlStore) -> None:
    await begun(store)
    assert await store.take_step(await leased(store), Step(b"1", 0, 0, wait=5), now=NOW) is None
    assert await store.lease_work(KINDS, now=NOW + 4 * SECOND) is None
    assert (await leased(store, NOW + 5 * SECOND)).attempts == 1


async def test_only_the_kinds_and_the_job_that_are_asked_for(store: SqlStore) -> None:
    job_id = await begun(store)
    assert await store.lease_work((WorkKind.REVOKE,), now=NOW) is None
    assert await store.lease_work((), now=NOW) is None
    assert await store.lease_work(KINDS, now=NOW, job_id="job_other") is None
    assert await store.lease_work(KINDS, now=NOW, job_id=job_id) is not None


async def test_one_key_is_one_work(store: SqlStore) -> None:
    job_id = await begun(store, "key")
    assert await begun(store, "key") == job_id
    with pytest.raises(IdempotencyConflict):
        await store.begin_work(request("key", operation="startImport", fingerprint=b"?"), WorkKind.IMPORT, ORDER)
    assert await begun(store, "other") != job_id
    assert await count(store, "audit WHERE action = 'startImport'") == 2


async def test_one_subject_is_one_work_that_somebody_else_approves(store: SqlStore) -> None:
    async def ask(key: str | None = None, *, other: bool = False) -> BegunWork:
        asked = request(key, operation="revokeCertificates", caller=OTHER if other else SOURCE)
        return await store.begin_work(asked, WorkKind.REVOKE, ORDER, subject=b"digest", approval=True)

    first = await ask("key")
    assert first.awaiting
    assert await ask("key") == await ask() == await ask("second key") == first, "nobody approves what is their own"
    assert await store.lease_work((WorkKind.REVOKE,), now=NOW) is None
    assert (await state_of(store, first.id))[0] is JobState.AWAITING_APPROVAL
    assert await ask(other=True) == BegunWork(first.id, awaiting=False)
    assert await ask("key") == await ask(other=True) == BegunWork(first.id, awaiting=False)
    work = await store.lease_work((WorkKind.REVOKE,), now=NOW)
    assert work is not None
    assert work.caller == SOURCE, "acts are made in the name of who asked"
    report = await store.work(first.id, client_id=None)
    assert report is not None
    assert (report.client_id, report.approved_by) == (SOURCE.client_id, OTHER.client_id)
    assert await count(store, "works") == 1


async def test_works_are_one_clients_own_and_sealed(store: SqlStore) -> None:
    job_id = await begun(store)
    assert await store.work(job_id, client_id=OTHER.client_id) is None
    assert await store.job(job_id, client_id=OTHER.client_id) is None
    assert await count(store, "works WHERE CAST(asked AS TEXT) LIKE '%Canary%'") == 0
    assert await store.purge(now=NOW + KEPT + timedelta(seconds=1)) >= 2
    assert await count(store, "works") == 0


async def test_work_is_done_in_turns(store: SqlStore) -> None:
    job_id, seen = await begun(store), list[bytes]()

    async def step(work: Work, _now: datetime) -> Step:
        seen.append(work.cursor)
        return Step(work.cursor + b"x", work.done + 1, 0, finished=work.done == 2)

    assert await work_on(works=store, steps={WorkKind.IMPORT: step}, clock=lambda: NOW) == 3
    assert seen == [b"", b"x", b"xx"]
    assert await state_of(store, job_id) == (JobState.FINISHED, 3, 3, 0)
    times = iter([NOW] * 4 + [NOW + LEASE] * 2)
    await begun(store, "next")
    assert await work_on(works=store, steps={WorkKind.IMPORT: step}, clock=lambda: next(times)) == 1, "its turn is over"
    assert (await leased(store, NOW + LEASE)).cursor == b"x", "and it is due at once"


async def test_a_step_that_fails_is_tried_again_and_given_up_in_the_end(store: SqlStore) -> None:
    job_id = await begun(store)

    async def step(_work: Work, _now: datetime) -> Step:
        raise ValueError("Canary")

    async def try_it(now: datetime, run: Run = step) -> int:
        return await work_on(works=store, steps={WorkKind.IMPORT: run}, clock=lambda: now)

    await try_it(NOW)
    assert await try_it(NOW) == 0, "not at once"
    await try_it(NOW + PAUSE)
    for attempt in range(2, ATTEMPTS):
        await try_it(NOW + attempt * timedelta(hours=1))
    report = await store.work(job_id, client_id=None)
    assert report is not None
    assert (report.state, report.fault) == (JobState.FAILED, "ValueError")
    assert await store.lease_work(KINDS, now=NOW + KEPT) is None
    assert await store.resume_work(job_id, now=NOW)
    assert not await store.resume_work(job_id, now=NOW), "once is enough"
    assert (await leased(store)).attempts == 1


async def test_a_backend_that_is_away_counts_as_nothing_tried(store: SqlStore) -> None:
    await begun(store)

    async def step(_work: Work, _now: datetime) -> Step:
        raise Unavailable("away")

    for _ in range(ATTEMPTS + 2):
        with pytest.raises(Unavailable):
            await work_on(works=store, steps={WorkKind.IMPORT: step}, clock=lambda: NOW)
    assert (await leased(store)).attempts == 1


async def test_a_step_that_kills_its_worker_is_given_up_too(store: SqlStore) -> None:
    job_id = await begun(store)
    for attempt in range(ATTEMPTS):
        await leased(store, NOW + attempt * LEASE)

    async def step(work: Work, _now: datetime) -> Step:
        return Step(work.cursor, 0, 0, finished=True)

    await work_on(works=store, steps={WorkKind.IMPORT: step}, clock=lambda: NOW + KEPT)
    assert (await state_of(store, job_id))[0] is JobState.FAILED
