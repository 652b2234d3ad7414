"""Uploads on every store: rows sealed, what became of each, one client's own, seven days."""

import pytest
from sqlalchemy import select

from backends.sql.ledger import KEPT
from backends.sql.store import SqlStore
from backends.sql.tables import metadata
from backends.sql.uploading import AT_WORK
from credential.errors import BadUserInput, Duplicate, IdempotencyConflict, IdempotencyInProgress
from credential.ports import Request, SigningFailure, Upload, UploadedFile, UploadedRow
from tests.contract.store_faults import count
from tests.contract.store_samples import NOW, OTHER, SECOND, SOURCE, ids_of, issued, record, request, sign

FILE = UploadedFile("Canary file.csv", ("name", "mobile"), 3)
CELLS = ("Canarya Sample", "9812345678")
REFUSED = BadUserInput("Required field is missing.", ("recipientName",))


def asked(key: str | None = None, fingerprint: bytes = b"input") -> Request:
    return request(key, operation="bulkCertify", fingerprint=fingerprint)


async def followed(store: SqlStore) -> Upload:
    [found] = await store.uploads(SOURCE.client_id, now=NOW)
    return found


async def test_an_upload_is_followed_to_its_end(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    assert not begun.done
    assert (await followed(store)).at_work
    ids = ids_of(await store.accept(request(), [record(1), record(2)]))
    rows = [UploadedRow(number, CELLS, one) for number, one in enumerate(ids)]
    await store.note_rows(begun.id, [*rows, UploadedRow(2, CELLS, None, REFUSED)], now=NOW + SECOND)
    await store.finish_upload(asked(), begun.id, now=NOW + 2 * SECOND)
    found = await followed(store)
    assert (found.id, found.file, found.client_id) == (begun.id, FILE, SOURCE.client_id)
    assert (found.created_at, found.updated_at) == (NOW, NOW + 2 * SECOND)
    assert (found.pending, found.failed, found.finished, found.at_work) == (2, 1, True, False)
    await sign(store, ids[0])
    await store.fail([SigningFailure(ids[1], "PROOF", final=True)], now=NOW)
    found = await followed(store)
    assert (found.pending, found.failed) == (0, 2)
    assert await count(store, "upload_rows WHERE data IS NULL") == 1, "what became a certificate is not kept twice"
    assert await followed(store) == found


async def test_the_rows_that_are_no_certificate(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    good = await issued(store, record(1))
    [unsigned] = ids_of(await store.accept(request(), [record(2)]))
    await store.fail([SigningFailure(unsigned, "PROOF", final=True)], now=NOW)
    duplicate = Duplicate("It is there.", (), good)
    rows = [
        UploadedRow(0, CELLS, good),
        UploadedRow(1, ("Sample Person 2", ""), unsigned),
        UploadedRow(2, CELLS, None, duplicate),
    ]
    await store.note_rows(begun.id, rows, now=NOW)
    found = await store.failed_rows(begun.id, SOURCE.client_id)
    assert found is not None
    assert found.columns == FILE.columns
    assert [(row.number, row.cells) for row in found.rows] == [(1, ("Sample Person 2", "")), (2, CELLS)]
    faults = [row.fault for row in found.rows]
    assert faults[0] is not None
    assert "PROOF" in faults[0].message
    assert isinstance(faults[1], Duplicate)
    assert faults[1].existing_certificate_id == good


async def test_rows_noted_before_stay_as_they_are(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    await store.note_rows(begun.id, [UploadedRow(0, CELLS, None, REFUSED)], now=NOW)
    await store.note_rows(begun.id, [UploadedRow(0, ("other", ""), None, BadUserInput("Other."))], now=NOW)
    found = await store.failed_rows(begun.id, None)
    assert found is not None
    assert [row.cells for row in found.rows] == [CELLS]


async def test_another_clients_upload_is_unknown(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    assert await store.uploads(OTHER.client_id, now=NOW) == []
    assert await store.failed_rows(begun.id, OTHER.client_id) is None
    assert await store.failed_rows(begun.id + 1, None) is None
    assert len(await store.uploads(None, now=NOW)) == 1


async def test_the_same_request_is_the_same_upload(store: SqlStore) -> None:
    first = await store.begin_upload(asked("a"), FILE)
    with pytest.raises(IdempotencyInProgress):
        await store.begin_upload(asked("a"), FILE)
    await store.finish_upload(asked("a"), first.id, now=NOW)
    again = await store.begin_upload(asked("a"), FILE)
    assert (again.id, again.done) == (first.id, True)
    with pytest.raises(IdempotencyConflict):
        await store.begin_upload(asked("a", b"other"), FILE)
    assert await count(store, "uploads") == 1


async def test_an_upload_that_was_cut_is_at_work_for_a_while_and_then_not(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    await store.note_rows(begun.id, [UploadedRow(0, CELLS, None, REFUSED)], now=NOW)
    [found] = await store.uploads(None, now=NOW + AT_WORK - SECOND)
    assert found.at_work
    [found] = await store.uploads(None, now=NOW + AT_WORK)
    assert (found.at_work, found.finished, found.failed) == (False, False, 1)


async def test_newest_first(store: SqlStore) -> None:
    for number in range(3):
        one = request(operation="bulkCertify", now=NOW + number * SECOND)
        await store.begin_upload(one, UploadedFile(f"{number}.csv", (), 0))
    assert [one.file.name for one in await store.uploads(None, now=NOW)] == ["2.csv", "1.csv", "0.csv"]


async def test_nothing_of_a_file_is_in_the_clear(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    await store.note_rows(begun.id, [UploadedRow(0, CELLS, None, REFUSED)], now=NOW)
    stored = b""
    async with store._database.read() as connection:
        for name in ("uploads", "upload_rows"):
            for row in await connection.execute(select(metadata.tables[name])):
                stored += b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert str(begun.id).encode() in stored
    for canary in (b"Canary", b"9812345678"):
        assert canary not in stored


async def test_after_seven_days_an_upload_is_forgotten(store: SqlStore) -> None:
    begun = await store.begin_upload(asked(), FILE)
    await store.note_rows(begun.id, [UploadedRow(0, CELLS, None, REFUSED)], now=NOW)
    await store.purge(now=NOW + KEPT)
    assert await count(store, "upload_rows") == 1
    await store.purge(now=NOW + KEPT + SECOND)
    assert (await count(store, "uploads"), await count(store, "upload_rows")) == (0, 0)
