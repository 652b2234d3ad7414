"""Signing and versions: never two live for a dose, never none (contract, updateCertificate)."""

import asyncio

import pytest

from backends.sql.store import SqlStore
from credential.access import ALL_ROWS
from credential.certificate import Certificate, RevocationReason, Status
from credential.errors import LimitReached, NotFound, StaleVersion
from credential.ports import Correction, Intent, Request, RevocationTarget, SigningFailure
from credential.record import Kind
from tests.contract.store_faults import Crash, count, crash_at
from tests.contract.store_samples import NOW, SECOND, ids_of, issued, record, request, sign, signature_hash, signed


def correction(
    base_id: str, number: int = 1, *, name: str = "Sample Person New", counts: bool = True, limit: int = 5
) -> Correction:
    return Correction(base_id, record(number, name=name), Kind.DOMESTIC, counts, limit)


def update(key: str | None = None, fingerprint: bytes = b"input") -> Request:
    return request(key, operation="update", fingerprint=fingerprint)


async def corrected(store: SqlStore, base_id: str, *, counts: bool = True, limit: int = 5) -> str:
    outcome = await store.correct(update(), correction(base_id, counts=counts, limit=limit))
    assert outcome.certificate_id is not None
    return outcome.certificate_id


async def read(store: SqlStore, certificate_id: str) -> Certificate:
    [certificate] = await store.by_ids([certificate_id], visible=ALL_ROWS)
    assert certificate is not None
    return certificate


async def states(store: SqlStore, *ids: str) -> list[tuple[Status, int, bool]]:
    return [(one.status, one.version, one.live) for one in [await read(store, text) for text in ids]]


async def test_what_was_signed_reads_back_byte_for_byte(store: SqlStore) -> None:
    certificate_id = await issued(store)
    certificate = await read(store, certificate_id)
    assert dict(certificate.credentials) == signed(certificate_id).credentials
    assert (certificate.status, certificate.issued_at, certificate.key_id) == (Status.ISSUED, NOW, "key-1")
    assert await count(store, "outbox WHERE job = 'sign'") == 0
    assert await count(store, "events WHERE measure = 'ISSUED'") == 1


async def test_intent_is_kept_for_the_next_attempt(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    await store.intend([Intent(certificate_id, "key-1", NOW, b"digest")])
    [pending] = await store.take([certificate_id])
    assert (pending.issued_at, pending.key_id, pending.version) == (NOW, "key-1", 1)
    assert pending.record == record()
    [certificate] = await store.by_ids([certificate_id], visible=ALL_ROWS)
    assert certificate is not None
    assert certificate.issued_at is None


async def test_of_two_intents_the_first_stays_and_its_owner_signs(store: SqlStore) -> None:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    first, second = (Intent(certificate_id, key, NOW, b"digest") for key in ("key-1", "key-2"))
    assert await store.intend([first]) == [certificate_id]
    assert await store.intend([second]) == []
    assert await store.intend([first, Intent("unknown", "key-1", NOW, b"digest")]) == [certificate_id]
    [pending] = await store.take([certificate_id])
    assert pending.key_id == "key-1"


async def test_completing_twice_changes_nothing_more(store: SqlStore) -> None:
    certificate_id = await issued(store)
    assert await store.complete([signed(certificate_id)], now=NOW) == []
    assert await store.take([certificate_id, "unknown"]) == []
    assert await count(store, "events") == 1


async def test_two_workers_complete_a_certificate_once(store: SqlStore) -> None:
    ids = ids_of(await store.accept(request(), [record(number) for number in range(20)]))
    await store.intend([Intent(one, "key-1", NOW, b"digest") for one in ids])
    batches = [[signed(one) for one in order] for order in (ids, ids[::-1])]
    done = await asyncio.gather(*(store.complete(batch, now=NOW) for batch in batches))
    assert sorted(done[0] + done[1]) == sorted(ids)
    assert await count(store, "events") == 20


async def test_completing_half_way_changes_nothing(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    await store.intend([Intent(second, "key-1", NOW, b"digest")])
    with crash_at(store, commit=1), pytest.raises(Crash):
        await store.complete([signed(second)], now=NOW)
    assert await states(store, first, second) == [(Status.ISSUED, 1, True), (Status.PENDING, 2, False)]


async def test_a_correction_takes_over_only_when_it_is_signed(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    assert await states(store, first, second) == [(Status.ISSUED, 1, True), (Status.PENDING, 2, False)]
    assert await sign(store, second) == [second]
    assert await states(store, first, second) == [(Status.SUPERSEDED, 1, False), (Status.ISSUED, 2, True)]
    old, new = await read(store, first), await read(store, second)
    assert (old.next_id, new.previous_id, new.next_id, new.corrections) == (second, first, None, 1)
    assert new.record.recipient.name == "Sample Person New"
    assert await count(store, "events WHERE measure = 'UPDATED'") == 1
    [standing] = await store.standings([first])
    assert standing is not None
    assert (standing.status, standing.newer_exists) == (Status.SUPERSEDED, True)
    assert standing.signature_hashes == (signature_hash(first),)


async def test_a_failed_correction_leaves_the_old_one_and_the_limit(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first, limit=1)
    await store.fail([SigningFailure(second, "KEY_GONE", final=True)], now=NOW)
    assert await states(store, first, second) == [(Status.ISSUED, 1, True), (Status.FAILED, 2, False)]
    assert (await read(store, second)).failure == "KEY_GONE"
    assert (await read(store, first)).corrections == 0
    third = await corrected(store, first, limit=1)
    await sign(store, third)
    assert await states(store, first, third) == [(Status.SUPERSEDED, 1, False), (Status.ISSUED, 3, True)]


async def test_a_pending_version_that_is_updated_is_never_listed(store: SqlStore) -> None:
    [first] = ids_of(await store.accept(request(), [record()]))
    second = await corrected(store, first)
    assert await states(store, first, second) == [(Status.SUPERSEDED, 1, False), (Status.PENDING, 2, True)]
    assert await sign(store, first, second) == [second]
    assert [one.id for one in (await store.versions([second], visible=ALL_ROWS))[0]] == [second]
    assert await count(store, "events WHERE measure = 'ISSUED'") == 1
    assert await count(store, "outbox WHERE job = 'sign'") == 0


async def test_a_pending_correction_that_is_updated_leaves_the_issued_one_live(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    third = await corrected(store, second, counts=False)
    assert (await read(store, first)).corrections == 1  # what the replaced correction changed still counts, once
    await sign(store, third)
    assert [one.id for one in (await store.versions([first], visible=ALL_ROWS))[0]] == [third, first]
    assert (await read(store, third)).previous_id == first


async def test_the_limit_is_per_dose_and_kind_changes_are_free(store: SqlStore) -> None:
    newest = await issued(store)
    for _ in range(2):
        newest = await corrected(store, newest, limit=2)
        await sign(store, newest)
    with pytest.raises(LimitReached):
        await corrected(store, newest, limit=2)
    newest = await corrected(store, newest, counts=False, limit=2)
    await sign(store, newest)
    assert (await read(store, newest)).corrections == 2


async def test_a_correction_of_what_is_no_longer_newest_is_stale(store: SqlStore) -> None:
    first = await issued(store)
    await corrected(store, first)
    with pytest.raises(StaleVersion) as raised:
        await corrected(store, first)
    assert raised.value.current_version == 2


async def test_of_ten_corrections_at_once_one_wins(store: SqlStore) -> None:
    first = await issued(store)
    answers = await asyncio.gather(*(corrected(store, first) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 9


async def test_unknown_and_revoked_certificates_cannot_be_corrected(store: SqlStore) -> None:
    first = await issued(store)
    await store.revoke(request(), RevocationTarget(ids=(first,)), RevocationReason.FRAUD, visible=ALL_ROWS)
    for base in (first, "11111111111"):
        with pytest.raises(NotFound):
            await corrected(store, base)


async def test_a_correction_is_replayed_by_its_key_and_so_is_its_fault(store: SqlStore) -> None:
    first = await issued(store)
    outcome = await store.correct(update("key"), correction(first))
    assert await store.correct(update("key"), correction(first)) == outcome
    assert await store.recall(update("key")) == outcome
    assert outcome.certificate_id is not None
    for _ in range(2):
        with pytest.raises(LimitReached):
            await store.correct(update("other"), correction(outcome.certificate_id, limit=0))
    assert await count(store, "certificates") == 2


async def test_a_stale_correction_may_come_again_with_its_key(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    with pytest.raises(StaleVersion):
        await store.correct(update("key"), correction(first))
    assert (await store.correct(update("key"), correction(second))).certificate_id


async def test_after_a_failure_the_dose_may_be_issued_again(store: SqlStore) -> None:
    [first] = ids_of(await store.accept(request(), [record()]))
    await store.fail([SigningFailure(first, "BROKEN", final=True)], now=NOW)
    assert await count(store, "dead_letters WHERE reason = 'BROKEN'") == 1
    second = await issued(store)
    assert await states(store, first, second) == [(Status.FAILED, 1, False), (Status.ISSUED, 2, True)]
    assert await store.replay([first], now=NOW) == []


async def test_a_failed_certificate_is_replayed(store: SqlStore) -> None:
    [first] = ids_of(await store.accept(request(), [record()]))
    await store.intend([Intent(first, "key-gone", NOW, b"digest")])
    await store.fail([SigningFailure(first, "BROKEN", final=True)], now=NOW)
    assert await store.replay([first, "unknown"], now=NOW) == [first]
    [pending] = await store.take([first])
    assert (pending.key_id, pending.issued_at, pending.attempts) == (None, None, 0)
    assert await states(store, first) == [(Status.PENDING, 1, True)]
    assert await count(store, "dead_letters") == 0
    assert await sign(store, first) == [first]


async def test_a_replayed_correction_is_not_live(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    await store.fail([SigningFailure(second, "BROKEN", final=True)], now=NOW)
    assert await store.replay([second], now=NOW) == [second]
    assert await states(store, first, second) == [(Status.ISSUED, 1, True), (Status.PENDING, 2, False)]


async def test_a_passing_failure_counts_and_keeps_it_pending(store: SqlStore) -> None:
    [first] = ids_of(await store.accept(request(), [record()]))
    await store.fail([SigningFailure(first, "AWAY", final=False)], now=NOW)
    [pending] = await store.take([first])
    assert pending.attempts == 1
    assert await count(store, "outbox WHERE job = 'sign'") == 1


async def test_a_failure_does_not_touch_what_is_issued(store: SqlStore) -> None:
    first = await issued(store)
    await store.fail([SigningFailure(first, "LATE", final=True)], now=NOW + SECOND)
    assert await store.statuses([first, "unknown"]) == [Status.ISSUED, None]
