"""The outbox: nothing whose intent is stored is lost (reliability-security, Nothing is lost)."""

import asyncio
from datetime import timedelta

from backends.sql.relaying import IDS_PER_JOB, LONGEST_RETRY, MAX_ATTEMPTS, retry_after
from backends.sql.store import SqlStore, open_store
from credential.access import Caller
from credential.certificate import Status
from credential.jobs import INDEX_CONTACTS, PUBLISH_REVOCATIONS, SIGN, Job
from credential.ports import Correction, SigningFailure
from credential.record import Kind
from tests.contract.store_faults import count
from tests.contract.store_samples import KEYS, NOW, SECOND, ids_of, issued, record, request, sign

LATER = NOW + 10 * SECOND
ADMIN = Caller("admin", "Admin")


async def test_a_job_waits_for_the_nudge_then_is_due(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    assert await store.due(now=NOW + SECOND, limit=10) == []
    assert await store.due(now=NOW + 4 * SECOND, limit=10) == [Job(SIGN, (certificate_id,))]
    assert await store.backlog() == 1


async def test_a_leased_job_comes_back_later_and_later(store: SqlStore) -> None:
    ids_of(await store.accept(request(), [record()]))
    assert len(await store.due(now=LATER, limit=10)) == 1
    assert await store.due(now=LATER + 19 * SECOND, limit=10) == []
    assert len(await store.due(now=LATER + 31 * SECOND, limit=10)) == 1
    assert await store.due(now=LATER + 60 * SECOND, limit=10) == []


async def test_after_eight_attempts_a_job_is_a_dead_letter_and_the_certificate_failed(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    moment = NOW
    for _ in range(MAX_ATTEMPTS):
        moment += 2 * LONGEST_RETRY
        assert len(await store.due(now=moment, limit=10)) == 1
    assert await store.due(now=moment + 2 * LONGEST_RETRY, limit=10) == []
    assert await store.statuses([certificate_id]) == [Status.FAILED]
    assert await count(store, "dead_letters WHERE job = 'sign'") == 1
    assert await store.backlog() == 0
    assert await store.replay([certificate_id], now=moment) == [certificate_id]
    assert await sign(store, certificate_id) == [certificate_id]


async def test_a_job_that_was_given_up_is_listed_with_its_reason_and_comes_back(store: SqlStore) -> None:
    certificate_id = await issued(store)
    moment = NOW
    for _ in range(MAX_ATTEMPTS + 1):
        moment += 2 * LONGEST_RETRY
        await store.due(now=moment, limit=10)
    [letter] = await store.dead_letters(limit=10)
    assert (letter.job, letter.certificate_id, letter.at) == (INDEX_CONTACTS, certificate_id, moment)
    assert "eight times" in letter.reason
    assert await store.revive([letter], caller=ADMIN, now=moment) == 1
    assert await store.dead_letters(limit=10) == []
    assert await store.due(now=moment, limit=10) == [Job(INDEX_CONTACTS, (certificate_id,))]
    assert await store.revive([letter], caller=ADMIN, now=moment) == 0, "once"
    assert await count(store, "audit WHERE action = 'replay job'") == 1


async def test_a_signature_that_was_given_up_is_not_revived_as_a_job(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    await store.fail([SigningFailure(certificate_id, "BROKEN", final=True)], now=NOW)
    assert await store.revive(await store.dead_letters(limit=10), caller=ADMIN, now=NOW) == 0
    assert [one.reason for one in await store.dead_letters(limit=10)] == ["BROKEN"]


async def test_a_later_commit_that_skips_earlier_failed_messages(store: SqlStore) -> None:
    failed, later = ids_of(await store.accept(request(), [record(1), record(2)]))
    assert [set(job.ids) for job in await store.due(now=LATER, limit=10)] == [{failed, later}]
    assert await sign(store, later) == [later]
    assert Job(SIGN, (failed,)) in await store.due(now=LATER + LONGEST_RETRY, limit=10)


async def test_two_relays_never_lease_the_same_row(store: SqlStore, store_url: str) -> None:
    ids = ids_of(await store.accept(request(), [record(number) for number in range(30)]))
    async with open_store(store_url, KEYS) as other:
        leased = await asyncio.gather(*(one.due(now=LATER, limit=10) for one in (store, other) * 3))
    sent = [text for jobs in leased for job in jobs for text in job.ids]
    assert len(sent) == len(set(sent))
    rest = await store.due(now=LATER, limit=100)
    assert sorted(sent + [text for job in rest for text in job.ids]) == sorted(ids)


async def test_jobs_carry_up_to_a_hundred_ids(store: SqlStore) -> None:
    ids_of(await store.accept(request(), [record(number) for number in range(130)]))
    jobs = await store.due(now=LATER, limit=500)
    assert [len(job.ids) for job in jobs] == [IDS_PER_JOB, 30]
    assert await store.due(now=LATER, limit=500) == []


async def test_what_follows_signing_is_a_job_of_its_own(store: SqlStore) -> None:
    first = await issued(store)
    await store.index_contacts([first])
    change = Correction(first, record(name="Sample New"), Kind.DOMESTIC, counts=True, limit=5)
    second = (await store.correct(request(operation="update"), change)).certificate_id or ""
    await sign(store, second)
    jobs = await store.due(now=LATER, limit=10)
    assert jobs == [Job(INDEX_CONTACTS, (second,)), Job(PUBLISH_REVOCATIONS)]


async def test_contacts_are_indexed_once(store: SqlStore) -> None:
    ids = [await issued(store, record(1, dose=dose)) for dose in (1, 2)]
    ids.append(await issued(store, record(2, mobile="", email="sample@example.org")))
    assert await store.backlog() == 2
    assert await store.index_contacts([*ids, "unknown"]) == 1
    await store.index_contacts(ids)
    assert await count(store, "contact_index") == 1
    assert await store.backlog() == 0


def test_leases_double_to_a_limit_and_part_crowds() -> None:
    leases = [retry_after(attempts, "id") for attempts in range(20)]
    assert timedelta(seconds=20) <= leases[0] < timedelta(seconds=31)
    assert max(leases) <= LONGEST_RETRY * 1.5
    assert len({retry_after(1, str(number)) for number in range(50)}) > 20
