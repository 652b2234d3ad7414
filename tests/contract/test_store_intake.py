"""Intake: what is accepted, once, whatever the caller repeats and whoever comes at the same time."""

import asyncio
from dataclasses import replace

import pytest

from backends.sql.store import SqlStore, open_store
from credential.access import ALL_ROWS
from credential.certificate import Status
from credential.errors import BadUserInput, Duplicate, IdempotencyConflict, IdempotencyInProgress, UserFault
from credential.ports import JobState
from credential.record import VaccinationRecord
from tests.contract.store_faults import Crash, count, crash_at
from tests.contract.store_samples import KEYS, NOW, OTHER, SECOND, ids_of, issued, record, request, sign


async def test_a_record_becomes_a_pending_certificate_that_reads_back_equal(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record(1)]))
    [certificate] = await store.by_ids([certificate_id], visible=ALL_ROWS)
    assert certificate is not None
    assert certificate.record == record(1)
    assert (certificate.status, certificate.version, certificate.live) == (Status.PENDING, 1, True)
    assert (certificate.client_id, certificate.created_at, certificate.text) == ("source", NOW, None)


async def test_every_act_writes_its_audit_row(store: SqlStore) -> None:
    await issued(store)
    assert await count(store, "audit WHERE action = 'issue' AND client_id = 'source'") == 1


async def test_a_second_certificate_for_the_dose_is_a_duplicate_of_the_first(store: SqlStore) -> None:
    first = await issued(store)
    outcome = (await store.accept(request(), [record()])).outcomes[0]
    assert isinstance(outcome.fault, Duplicate)
    assert outcome.fault.existing_certificate_id == first
    [second_dose] = ids_of(await store.accept(request(), [record(dose=2)]))
    assert second_dose != first


async def test_thirty_at_once_without_a_key_make_one_and_29_duplicates(store: SqlStore) -> None:
    answers = await asyncio.gather(*(store.accept(request(), [record()]) for _ in range(30)))
    outcomes = [answer.outcomes[0] for answer in answers]
    [made] = [outcome.certificate_id for outcome in outcomes if outcome.certificate_id]
    faults = [outcome.fault for outcome in outcomes if isinstance(outcome.fault, Duplicate)]
    assert len(faults) == 29
    assert {fault.existing_certificate_id for fault in faults} == {made}
    assert await count(store, "certificates") == 1


async def test_fifty_at_once_with_one_key_make_one_certificate(store: SqlStore) -> None:
    async def send() -> str | None:
        try:
            return ids_of(await store.accept(request("key"), [record()]))[0]
        except IdempotencyInProgress:
            return None

    answers = await asyncio.gather(*(send() for _ in range(50)))
    assert len({answer for answer in answers if answer}) == 1
    assert await count(store, "certificates") == 1


async def test_single_records_that_come_together_are_each_their_caller_s_own(store: SqlStore) -> None:
    one, other, fault, again, conflict = await asyncio.gather(
        store.accept(request("a"), [record(1)]),
        store.accept(request("a", caller=OTHER), [record(2)]),
        store.accept(request(), [BadUserInput("No.", ("records", "0"))]),
        store.accept(request("a"), [record(1)]),
        store.accept(request("a", fingerprint=b"other"), [record(3)]),
        return_exceptions=True,
    )
    assert isinstance(conflict, IdempotencyConflict)
    assert not isinstance(one, BaseException)
    assert not isinstance(other, BaseException)
    assert not isinstance(fault, BaseException)
    assert again == replace(one, replayed=True)
    assert isinstance(fault.outcomes[0].fault, BadUserInput)
    found = await store.by_ids([*ids_of(one), *ids_of(other)], visible=ALL_ROWS)
    assert [certificate.client_id for certificate in found if certificate] == ["source", "other"]
    assert await count(store, "certificates") == 2
    assert await count(store, "audit WHERE action = 'issue'") == 2


async def test_of_two_inputs_that_come_together_the_stored_one_is_replayed(store: SqlStore) -> None:
    first = await store.accept(request("key"), [record(1)])
    conflict, again = await asyncio.gather(
        store.accept(request("key", fingerprint=b"other"), [record(2)]),
        store.accept(request("key"), [record(1)]),
        return_exceptions=True,
    )
    assert isinstance(conflict, IdempotencyConflict)
    assert again == replace(first, replayed=True)


async def test_two_processes_make_one_certificate_with_one_key(store: SqlStore, store_url: str) -> None:
    async with open_store(store_url, KEYS) as other:
        sent = [one.accept(request("key"), [record()]) for one in (store, other) for _ in range(5)]
        assert len({ids_of(answer)[0] for answer in await asyncio.gather(*sent)}) == 1


async def test_the_same_key_and_input_give_the_same_ids_and_faults(store: SqlStore) -> None:
    await issued(store, record(2))
    items: list[VaccinationRecord | UserFault] = [
        record(1),
        record(2),
        record(1),
        BadUserInput("No.", ("records", "3")),
    ]
    first = await store.accept(request("key"), items)
    again = await store.accept(request("key", now=NOW + 60 * SECOND), items)
    assert again.replayed
    assert again.job_id == first.job_id
    for one, other in zip(first.outcomes, again.outcomes, strict=True):
        assert one.certificate_id == other.certificate_id
        assert repr(one.fault) == repr(other.fault)
    fault = again.outcomes[3].fault
    assert isinstance(fault, BadUserInput)
    assert (fault.message, fault.path) == ("No.", ("records", "3"))


async def test_of_two_alike_in_one_batch_the_first_wins(store: SqlStore) -> None:
    first, second = (await store.accept(request(), [record(1), record(1, name="Sample Person 9")])).outcomes
    assert isinstance(second.fault, Duplicate)
    assert second.fault.existing_certificate_id == first.certificate_id


async def test_a_single_fault_is_replayed_too(store: SqlStore) -> None:
    await store.accept(request("key"), [BadUserInput("No.", ("records", "0"))])
    again = await store.accept(request("key"), [BadUserInput("No.", ("records", "0"))])
    assert again.replayed
    assert isinstance(again.outcomes[0].fault, BadUserInput)


async def test_the_same_key_with_another_input_is_a_conflict(store: SqlStore) -> None:
    await store.accept(request("key"), [record(1)])
    with pytest.raises(IdempotencyConflict):
        await store.accept(request("key", fingerprint=b"other"), [record(2)])
    with pytest.raises(IdempotencyConflict):
        await store.recall(request("key", fingerprint=b"other"))
    assert await count(store, "certificates") == 1


async def test_a_key_belongs_to_its_client_and_operation(store: SqlStore) -> None:
    await store.accept(request("key"), [record(1)])
    ids_of(await store.accept(request("key", caller=OTHER, fingerprint=b"other"), [record(2)]))
    assert await store.recall(request("key", operation="update")) is None


async def test_recall_gives_the_stored_outcome(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request("key"), [record()]))
    outcome = await store.recall(request("key"))
    assert outcome is not None
    assert outcome.certificate_id == certificate_id
    assert await store.recall(request("unknown")) is None
    assert await store.recall(request(None)) is None


async def test_keys_are_forgotten_after_seven_days(store: SqlStore) -> None:
    await store.accept(request("key"), [record(1), record(2)])
    await store.purge(now=NOW + 6 * 86_400 * SECOND)
    assert await count(store, "idempotency") == 3
    await store.purge(now=NOW + 8 * 86_400 * SECOND)
    assert await count(store, "idempotency") + await count(store, "jobs") == 0


async def test_a_batch_cut_half_way_is_finished_when_sent_again(store_url: str) -> None:
    items = [record(number) for number in range(40)]
    async with open_store(store_url, KEYS, commit_groups=8) as cut:
        with crash_at(cut, commit=4), pytest.raises(Crash):
            await cut.accept(request("key"), items)
    async with open_store(store_url, KEYS, commit_groups=8) as store:
        before = await count(store, "certificates")
        assert 0 < before < 40
        with pytest.raises(IdempotencyInProgress):
            await store.accept(request("key", now=NOW + 10 * SECOND), items)
        answer = await store.accept(request("key", now=NOW + 31 * SECOND), items)
        assert len(set(ids_of(answer))) == 40
        assert await count(store, "certificates") == 40
        assert ids_of(await store.accept(request("key", now=NOW + 32 * SECOND), items)) == ids_of(answer)


async def test_a_record_is_stored_with_all_its_rows_or_not_at_all(store_url: str) -> None:
    async with open_store(store_url, KEYS) as store:
        for key in (None, "key"):
            with crash_at(store, commit=1), pytest.raises(Crash):
                await store.accept(request(key), [record()])
        for table in ("certificates", "records", "outbox", "audit", "idempotency", "data_keys"):
            assert await count(store, table) == 0, table


async def test_a_batch_is_a_job_that_counts(store: SqlStore) -> None:
    await issued(store, record(9))
    answer = await store.accept(request(), [record(1), record(9), BadUserInput("No."), record(2)])
    assert answer.job_id is not None
    report = await store.job(answer.job_id, client_id="source")
    assert report is not None
    assert (report.state, report.total, report.done, report.failed) == (JobState.RUNNING, 4, 0, 2)
    assert report.finished_at is None
    later = NOW + 5 * SECOND
    await sign(store, *(outcome.certificate_id or "" for outcome in answer.outcomes), now=later)
    report = await store.job(answer.job_id, client_id=None)
    assert report is not None
    assert (report.state, report.done, report.failed) == (JobState.FINISHED, 2, 2)
    assert (report.created_at, report.finished_at, report.kind) == (NOW, later, "issue")


async def test_results_come_in_pages_in_order(store: SqlStore) -> None:
    answer = await store.accept(request(), [record(number) for number in range(5)])
    assert answer.job_id is not None
    page = await store.results(answer.job_id, client_id="source", first=2, after=None)
    seen = list(page.items)
    while page.has_next:
        page = await store.results(answer.job_id, client_id="source", first=2, after=page.cursors[-1])
        seen += page.items
    assert seen == list(enumerate(answer.outcomes))
    with pytest.raises(BadUserInput):
        await store.results(answer.job_id, client_id="source", first=2, after="broken")


async def test_another_clients_job_is_unknown(store: SqlStore) -> None:
    answer = await store.accept(request(), [record(1), record(2)])
    assert answer.job_id is not None
    assert await store.job(answer.job_id, client_id="other") is None
    assert (await store.results(answer.job_id, client_id="other", first=9, after=None)).items == ()
    assert await store.job("unknown", client_id=None) is None


async def test_an_empty_batch_is_a_finished_job(store: SqlStore) -> None:
    answer = await store.accept(request("key"), [])
    assert answer.outcomes == ()
    assert (await store.accept(request("key"), [])).replayed


async def test_cowin_ids_are_numbered_without_collision(store_url: str) -> None:
    async with open_store(store_url, KEYS, id_scheme="cowin") as store:
        batch = [record(1, dose=dose) for dose in (1, 2, 3)] + [record(number) for number in range(2, 60)]
        ids = [*ids_of(await store.accept(request(), batch)), await issued(store, record(1, dose=4))]
        assert len(set(ids)) == 62
        assert all(len(one) == 11 and one.isdecimal() for one in ids)
        assert None not in await store.by_ids(ids, visible=ALL_ROWS)
