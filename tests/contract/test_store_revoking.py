"""Revoking: atomic, at once on every read path, published in the order of commits (contract, revokeCertificates)."""

import asyncio

import pytest

from backends.sql.store import SqlStore, open_store
from credential.access import ALL_ROWS, Visibility
from credential.certificate import RevocationReason, Status
from credential.errors import BadUserInput, IdempotencyConflict, NotFound
from credential.ports import Correction, RevocationTarget
from credential.record import Kind
from tests.contract.store_faults import Crash, count, crash_at
from tests.contract.store_samples import KEYS, NOW, SECOND, ids_of, issued, record, request, sign, signature_hash

FRAUD = RevocationReason.FRAUD


async def revoke(store: SqlStore, *ids: str, key: str | None = None, visible: Visibility = ALL_ROWS) -> tuple[str, ...]:
    act = request(key, operation="revoke", fingerprint=" ".join(ids).encode())
    return await store.revoke(act, RevocationTarget(ids=ids), FRAUD, visible=visible)


async def revoke_doses(store: SqlStore, *doses: int, number: int = 1) -> tuple[str, ...]:
    target = RevocationTarget(beneficiary=("default", f"beneficiary-{number}"), doses=doses or None)
    return await store.revoke(request(operation="revoke"), target, FRAUD, visible=ALL_ROWS)


async def corrected(store: SqlStore, base: str) -> str:
    change = Correction(base, record(name="Sample Person New"), Kind.DOMESTIC, counts=True, limit=5)
    return (await store.correct(request(operation="update"), change)).certificate_id or ""


async def test_a_revocation_is_seen_on_every_read_path(store: SqlStore) -> None:
    first = await issued(store)
    assert await revoke(store, first) == (first,)
    [certificate] = await store.by_ids([first], visible=ALL_ROWS)
    assert certificate is not None
    assert (certificate.status, certificate.live) == (Status.REVOKED, False)
    assert (certificate.revoked_at, certificate.revocation_reason) == (NOW, FRAUD)
    [standing] = await store.standings([first])
    assert standing is not None
    assert (standing.status, standing.revoked_at, standing.newer_exists) == (Status.REVOKED, NOW, False)
    assert await store.statuses([first]) == [Status.REVOKED]
    page = await store.of_beneficiary("default", "beneficiary-1", visible=ALL_ROWS)
    assert page is not None
    assert [one.status for one in page.items] == [Status.REVOKED]
    assert await count(store, "audit WHERE action = 'revoke' AND detail = 'FRAUD'") == 1
    assert await count(store, "events WHERE measure = 'REVOKED'") == 1


async def test_revoking_again_changes_nothing_and_is_no_fault(store: SqlStore) -> None:
    first = await issued(store)
    assert await revoke(store, first) == await revoke(store, first) == (first,)
    assert await revoke_doses(store) == (first,)
    assert await count(store, "revocations") == await count(store, "audit WHERE action = 'revoke'") == 1


async def test_all_ids_or_none_are_revoked(store: SqlStore) -> None:
    first = await issued(store)
    for unknown in ("unknown", "11111111111"):
        with pytest.raises(NotFound):
            await revoke(store, first, unknown)
    assert await store.statuses([first]) == [Status.ISSUED]


async def test_a_cut_revocation_did_not_happen(store: SqlStore) -> None:
    ids = [await issued(store, record(number)) for number in range(3)]
    with crash_at(store, commit=1), pytest.raises(Crash):
        await revoke(store, *ids)
    assert await store.statuses(ids) == [Status.ISSUED] * 3
    assert await count(store, "revocations") == 0


async def test_a_revocation_cancels_the_pending_version(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    assert set(await revoke(store, first)) == {first, second}
    assert await sign(store, second) == []
    assert await store.statuses([first, second]) == [Status.REVOKED, Status.REVOKED]


async def test_revoking_only_the_pending_version_leaves_the_issued_one(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    assert await revoke(store, second) == (second,)
    assert await store.statuses([first, second]) == [Status.ISSUED, Status.REVOKED]
    assert await store.publish(now=NOW) == 0


async def test_an_unsigned_version_that_was_replaced_cannot_be_revoked(store: SqlStore) -> None:
    [first] = ids_of(await store.accept(request(), [record()]))
    await corrected(store, first)
    with pytest.raises(NotFound):
        await revoke(store, first)


async def test_doses_must_be_consecutive_and_include_the_highest(store: SqlStore) -> None:
    for dose in (1, 2, 3):
        await issued(store, record(dose=dose))
    for doses in ((1,), (1, 2), (1, 3)):
        with pytest.raises(BadUserInput):
            await revoke_doses(store, *doses)
    assert len(await revoke_doses(store, 2, 3)) == 2
    assert len(await revoke_doses(store)) == 1
    with pytest.raises(NotFound):
        await revoke_doses(store, number=2)


async def test_a_dose_is_revoked_with_its_superseded_versions(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    await sign(store, second)
    assert set(await revoke_doses(store, 1)) == {first, second}
    assert await store.statuses([first, second]) == [Status.REVOKED] * 2
    assert await count(store, "events WHERE measure = 'REVOKED'") == 1


async def test_after_a_revocation_the_version_goes_on_counting(store: SqlStore) -> None:
    first = await issued(store)
    await revoke(store, first)
    second = await issued(store)
    [certificate] = await store.by_ids([second], visible=ALL_ROWS)
    assert certificate is not None
    assert (certificate.version, certificate.previous_id) == (2, first)
    assert await count(store, "events WHERE measure = 'ISSUED'") == 2


async def test_others_certificates_are_not_found(store: SqlStore) -> None:
    first = await issued(store)
    with pytest.raises(NotFound):
        await revoke(store, first, visible=Visibility(client_id="other"))
    with pytest.raises(NotFound):
        await revoke(store, first, visible=Visibility(nothing=True))
    assert await store.statuses([first]) == [Status.ISSUED]


async def test_a_revocation_and_its_fault_are_replayed_by_key(store: SqlStore) -> None:
    first = await issued(store)
    assert await revoke(store, first, key="key") == await revoke(store, first, key="key")
    with pytest.raises(IdempotencyConflict):
        await revoke(store, "other", key="key")
    for _ in range(2):
        with pytest.raises(NotFound):
            await revoke(store, "unknown", key="other key")


async def test_revoking_and_correcting_at_once_never_leaves_two_truths(store: SqlStore) -> None:
    first = await issued(store)
    await asyncio.gather(revoke(store, first), corrected(store, first), return_exceptions=True)
    page = (await store.versions([first], visible=ALL_ROWS))[0]
    assert {one.status for one in page} == {Status.REVOKED}


async def test_the_feed_follows_commits_and_names_nobody(store: SqlStore) -> None:
    ids = [await issued(store, record(number)) for number in range(3)]
    await revoke(store, ids[1])
    assert await store.publish(now=NOW) == 1
    await revoke(store, ids[0], ids[2])
    assert await store.publish(now=NOW) == 2
    assert await store.publish(now=NOW) == 0
    assert await count(store, "outbox WHERE job = 'publish_revocations'") == 0
    page = await store.feed(first=2, after=None)
    rest = await store.feed(first=2, after=page.cursors[-1])
    assert (page.has_next, rest.has_next) == (True, False)
    entries = page.items + rest.items
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert entries[0].signature_hash == signature_hash(ids[1])
    assert {entry.signature_hash for entry in entries} == {signature_hash(one) for one in ids}
    assert {(entry.purpose, entry.at) for entry in entries} == {("REVOKED", NOW)}


async def test_a_supersession_is_published_too(store: SqlStore) -> None:
    first = await issued(store)
    second = await corrected(store, first)
    await sign(store, second, now=NOW + SECOND)
    assert await count(store, "outbox WHERE job = 'publish_revocations'") == 1
    assert await store.publish(now=NOW + SECOND) == 1
    [entry] = (await store.feed(first=5, after=None)).items
    assert (entry.purpose, entry.at) == ("SUPERSEDED", NOW + SECOND)


async def test_publishers_at_once_number_each_once(store: SqlStore, store_url: str) -> None:
    ids = [await issued(store, record(number)) for number in range(6)]
    await revoke(store, *ids)
    async with open_store(store_url, KEYS) as other:
        done = await asyncio.gather(*(one.publish(now=NOW) for one in (store, other, store, other)))
    assert sum(done) == 6
    entries = (await store.feed(first=100, after=None)).items
    assert [entry.sequence for entry in entries] == list(range(1, 7))


async def test_a_broken_feed_cursor_is_refused(store: SqlStore) -> None:
    for broken in ("x", "", "é", "AAAAAAAAAAAAAAAAAAAA"):
        with pytest.raises(BadUserInput) as raised:
            await store.feed(first=1, after=broken)
        assert raised.value.path == ("after",)
