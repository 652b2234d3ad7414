"""Reading: who sees what, with which proof, in which order (contract, Who calls)."""

import pytest
from sqlalchemy import event

from backends.sql.store import SqlStore
from credential.access import ALL_ROWS, NO_ROWS, Proof, Visibility
from credential.certificate import Status
from credential.errors import BadUserInput
from credential.ports import CertificateFilter, Correction, Page
from credential.record import Kind
from tests.contract.store_faults import execute
from tests.contract.store_samples import OTHER, ids_of, issued, record, request, sign

RIGHT = (Proof(mobile="+919000000001"), Proof(mobile="90000 00001"), Proof(date_of_birth="1990-06-15"))
WRONG = (
    Proof(mobile="+919000000002"),
    Proof(mobile=""),
    Proof(mobile="no number"),
    Proof(date_of_birth="1990-06-16"),
    Proof(date_of_birth="1990-06"),  # less than what is stored
    Proof(date_of_birth="1990"),
    Proof(date_of_birth=""),
    Proof(),
)


async def page_of(
    store: SqlStore,
    number: int = 1,
    *,
    programme: str = "default",
    visible: Visibility = ALL_ROWS,
    proof: Proof | None = None,
    where: CertificateFilter | None = None,
    first: int = 100,
    after: str | None = None,
) -> list[str] | None:
    page = await store.of_beneficiary(
        programme, f"beneficiary-{number}", visible=visible, proof=proof, where=where, first=first, after=after
    )
    return None if page is None else [one.id for one in page.items]


async def test_ids_are_answered_in_order_with_none_for_unknown(store: SqlStore) -> None:
    ids = [await issued(store, record(number)) for number in range(3)]
    asked = [ids[2], "unknown", ids[0], "11111111111", ids[2]]
    found = await store.by_ids(asked, visible=ALL_ROWS)
    assert [one and one.id for one in found] == [ids[2], None, ids[0], None, ids[2]]
    standings = await store.standings(asked)
    assert [one and one.id for one in standings] == [ids[2], None, ids[0], None, ids[2]]
    assert [await store.by_ids([], visible=ALL_ROWS), await store.standings([]), await store.statuses([])] == [[]] * 3


async def test_a_source_sees_its_own_rows_only(store: SqlStore) -> None:
    own = await issued(store)
    [others] = ids_of(await store.accept(request(caller=OTHER), [record(2)]))
    source = Visibility(client_id="source")
    found = await store.by_ids([own, others], visible=source)
    assert [one and one.id for one in found] == [own, None]
    assert await page_of(store, 1, visible=source) == [own]
    assert await page_of(store, 2, visible=source) is None
    assert await store.versions([others], visible=source) == [[]]


async def test_a_holder_sees_one_beneficiary_of_one_programme(store: SqlStore) -> None:
    own, others = await issued(store), await issued(store, record(2))
    holder = Visibility(beneficiary=("default", "beneficiary-1"))
    assert [one and one.id for one in await store.by_ids([own, others], visible=holder)] == [own, None]
    assert await page_of(store, 1, visible=holder) == [own]
    assert await page_of(store, 2, visible=holder) is None
    elsewhere = Visibility(beneficiary=("other", "beneficiary-1"))
    assert await store.by_ids([own], visible=elsewhere) == [None]
    assert await page_of(store, 1, programme="other") is None


async def test_nothing_visible_is_nothing_found(store: SqlStore) -> None:
    own = await issued(store)
    assert await store.by_ids([own], visible=NO_ROWS) == [None]
    assert await page_of(store, visible=NO_ROWS) is None
    assert await store.versions([own], visible=NO_ROWS) == [[]]


@pytest.mark.parametrize("proof", RIGHT, ids=repr)
async def test_a_right_proof_opens(store: SqlStore, proof: Proof) -> None:
    own = await issued(store)
    [found] = await store.by_ids([own], visible=ALL_ROWS, proof=proof)
    assert found is not None
    assert found.record == record()
    assert await page_of(store, proof=proof) == [own]


@pytest.mark.parametrize("proof", WRONG, ids=repr)
async def test_a_wrong_proof_finds_nothing(store: SqlStore, proof: Proof) -> None:
    own = await issued(store)
    assert await store.by_ids([own], visible=ALL_ROWS, proof=proof) == [None]
    assert await page_of(store, proof=proof) is None


async def test_a_date_of_birth_is_compared_as_precisely_as_stored(store: SqlStore) -> None:
    own = await issued(store, record(dateOfBirth="1990", age=31))
    for shown, right in (
        ("1990", True),
        ("1990-06", True),
        ("1990-06-15", True),
        ("1991-06-15", False),
        ("199", False),
    ):
        [found] = await store.by_ids([own], visible=ALL_ROWS, proof=Proof(date_of_birth=shown))
        assert (found is not None) == right, shown


async def test_without_a_stored_date_or_number_no_proof_opens(store: SqlStore) -> None:
    own = await issued(store, record(dateOfBirth=None, age=31, mobile="", email="sample@example.org"))
    for proof in (*RIGHT, *WRONG):
        assert await store.by_ids([own], visible=ALL_ROWS, proof=proof) == [None]


async def test_a_proof_must_fit_the_newest_record(store: SqlStore) -> None:
    old = await issued(store)
    moved = Correction(old, record(mobile="+919000000777"), Kind.DOMESTIC, counts=True, limit=5)
    new = (await store.correct(request(operation="update"), moved)).certificate_id or ""
    await sign(store, new)
    for certificate_id in (old, new):
        lost, own = Proof(mobile="+919000000001"), Proof(mobile="+919000000777")
        assert await store.by_ids([certificate_id], visible=ALL_ROWS, proof=lost) == [None]
        [found] = await store.by_ids([certificate_id], visible=ALL_ROWS, proof=own)
        assert found is not None


async def test_known_and_unknown_cost_the_same_statements(store: SqlStore) -> None:
    own = await issued(store)
    engine, seen = store._database._engine.sync_engine, list[str]()

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    costs = []
    for certificate_id, number in ((own, 1), ("unknown", 2)):
        seen.clear()
        await store.by_ids([certificate_id], visible=ALL_ROWS, proof=WRONG[0])
        await page_of(store, number, proof=WRONG[0])
        costs.append(list(seen))
    event.remove(engine, "before_cursor_execute", note)
    assert costs[0] == costs[1]


async def held(store: SqlStore) -> dict[str, str]:
    """Give one person: dose 1 issued and corrected, dose 3 pending and replaced while it was."""
    ids = {"1.1": await issued(store, record(dose=1))}
    change = Correction(ids["1.1"], record(dose=1, name="Sample New"), Kind.DOMESTIC, counts=True, limit=5)
    ids["1.2"] = (await store.correct(request(operation="update"), change)).certificate_id or ""
    await sign(store, ids["1.2"])
    [ids["3.1"]] = ids_of(await store.accept(request(), [record(dose=3)]))
    change = Correction(ids["3.1"], record(dose=3, name="Sample New"), Kind.DOMESTIC, counts=True, limit=5)
    ids["3.2"] = (await store.correct(request(operation="update"), change)).certificate_id or ""
    return ids


async def test_a_listing_shows_what_counts_by_dose_then_version(store: SqlStore) -> None:
    ids = await held(store)
    assert await page_of(store) == [ids["3.2"], ids["1.2"]]
    assert await page_of(store, where=CertificateFilter(dose=1)) == [ids["1.2"]]
    assert await page_of(store, where=CertificateFilter(kind=Kind.INTERNATIONAL)) == []
    superseded = CertificateFilter(statuses=frozenset({Status.SUPERSEDED}))
    assert await page_of(store, where=superseded) == [ids["1.1"]]
    everything = CertificateFilter(statuses=frozenset(Status))
    assert await page_of(store, where=everything) == [ids["3.2"], ids["1.2"], ids["1.1"]]


async def test_versions_of_a_dose_newest_first(store: SqlStore) -> None:
    ids = await held(store)
    found = await store.versions([ids["1.1"], ids["3.1"], "unknown", ids["1.2"]], visible=ALL_ROWS)
    first = [ids["1.2"], ids["1.1"]]
    assert [[one.id for one in versions] for versions in found] == [first, [ids["3.2"]], [], first]


async def test_pages_join_to_the_whole(store: SqlStore) -> None:
    await held(store)
    everything = CertificateFilter(statuses=frozenset(Status))
    whole, seen, after = await page_of(store, where=everything), list[str](), None
    while True:
        page = await store.of_beneficiary(
            "default", "beneficiary-1", visible=ALL_ROWS, where=everything, first=1, after=after
        )
        assert isinstance(page, Page)
        seen += [one.id for one in page.items]
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert seen == whole


async def test_a_cursor_of_another_list_or_a_broken_one_is_refused(store: SqlStore) -> None:
    await issued(store)
    answer = await store.accept(request(), [record(2), record(3)])
    results = await store.results(answer.job_id or "", client_id=None, first=1, after=None)
    for broken in (results.cursors[0], "", "%%%", "AAAA"):
        with pytest.raises(BadUserInput) as raised:
            await page_of(store, after=broken)
        assert raised.value.path == ("after",)


async def test_a_value_moved_to_another_row_does_not_open(store: SqlStore) -> None:
    first, second = await issued(store), await issued(store, record(dose=2))  # the same person, so the same key
    move = (
        "UPDATE records SET data = (SELECT data FROM records WHERE certificate_id = '{}') WHERE certificate_id = '{}'"
    )
    await execute(store, move.format(first, second))
    with pytest.raises(Exception, match="does not open"):
        await store.by_ids([second], visible=ALL_ROWS)
