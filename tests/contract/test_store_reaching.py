"""Revocation by reach on every store: who is reached, what a digest binds, nothing escapes, nothing happens twice."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest

from backends.sql import reaching
from backends.sql.store import SqlStore
from credential.access import ALL_ROWS, Caller, Scope
from credential.certificate import RevocationReason
from credential.errors import BadUserInput, NotFound
from credential.operations import revoke_by_reach
from credential.operations.revoke_by_reach import SETTLED, Begun, Found
from credential.ports import Correction, Intent, JobState, RevocationTarget, Work, WorkKind
from credential.reach import Where
from credential.record import Kind, VaccinationRecord
from tests.contract.store_faults import Crash, count, crash_at, execute
from tests.contract.store_samples import NOW, OTHER, SECOND, SOURCE, ids_of, record, request, sign, signed

ADMIN = Caller("admin", "Admin", frozenset({Scope.ADMIN}))
SECOND_ADMIN = Caller("second", "Second admin", frozenset({Scope.ADMIN}))
SECRET = b"secret of the contract suite ..."
RECALL = RevocationReason.BATCH_RECALL
LATER = NOW + timedelta(minutes=5)
RECALLED = Where(batch="RECALLED")


def of(
    number: int, *, batch: str = "RECALLED", vaccine: str = "", facility: str = "", vaccinator: str = ""
) -> VaccinationRecord:
    """Return a person's record with some of what a reach names."""
    given = record(number)
    vaccination = msgspec.structs.replace(given.vaccination, batch=batch, name=vaccine or given.vaccination.name)
    place = msgspec.structs.replace(given.facility, id=facility or given.facility.id)
    who = msgspec.structs.replace(given.vaccinator, id=vaccinator)
    return msgspec.structs.replace(given, vaccination=vaccination, facility=place, vaccinator=who)


async def pending(
    store: SqlStore, *items: VaccinationRecord, caller: Caller = SOURCE, now: datetime = NOW
) -> list[str]:
    ids = []
    for item in items:
        ids += ids_of(await store.accept(request(caller=caller, now=now), [item]))
    return ids


async def issued(store: SqlStore, *items: VaccinationRecord, caller: Caller = SOURCE, now: datetime = NOW) -> list[str]:
    ids = await pending(store, *items, caller=caller, now=now)
    await sign(store, *ids, now=now)
    return ids


async def corrected(store: SqlStore, base: str, item: VaccinationRecord, *, now: datetime = NOW) -> str:
    change = Correction(base, item, Kind.DOMESTIC, counts=True, limit=5)
    return (await store.correct(request(operation="update", now=now), change)).certificate_id or ""


async def found(store: SqlStore, where: Where, *, caller: Caller = ADMIN, now: datetime = NOW + SECOND) -> Found:
    return await revoke_by_reach.dry_run(where, caller=caller, reaching=store, secret=SECRET, now=now)


async def reached(store: SqlStore, where: Where, *, caller: Caller = ADMIN) -> set[str]:
    shown = await found(store, where, caller=caller)
    assert shown.count == len(shown.sample)
    return set(shown.sample)


async def begun(
    store: SqlStore, where: Where, digest: str, *, caller: Caller = ADMIN, above: int = 1_000, now: datetime = LATER
) -> Begun:
    asked = request(operation="revokeCertificates", caller=caller, now=now)
    return await revoke_by_reach.begin(
        where, RECALL, digest, request=asked, reaching=store, works=store, secret=SECRET, approval_above=above
    )


async def step(store: SqlStore, *, now: datetime = LATER) -> Work | None:
    """Take one step as a worker does; return what is leased for the next."""
    work = await store.lease_work((WorkKind.REVOKE,), now=now)
    assert work is not None
    taken = await revoke_by_reach.step(work, reaching=store, outbox=store, now=now)
    return await store.take_step(work, taken, now=now)


async def go_on(store: SqlStore, job_id: str, *, now: datetime = LATER) -> None:
    """Take steps until the job is over or waits."""
    work = await store.lease_work((WorkKind.REVOKE,), now=now, job_id=job_id)
    while work is not None:
        taken = await revoke_by_reach.step(work, reaching=store, outbox=store, now=now)
        work = await store.take_step(work, taken, now=now)


async def revoke(store: SqlStore, where: Where, *, caller: Caller = ADMIN) -> str:
    shown = await found(store, where, caller=caller)
    job_id = (await begun(store, where, shown.digest, caller=caller)).job_id
    await go_on(store, job_id)
    return job_id


async def states(store: SqlStore, ids: list[str]) -> list[str]:
    return [status.value if status else "" for status in await store.statuses(ids)]


async def progress(store: SqlStore, job_id: str) -> tuple[JobState, int, int]:
    report = await store.job(job_id, client_id=None)
    assert report is not None
    return report.state, report.done, report.total


async def test_each_member_of_where(store: SqlStore) -> None:
    [batch] = await issued(store, of(1))
    [vaccine] = await issued(store, of(2, batch="b", vaccine="COVAXIN"))
    [facility] = await issued(store, of(3, batch="b", facility="F9"))
    [vaccinator] = await issued(store, of(4, batch="b", vaccinator="V9"))
    [client] = await issued(store, of(5, batch="b"), caller=OTHER)
    [key] = await pending(store, of(6, batch="b"))
    await store.intend([Intent(key, "key-9", NOW, b"digest")])
    await store.complete([signed(key)], now=NOW)
    [early] = await issued(store, of(7, batch="b"), now=NOW - timedelta(days=9))
    [both] = await issued(store, of(8, facility="F9"))
    assert await reached(store, RECALLED) == {batch, both}
    assert await reached(store, Where(batch=" recalled ")) == {batch, both}, "in any case and spacing"
    assert await reached(store, Where(vaccine="Covaxin")) == {vaccine}
    assert await reached(store, Where(facility="F9")) == {facility, both}
    assert await reached(store, Where(vaccinator="V9")) == {vaccinator}
    assert await reached(store, Where(client="other")) == {client}
    assert await reached(store, Where(key_id="key-9")) == {key}
    assert await reached(store, Where(end=NOW)) == {early}
    assert early not in await reached(store, Where(start=NOW))
    assert await reached(store, Where(batch="RECALLED", facility="F9")) == {both}
    assert await reached(store, Where(facility="F9", vaccine="COVAXIN")) == set()


@pytest.mark.parametrize(
    "where", [Where(), Where(batch=" "), Where(facility="x" * 81), Where(start=NOW, end=NOW)], ids=str
)
async def test_what_names_nothing_is_refused(store: SqlStore, where: Where) -> None:
    with pytest.raises(BadUserInput):
        await found(store, where)


async def test_a_source_reaches_its_own_rows_and_no_others(store: SqlStore) -> None:
    [own] = await issued(store, of(1))
    [others] = await issued(store, of(2), caller=OTHER)
    partner = Caller("other", "Also fetches", frozenset({Scope.REVOKE, Scope.FETCH}))
    assert await reached(store, RECALLED, caller=SOURCE) == {own}
    assert await reached(store, RECALLED, caller=partner) == {others}
    assert await reached(store, Where(client="other"), caller=SOURCE) == set()
    await revoke(store, RECALLED, caller=SOURCE)
    assert await states(store, [own, others]) == ["REVOKED", "ISSUED"]


async def test_all_are_revoked_at_once_on_every_path(store: SqlStore) -> None:
    ids = await issued(store, *map(of, range(3)))
    [beside] = await issued(store, of(9, batch="good"))
    job_id = await revoke(store, RECALLED)
    assert await states(store, [*ids, beside]) == ["REVOKED"] * 3 + ["ISSUED"]
    assert await progress(store, job_id) == (JobState.FINISHED, 3, 3)
    assert await store.publish(now=LATER) == 3
    assert await count(store, "audit WHERE action = 'revoke' AND detail = 'BATCH_RECALL' AND client_id = 'admin'") == 3
    assert await count(store, "events WHERE measure = 'REVOKED'") == 3


async def test_superseded_versions_go_too_and_corrections_where_they_fit(store: SqlStore) -> None:
    [first, other] = await issued(store, of(1), of(2))
    second = await corrected(store, first, of(1, vaccinator="V1"))
    await sign(store, second)
    third = await corrected(store, second, of(1, vaccinator="V2"))
    elsewhere = await corrected(store, other, of(2, batch="good"))
    await revoke(store, RECALLED)
    assert await states(store, [first, second, third, other, elsewhere]) == ["REVOKED"] * 4 + ["PENDING"]
    await sign(store, elsewhere)
    assert await states(store, [elsewhere]) == ["ISSUED"]


async def test_a_correction_after_the_dry_run_does_not_save_a_certificate(store: SqlStore) -> None:
    [first, other] = await issued(store, of(1), of(2))
    shown = await found(store, RECALLED)
    later = await corrected(store, first, of(1, vaccinator="V1"), now=NOW + 2 * SECOND)
    await sign(store, later, now=NOW + 2 * SECOND)
    right = await corrected(store, other, of(2, batch="good"), now=NOW + 2 * SECOND)
    await sign(store, right, now=NOW + 2 * SECOND)
    await go_on(store, (await begun(store, RECALLED, shown.digest)).job_id)
    assert await states(store, [first, later, other, right]) == ["REVOKED"] * 3 + ["ISSUED"]


async def test_what_is_issued_after_the_dry_run_is_outside(store: SqlStore) -> None:
    await issued(store, of(1))
    shown = await found(store, RECALLED)
    [after] = await issued(store, of(2), now=shown.to)
    await go_on(store, (await begun(store, RECALLED, shown.digest)).job_id)
    assert await states(store, [after]) == ["ISSUED"]
    assert shown.to == NOW + SECOND


async def test_a_digest_that_does_not_fit_is_refused(store: SqlStore) -> None:
    await issued(store, of(1))
    shown = await found(store, RECALLED)
    for where, digest, now in (
        (Where(batch="other"), shown.digest, LATER),
        (Where(batch="RECALLED", end=NOW + SECOND), shown.digest, LATER),
        (RECALLED, "B" + shown.digest[1:], LATER),
        (RECALLED, "", LATER),
        (RECALLED, "é", LATER),
        (RECALLED, shown.digest, NOW + timedelta(days=2)),
    ):
        with pytest.raises(BadUserInput) as raised:
            await begun(store, where, digest, now=now)
        assert raised.value.path == ("digest",)
    assert await count(store, "works") == 0


async def test_a_digest_is_its_owners(store: SqlStore) -> None:
    await issued(store, of(1))
    everybodys, own = await found(store, RECALLED), await found(store, RECALLED, caller=SOURCE)
    for digest, caller in ((everybodys.digest, SOURCE), (own.digest, OTHER)):
        with pytest.raises(NotFound):
            await begun(store, RECALLED, digest, caller=caller)
    assert await count(store, "works") == 0


async def test_many_need_another_client(store: SqlStore) -> None:
    ids = await issued(store, *map(of, range(3)))
    shown = await found(store, RECALLED)
    first = await begun(store, RECALLED, shown.digest, above=2)
    again = await begun(store, RECALLED, shown.digest, above=2)
    assert (first.awaiting, again.awaiting, again.job_id) == (True, True, first.job_id)
    await go_on(store, first.job_id)
    assert await states(store, ids) == ["ISSUED"] * 3
    with pytest.raises(NotFound):
        await begun(store, RECALLED, shown.digest, caller=SOURCE, above=2)
    approved = await begun(store, RECALLED, shown.digest, caller=SECOND_ADMIN, above=2)
    assert (approved.awaiting, approved.job_id) == (False, first.job_id)
    await go_on(store, first.job_id)
    assert await states(store, ids) == ["REVOKED"] * 3
    assert await count(store, "audit WHERE action = 'revoke' AND client_id = 'admin'") == 3
    assert await count(store, "audit WHERE action = 'revokeCertificates'") == 3, "who asked, again, and who approved"


async def test_a_sources_reach_is_approved_by_another_client(store: SqlStore) -> None:
    ids = await issued(store, *map(of, range(3)))
    shown = await found(store, RECALLED, caller=SOURCE)
    first = await begun(store, RECALLED, shown.digest, caller=SOURCE, above=2)
    assert first.awaiting
    assert not (await begun(store, RECALLED, shown.digest, caller=OTHER, above=2)).awaiting
    assert (await begun(store, RECALLED, shown.digest, caller=OTHER, above=2)).job_id == first.job_id, "sent again"
    await go_on(store, first.job_id)
    assert await states(store, ids) == ["REVOKED"] * 3


async def test_a_record_that_does_not_open_is_revoked_too(store: SqlStore) -> None:
    ids = await issued(store, *map(of, range(3)))
    await execute(store, "UPDATE records SET data = contact")
    await revoke(store, RECALLED)
    assert await states(store, ids) == ["REVOKED"] * 3
    assert await count(store, "events WHERE measure = 'REVOKED'") == 3


async def test_a_crash_at_any_commit_is_gone_over(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "REVOKED_AT_ONCE", 2)
    ids = await issued(store, *map(of, range(5)))
    shown = await found(store, RECALLED)
    job_id = (await begun(store, RECALLED, shown.digest)).job_id
    crashes, now = 0, LATER
    while (await progress(store, job_id))[0] is not JobState.FINISHED:
        for commit in (1, 2, 3):  # the lease; the page; the step
            with crash_at(store, commit=commit), pytest.raises(Crash):
                await step(store, now=now)
            crashes, now = crashes + 1, now + timedelta(minutes=1)
        await step(store, now=now)
        now += timedelta(minutes=1)
    assert crashes >= 12
    assert await states(store, ids) == ["REVOKED"] * 5
    assert await progress(store, job_id) == (JobState.FINISHED, 5, 5)
    assert await count(store, "revocations") == await count(store, "audit WHERE action = 'revoke'") == 5
    assert await store.publish(now=now) == 5


async def test_pages_that_find_little_end_too(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "SURVEYED_THROUGH", 2)
    monkeypatch.setattr(reaching, "REVOKED_THROUGH", 2)
    ids = await issued(store, *(of(number, vaccinator="V1" if number % 3 else "V2") for number in range(9)))
    assert (await found(store, Where(vaccinator="V2"))).count == 3
    await revoke(store, Where(vaccinator="V2"))
    assert await states(store, ids) == ["REVOKED", "ISSUED", "ISSUED"] * 3
    with pytest.raises(BadUserInput, match="pramaan revoke --dry-run"):
        await revoke_by_reach.dry_run(
            Where(vaccinator="V2"), caller=ADMIN, reaching=store, secret=SECRET, now=LATER, pages=3
        )


async def test_what_is_signed_meanwhile_does_not_escape(store: SqlStore) -> None:
    [old] = await issued(store, of(1))
    [waiting] = await pending(store, of(2))
    where = Where(key_id="key-1")
    shown = await found(store, where)
    assert shown.count == 1, "nobody knows yet which key signs the other"
    job_id = (await begun(store, where, shown.digest)).job_id
    await go_on(store, job_id)
    assert await states(store, [old, waiting]) == ["REVOKED", "PENDING"]
    assert (await progress(store, job_id))[0] is JobState.RUNNING
    await sign(store, waiting, now=LATER)
    await go_on(store, job_id, now=LATER + timedelta(minutes=1))
    assert await states(store, [waiting]) == ["REVOKED"]
    assert await progress(store, job_id) == (JobState.FINISHED, 2, 2)


async def test_what_is_being_signed_is_cancelled(store: SqlStore) -> None:
    ids = await pending(store, *map(of, range(2)))
    taken = await store.take(ids)
    await store.intend([Intent(one.id, "key-1", NOW, b"digest") for one in taken])
    await revoke(store, RECALLED)
    assert await store.complete([signed(one) for one in ids], now=LATER) == []
    assert await states(store, ids) == ["REVOKED"] * 2
    assert await store.publish(now=LATER) == 0, "what nobody signed is in no list"


async def test_what_commits_late_does_not_escape(store: SqlStore) -> None:
    await issued(store, of(1))
    shown = await found(store, RECALLED)
    job_id = (await begun(store, RECALLED, shown.digest, now=shown.to)).job_id
    await go_on(store, job_id, now=shown.to)
    assert (await progress(store, job_id))[0] is JobState.RUNNING, "a transaction may have begun before the cut"
    [late] = await issued(store, of(2), now=NOW)
    await go_on(store, job_id, now=shown.to + SETTLED)
    assert await states(store, [late]) == ["REVOKED"]
    assert await progress(store, job_id) == (JobState.FINISHED, 2, 2)


async def test_revoking_and_signing_at_once_leave_nothing_in_force(store: SqlStore) -> None:
    ids = await issued(store, *map(of, range(4)))
    newer = [await corrected(store, one, of(number, vaccinator="V1")) for number, one in enumerate(ids)]
    await asyncio.gather(revoke(store, RECALLED), *(sign(store, one) for one in newer))
    assert await states(store, [*ids, *newer]) == ["REVOKED"] * 8


async def test_it_waits_while_the_outbox_is_crowded(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revoke_by_reach, "CROWDED", 1)
    ids = await issued(store, *map(of, range(2)))
    shown = await found(store, RECALLED)
    job_id = (await begun(store, RECALLED, shown.digest)).job_id
    await execute(store, "UPDATE outbox SET attempts = 0")
    assert await store.backlog() > 1
    await go_on(store, job_id)
    assert await states(store, ids) == ["ISSUED"] * 2
    await execute(store, "DELETE FROM outbox")
    await go_on(store, job_id, now=LATER + timedelta(seconds=5))
    assert await states(store, ids) == ["REVOKED"] * 2


async def test_revoked_before_and_meanwhile(store: SqlStore) -> None:
    ids = await issued(store, *map(of, range(3)))
    target = RevocationTarget(ids=(ids[0],))
    await store.revoke(request(operation="revoke"), target, RECALL, visible=ALL_ROWS)
    shown = await found(store, RECALLED)
    assert shown.count == 2
    target = RevocationTarget(ids=(ids[1],))
    await store.revoke(request(operation="revoke", now=LATER), target, RECALL, visible=ALL_ROWS)
    job_id = (await begun(store, RECALLED, shown.digest)).job_id
    await go_on(store, job_id)
    assert await states(store, ids) == ["REVOKED"] * 3
    assert await progress(store, job_id) == (JobState.FINISHED, 2, 2)
    assert await count(store, "revocations") == 3


async def test_certificates_of_an_earlier_release_are_read_first(store: SqlStore) -> None:
    ids = await issued(store, *(of(number, vaccinator="V1") for number in range(3)))
    before = await reached(store, RECALLED)
    await execute(store, "UPDATE certificates SET batch = NULL, vaccine = NULL, vaccinator = NULL")
    with pytest.raises(BadUserInput):
        await found(store, RECALLED)
    assert (await found(store, Where(facility="F1"))).count == 3
    assert [await store.read_on(limit=2) for _ in range(3)] == [2, 1, 0]
    assert await reached(store, RECALLED) == before == set(ids)
    assert await reached(store, Where(vaccinator="V1", vaccine="COVISHIELD")) == set(ids)


async def test_no_name_is_stored_in_the_clear(store: SqlStore) -> None:
    await issued(store, of(1, vaccinator="Canary"))
    shown = await found(store, Where(vaccinator="Canary"))
    await begun(store, Where(vaccinator="Canary"), shown.digest)
    for table, column in (("certificates", "vaccinator"), ("works", "asked"), ("works", "cursor")):
        assert await count(store, f"{table} WHERE CAST({column} AS TEXT) LIKE '%anary%'") == 0
