"""Reconciliation on both databases: what is found, what applying it does once, and what undoing takes back."""

from typing import Any

import msgspec
import pytest

from backends.sql.store import SqlStore
from credential.access import ALL_ROWS, Caller, Scope
from credential.certificate import Certificate, RevocationReason, Status
from credential.errors import BadUserInput, NotFound
from credential.merkle import Frontier, leaf
from credential.operations import apply_reconciliation
from credential.operations.reconcile_order import ReconcileOrder
from credential.ports import CertificateFilter, JobState, Result, RevocationTarget
from credential.reconciliation.findings import FindingKind
from credential.reconciliation.lines import lines
from credential.record import VaccinationRecord
from tests.contract.store_faults import count, rows
from tests.contract.store_samples import NOW, OTHER, SOURCE, ids_of, issued, record, request, sign
from tests.reconciled import ADMIN, Reconciler, summary

EVERYTHING = tuple(one for one in FindingKind if one not in {FindingKind.DUPLICATE, FindingKind.INVALID})


def said(item: VaccinationRecord, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a record as a source sends it; `batch` and the like change the vaccination, `name` the person."""
    data: dict[str, Any] = msgspec.to_builtins(item)
    for name, value in changes.items():
        place = data["recipient"] if name in {"name", "mobile", "gender"} else data["vaccination"]
        (data if name == "revoked" else place)[name] = value
    return data


async def held(store: SqlStore, number: int, dose: int = 1) -> Certificate:
    """Return what counts, or is to count next."""
    where = CertificateFilter(dose=dose, statuses=frozenset({Status.PENDING, Status.ISSUED}))
    page = await store.of_beneficiary("default", f"beneficiary-{number}", visible=ALL_ROWS, where=where)
    assert page is not None
    return page.items[0]


async def state(store: SqlStore) -> list[tuple[Any, ...]]:
    """Return what the store holds, without ids and times."""
    query = "SELECT dose, version, status, live, client_id FROM certificates ORDER BY shard, beneficiary, dose, version"
    return [tuple(row) for row in await rows(store, query)]


async def test_a_source_that_agrees_has_an_empty_report(store: SqlStore) -> None:
    await issued(store, record(1))
    report = await Reconciler(store).dry_run([said(record(1))])
    assert summary(report) == {}
    assert report.digest == Frontier().root.hex()


async def test_every_kind_is_found_and_put_right_but_what_only_the_source_can_mend(store: SqlStore) -> None:
    for number in (1, 2, 3, 4):
        await issued(store, record(number))
    await issued(store, record(4, dose=2))
    await store.revoke(
        request(), RevocationTarget(ids=((await held(store, 3)).id,)), RevocationReason.FRAUD, visible=ALL_ROWS
    )
    source = [
        said(record(1), batch="4121Z099", name="Sample  Person 1"),
        said(record(2), revoked=True),
        said(record(3)),
        said(record(4)),
        said(record(5)),
        said(record(6)),
        said(record(6), batch="other"),
        said(record(7), date="yesterday"),
    ]
    reconciler = Reconciler(store)
    report = await reconciler.dry_run(source, beneficiaries=True)
    found = {(one.finding.kind.value, one.finding.beneficiary_id[-1]) for one in await reconciler.found(report)}
    assert found == {
        ("DIFFERENT", "1"),
        ("REVOKED_ELSEWHERE", "2"),
        ("REVOKED_ELSEWHERE", "3"),
        ("EXTRA", "4"),
        ("MISSING", "5"),
        ("DUPLICATE", "6"),
        ("INVALID", "7"),
    }
    assert summary(report)["DUPLICATE"] == 2
    with pytest.raises(BadUserInput):
        await reconciler.apply(report, EVERYTHING)
    await reconciler.apply(report)
    assert (await held(store, 1)).record.vaccination.batch == "4121Z099"
    assert (await held(store, 1)).record.recipient.name == "Sample Person 1"
    assert (await held(store, 5)).status is Status.PENDING
    again = await reconciler.dry_run(source, beneficiaries=True)
    assert summary(again) == {"EXTRA": 1, "DUPLICATE": 2, "REVOKED_ELSEWHERE": 1, "INVALID": 1}
    [here] = await reconciler.found(again, [FindingKind.REVOKED_ELSEWHERE])
    assert here.finding.revoked_here, "a revocation of ours is not undone by a source"


async def test_extra_is_revoked_only_when_it_is_named(store: SqlStore) -> None:
    await issued(store, record(1))
    await issued(store, record(1, dose=2))
    reconciler, source = Reconciler(store), [said(record(1))]
    report = await reconciler.dry_run(source, beneficiaries=True)
    await reconciler.apply(report)
    assert (await held(store, 1, dose=2)).status is Status.ISSUED
    await reconciler.apply(report, EVERYTHING)
    assert summary(await reconciler.dry_run(source, beneficiaries=True)) == {}


@pytest.mark.parametrize(
    ("scope", "extra"),
    [
        ({}, 2),
        ({"facility": "F1"}, 2),
        ({"facility": "F2"}, 0),
        ({"start": "2022-03-04", "end": "2022-03-05"}, 2),
        ({"end": "2022-03-04"}, 0),
        ({"start": "2022-03-05"}, 0),
    ],
)
async def test_the_scope_says_what_the_source_is_complete_about(
    store: SqlStore, scope: dict[str, str], extra: int
) -> None:
    for number in (1, 2, 3):
        await issued(store, record(number))
    order = msgspec.convert({"digest": "", "scoped": True, **scope}, ReconcileOrder)
    given = {name: getattr(order, name) for name in ("scoped", "facility", "start", "end")}
    report = await Reconciler(store).dry_run([said(record(1))], **given)
    assert summary(report).get("EXTRA", 0) == extra


async def test_what_the_source_leaves_empty_says_nothing_and_stays(store: SqlStore) -> None:
    await issued(store, record(1))
    source = [
        {
            "beneficiaryId": "beneficiary-1",
            "recipient": {"name": "", "mobile": None},
            "vaccination": {
                "dose": 1,
                "batch": " ",
                "date": "2022-03-04T20:00:00+05:30",
                "manufacturer": "Maker",
            },
        }
    ]
    reconciler = Reconciler(store)
    report = await reconciler.dry_run(source)
    [found] = await reconciler.found(report)
    assert [(one.field, one.ours, one.theirs) for one in found.finding.differences] == [
        ("vaccination.manufacturer", "Serum Institute of India", "Maker")
    ]
    await reconciler.apply(report)
    new = (await held(store, 1)).record
    assert new.vaccination.manufacturer == "Maker"
    assert (new.recipient, new.vaccination.date) == (record(1).recipient, record(1).vaccination.date)


async def test_applying_twice_changes_nothing_more(store: SqlStore) -> None:
    await issued(store, record(1))
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([said(record(1), batch="new"), said(record(2))])
    first = await reconciler.apply(report)
    after = await state(store)
    assert await reconciler.apply(report) == first
    assert await state(store) == after
    job = await store.job(first, client_id="source")
    assert job is not None
    assert (job.state, job.done, job.failed) == (JobState.FINISHED, 2, 0)


async def test_a_certificate_that_changed_since_is_left_alone(store: SqlStore) -> None:
    await issued(store, record(1))
    reconciler = Reconciler(store)
    source = [said(record(1), batch="one"), said(record(2))]
    late = await reconciler.dry_run(source)
    await reconciler.apply(await reconciler.dry_run([said(record(1), batch="two"), said(record(2), batch="two")]))
    before = await state(store)
    job_id = await reconciler.apply(late)
    assert await state(store) == before
    assert [one.result for one in await reconciler.found(late)] == [Result.STALE, Result.STALE]
    job = await store.job(job_id, client_id=None)
    assert job is not None
    assert (job.done, job.failed) == (0, 2)


async def test_corrections_by_the_source_do_not_use_up_the_limit(store: SqlStore) -> None:
    await issued(store, record(1))
    reconciler = Reconciler(store)
    for number in range(7):
        await reconciler.apply(await reconciler.dry_run([said(record(1), batch=f"batch {number}")]))
        await sign(store, (await held(store, 1)).id)
    found = await held(store, 1)
    assert (found.version, found.corrections, found.client_id) == (8, 0, "source")


async def test_undoing_gives_the_old_values_back_where_nothing_changed_since(store: SqlStore) -> None:
    for number in (1, 2, 3):
        await issued(store, record(number))
    await issued(store, record(3, dose=2))
    reconciler = Reconciler(store)
    source = [
        said(record(1), batch="new"),
        said(record(2), revoked=True),
        said(record(3)),
        said(record(4)),
        said(record(5)),
    ]
    report = await reconciler.dry_run(source, beneficiaries=True)
    await reconciler.apply(report, EVERYTHING)
    await sign(store, *[one.made_id for one in await reconciler.found(report) if one.made_id])
    await reconciler.apply(await reconciler.dry_run([said(record(5), batch="later")]))
    await reconciler.apply(report, undo=True)
    assert (await held(store, 1)).record == record(1)
    assert (await held(store, 2)).record == record(2)
    assert (await held(store, 3, dose=2)).record == record(3, dose=2)
    assert (await held(store, 5)).record.vaccination.batch == "later"
    with pytest.raises(IndexError):
        await held(store, 4)
    before = await state(store)
    await reconciler.apply(report, undo=True)
    assert await state(store) == before


async def test_of_another_source_nothing_is_told_and_nothing_changed(store: SqlStore) -> None:
    theirs = Caller("other", "Other source", frozenset({Scope.RECONCILE}))
    await issued(store, record(1))
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([said(record(1), batch="x")], caller=theirs, scoped=True)
    [found] = await reconciler.found(report)
    assert (found.finding.kind, found.finding.certificate_id, found.finding.differences) == (
        FindingKind.DUPLICATE,
        None,
        (),
    )
    assert summary(await reconciler.dry_run([said(record(1), revoked=True)], caller=theirs)) == {}
    assert summary(await reconciler.dry_run([said(record(1), batch="x")], caller=ADMIN)) == {"DIFFERENT": 1}
    assert await store.report(report.id, client_id="source") is None


async def test_above_a_number_another_client_approves(store: SqlStore) -> None:
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([said(record(number)) for number in range(3)])

    async def ask(caller: Caller) -> bool:
        asked = request(caller=caller, operation="applyReconciliation")
        _, begun = await apply_reconciliation.begin(
            report.digest or "", None, undo=False, request=asked, approval_above=2, reports=store, works=store
        )
        await reconciler.finish(begun.id)
        return begun.awaiting

    with pytest.raises(NotFound):
        await ask(OTHER)
    assert await ask(SOURCE)
    assert await ask(SOURCE)
    assert await count(store, "certificates") == 0
    assert not await ask(OTHER)
    assert await count(store, "certificates") == 3


async def test_earlier_doses_that_a_row_names_are_compared_unless_they_have_a_row(store: SqlStore) -> None:
    await issued(store, record(1))
    earlier = [{"dose": 1, "date": "2022-03-03T00:00:00Z", "batch": "", "name": "COVAXIN"}]
    second = said(record(1, dose=2, gender="Male")) | {"earlierDoses": earlier}
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([second])
    assert summary(report) == {"MISSING": 1, "DIFFERENT": 1}
    await reconciler.apply(report)
    new = (await held(store, 1)).record
    assert (new.vaccination.name, new.vaccination.batch) == ("COVAXIN", record(1).vaccination.batch)
    assert (new.vaccination.date.day, new.recipient.gender) == (3, "Male")
    assert summary(await reconciler.dry_run([second])) == {}
    own = said(record(1), name="Sample Person 1", gender="Male", date="2022-03-03T00:00:00Z") | {}
    own["vaccination"]["name"] = "COVAXIN"
    contradicting = [second | {"earlierDoses": [{"dose": 1, "date": "2022-03-01T00:00:00Z"}]}, own]
    assert summary(await reconciler.dry_run(contradicting)) == {}, "the row of its own is believed"


async def test_the_digest_is_that_of_the_lines_and_a_repetition_is_no_duplicate(store: SqlStore) -> None:
    reconciler = Reconciler(store)
    source = [said(record(1)), said(record(2)), said(record(1), mobile="9000000001")]
    report = await reconciler.dry_run(source)
    assert summary(report) == {"MISSING": 2}
    found = [one.finding for one in await reconciler.found(report)]
    assert report.digest == Frontier().grown(leaf(line.encode()) for line in lines(found)).root.hex()
    assert await count(store, "source_doses") == 0
    same = await reconciler.dry_run(source)
    assert (same.digest, same.id == report.id) == (report.digest, False)


async def test_nothing_of_a_report_is_stored_in_the_clear(store: SqlStore) -> None:
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([said(record(4711, name="Canarya Sample"))])
    for table in ("reconciliations", "findings", "source_doses", "works"):
        for row in await rows(store, f"SELECT * FROM {table}"):  # noqa: S608
            assert "canary" not in repr(tuple(row)).lower()
            assert "beneficiary-4711" not in repr(tuple(row))
    assert (await reconciler.found(report))[0].finding.beneficiary_id == "beneficiary-4711"


async def test_pages_go_by_kind_and_number(store: SqlStore) -> None:
    await issued(store, record(1))
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([said(record(2)), said(record(1), batch="x"), said(record(3))])
    first = await store.findings(report.id, kinds=tuple(FindingKind), first=2, after=None)
    rest = await store.findings(report.id, kinds=tuple(FindingKind), first=2, after=first.cursors[-1])
    assert [one.finding.row for one in (*first.items, *rest.items)] == [0, 2, 1]
    assert (first.has_next, rest.has_next) == (True, False)
    with pytest.raises(BadUserInput):
        await store.findings(report.id, kinds=tuple(FindingKind), first=2, after="x")


async def test_issuing_goes_on_meanwhile(store: SqlStore) -> None:
    reconciler = Reconciler(store)
    report = await reconciler.dry_run([said(record(1)), said(record(2))])
    [taken] = ids_of(await store.accept(request(now=NOW), [record(1)]))
    await reconciler.apply(report)
    assert await sign(store, taken) == [taken]
    assert [one.result for one in await reconciler.found(report)] == [Result.STALE, Result.DONE]
