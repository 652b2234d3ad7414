"""Uploaded files on every store: in chunks, in any order, resumable, one client's own, for seven days."""

import asyncio
from hashlib import sha256

import pytest

from backends.artifacts.memory import MemoryArtifacts
from backends.sql.ledger import KEPT
from backends.sql.store import SqlStore
from credential.errors import BadUserInput, IdempotencyConflict, NotFound, Unavailable, UserFault
from credential.formats.row_stream import Place
from credential.operations import files
from credential.operations.files import INCOMPLETE, WRONG_DIGEST, WRONG_WHOLE, OtherBytes, Preview
from credential.operations.sealing import Shelf
from credential.policy import IssuancePolicy
from credential.ports import FileChunk, FileOrder, Request, StoredFile
from credential.record import Kind
from tests.contract.store_faults import count, rows
from tests.contract.store_samples import NOW, OTHER, SECOND, SOURCE, request

HEADER = (
    "beneficiaryId,recipient.name,recipient.mobile,recipient.age,vaccination.name,vaccination.batch,"
    "vaccination.manufacturer,vaccination.date,vaccination.dose,vaccination.totalDoses,facility.name\n"
)
LINE = "SAMPLE-{0},Sample Person {0},9999900001,55,COVISHIELD,B2,Sample Maker,01/04/2021,{1},2,Sample Centre\n"
DATA = (HEADER + "".join(LINE.format(number, "soon" if number == 1 else 1) for number in range(5))).encode()
SIZE = 100


def asked(key: str | None = None, fingerprint: bytes = b"input") -> Request:
    return request(key, operation="createUpload", fingerprint=fingerprint)


async def created(store: SqlStore, *, digest: bytes | None = None) -> StoredFile:
    order = FileOrder("Canary file.csv", len(DATA), digest or sha256(DATA).digest(), SIZE)
    return await store.create_file(asked(), order)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(MemoryArtifacts(), b"secret of the contract suite ...")


async def take(store: SqlStore, shelf: Shelf, file: StoredFile, number: int, data: bytes | None = None) -> None:
    given = DATA[number * SIZE : (number + 1) * SIZE] if data is None else data
    await files.take_chunk(file, number, given, sha256(given).digest(), files=store, chunks=store, shelf=shelf)


async def again(store: SqlStore, file: StoredFile) -> StoredFile:
    found = await store.file(file.id, client_id=SOURCE.client_id)
    assert found is not None
    return found


async def uploaded(store: SqlStore, shelf: Shelf) -> StoredFile:
    file = await created(store)
    for number in range(file.chunks):
        await take(store, shelf, file, number)
    return await again(store, file)


async def previewed(store: SqlStore, shelf: Shelf, file: StoredFile, first: int) -> Preview:
    seen = request(operation="previewUpload")
    return await files.preview(
        file, first, kind=Kind.DOMESTIC, request=seen, policy=IssuancePolicy(), counting=store, shelf=shelf
    )


def kept(shelf: Shelf) -> int:
    assert isinstance(shelf.artifacts, MemoryArtifacts)
    return len(shelf.artifacts._kept)


async def test_chunks_in_any_order_make_the_file(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    assert (file.client_id, file.name, file.size, file.complete, file.received) == (
        SOURCE.client_id,
        "Canary file.csv",
        len(DATA),
        False,
        0,
    )
    order = [*range(file.chunks)][::-1]
    for number in order[:-1]:
        await take(store, shelf, file, number)
    halfway = await again(store, file)
    assert (halfway.complete, halfway.received) == (False, len(DATA) - SIZE)
    assert [chunk.number for chunk in await store.chunks(file.id)] == [*range(1, file.chunks)]
    await take(store, shelf, file, 0)
    whole = await again(store, file)
    assert (whole.complete, whole.received) == (True, len(DATA))
    for offset in (0, 1, SIZE, SIZE + 1, len(DATA) - 1):
        assert b"".join([piece async for piece in files.pieces(whole, offset=offset, shelf=shelf)]) == DATA[offset:]


async def test_a_chunk_again_changes_nothing_and_other_bytes_are_refused(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    await take(store, shelf, file, 0)
    await take(store, shelf, file, 0)
    with pytest.raises(OtherBytes):
        await take(store, shelf, file, 0, b"x" * SIZE)
    assert kept(shelf) == 1
    assert await store.chunks(file.id) == [FileChunk(0, SIZE, sha256(DATA[:SIZE]).digest())]


async def test_two_with_other_bytes_at_once_and_one_counts(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    given = [bytes([65 + number]) * SIZE for number in range(4)]
    done = await asyncio.gather(*(take(store, shelf, file, 0, one) for one in given), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", *["OtherBytes"] * 3]
    [chunk] = await store.chunks(file.id)
    assert chunk.sha256 == sha256(given[done.index(None)]).digest()


async def test_what_a_crash_between_claim_and_note_leaves_is_known(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    chunk = FileChunk(0, SIZE, sha256(b"x" * SIZE).digest())
    assert await store.claim_chunk(file.id, chunk) is None
    assert (await store.chunks(file.id), await store.chunks(file.id, claimed=True)) == ([], [chunk])
    await take(store, shelf, file, 0)
    assert (await again(store, file)).received == SIZE
    assert await store.note_chunk(file.id, chunk) != chunk, "somebody else was first"


async def test_wrong_lengths_numbers_and_digests_keep_nothing(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    with pytest.raises(BadUserInput, match=f"has {SIZE} bytes"):
        await take(store, shelf, file, 0, b"x")
    with pytest.raises(BadUserInput, match="has 100 bytes"):
        await take(store, shelf, file, 0, b"x" * (SIZE + 1))
    for number in (-1, file.chunks):
        with pytest.raises(NotFound):
            await take(store, shelf, file, number)
    with pytest.raises(BadUserInput) as refused:
        await files.take_chunk(file, 0, DATA[:SIZE], b"x" * 32, files=store, chunks=store, shelf=shelf)
    assert refused.value.message == WRONG_DIGEST
    assert (kept(shelf), await count(store, "file_chunks")) == (0, 0)


async def test_a_whole_of_another_digest_is_dropped_to_be_sent_again(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    for number in range(file.chunks - 1):
        await take(store, shelf, file, number, b"x" * SIZE)
    with pytest.raises(BadUserInput) as refused:
        await take(store, shelf, file, file.chunks - 1)
    assert refused.value.message == WRONG_WHOLE
    assert (kept(shelf), await count(store, "file_chunks"), (await again(store, file)).complete) == (0, 0, False)
    for number in range(file.chunks):
        await take(store, shelf, file, number)
    assert (await again(store, file)).complete


async def test_a_completion_that_was_cut_is_done_with_the_same_chunk_again(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    for number in range(file.chunks):
        chunk = DATA[number * SIZE : (number + 1) * SIZE]
        await files._keep(file, FileChunk(number, len(chunk), sha256(chunk).digest()), chunk, store, shelf)
    assert not (await again(store, file)).complete
    await take(store, shelf, file, 3)
    assert (await again(store, file)).complete


async def test_one_key_one_file(store: SqlStore) -> None:
    order = FileOrder("Sample.csv", 7, bytes(32), SIZE)
    first = await store.create_file(asked("key"), order)
    assert await store.create_file(asked("key"), order) == first
    assert (await store.create_file(asked(), order)).id != first.id
    with pytest.raises(IdempotencyConflict):
        await store.create_file(asked("key", b"other"), order)


async def test_files_are_their_clients_own(store: SqlStore) -> None:
    file = await created(store)
    assert await store.file(file.id, client_id=OTHER.client_id) is None
    assert await store.file(file.id, client_id=None) == file
    with pytest.raises(NotFound):
        await files.own_file(file.id, caller=OTHER, files=store)


async def test_the_name_is_sealed(store: SqlStore) -> None:
    await created(store)
    assert "Canary" not in str(await rows(store, "SELECT * FROM files"))


async def test_after_seven_days_the_bytes_go_and_then_the_file(store: SqlStore, shelf: Shelf) -> None:
    file = await uploaded(store, shelf)
    await store.claim_chunk(file.id, FileChunk(0, SIZE, b"never noted"))
    gone = NOW + KEPT + SECOND
    assert await files.remove_expired(files=store, chunks=store, shelf=shelf, now=NOW + KEPT) == 0
    assert await files.remove_expired(files=store, chunks=store, shelf=shelf, now=gone) == 1
    assert await files.remove_expired(files=store, chunks=store, shelf=shelf, now=gone) == 0
    assert (kept(shelf), await count(store, "files"), await count(store, "file_chunks")) == (0, 0, 0)
    with pytest.raises(Unavailable):
        [piece async for piece in files.pieces(file, offset=0, shelf=shelf)]


async def test_a_chunk_that_comes_after_the_end_leaves_nothing(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    chunk = FileChunk(0, SIZE, sha256(DATA[:SIZE]).digest())
    await store.claim_chunk(file.id, chunk)
    await store.remove_file(file.id)
    with pytest.raises(NotFound):
        await store.note_chunk(file.id, chunk)
    with pytest.raises(NotFound):
        await take(store, shelf, file, 0)
    assert (kept(shelf), await count(store, "file_chunks")) == (0, 0)


class Interrupted(MemoryArtifacts):
    """Artifacts of a file that is removed while its bytes are being stored."""

    def __init__(self, store: SqlStore, file: StoredFile) -> None:
        super().__init__()
        self._removed = store, file

    async def put(self, name: str, data: bytes) -> None:
        store, file = self._removed
        await store.remove_file(file.id)
        await super().put(name, data)


async def test_bytes_of_a_file_that_is_removed_meanwhile_go_too(store: SqlStore) -> None:
    file = await created(store)
    shelf = Shelf(Interrupted(store, file), b"secret of the contract suite ...")
    with pytest.raises(NotFound):
        await take(store, shelf, file, 0)
    assert kept(shelf) == 0


async def test_a_preview_and_the_records_from_any_on(store: SqlStore, shelf: Shelf) -> None:
    file = await uploaded(store, shelf)
    seen = await previewed(store, shelf, file, 3)
    [first, second, third] = [read for _, read in seen.rows]
    assert isinstance(second, UserFault)
    assert second.path == ("vaccination.dose",)
    assert not isinstance(first, UserFault)
    assert not isinstance(third, UserFault)
    assert third.beneficiary_id == "SAMPLE-2"
    after = seen.rows[2][0].after
    following = [row async for row in files.records(file, seen.form, start=after, shelf=shelf)]
    assert [(row.number, row.line) for row in following] == [(3, 5), (4, 6)]
    assert following[-1].after == Place(len(DATA), 5, 6)
    assert len((await previewed(store, shelf, file, 100)).rows) == 5
    assert await count(store, "audit WHERE action = 'previewUpload'") == 2


async def test_no_preview_before_it_is_complete(store: SqlStore, shelf: Shelf) -> None:
    file = await created(store)
    with pytest.raises(BadUserInput) as refused:
        await previewed(store, shelf, file, 1)
    assert refused.value.message == INCOMPLETE


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"size": 0}, "byteSize"),
        ({"size": 1001}, "byteSize"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"digest": "abc"}, "sha256"),
        ({"digest": "zz" * 32}, "sha256"),
    ],
)
async def test_what_is_no_file(store: SqlStore, changed: dict[str, object], path: str) -> None:
    given = {"name": "Sample.csv", "size": 1000, "digest": "00" * 32} | changed
    with pytest.raises(BadUserInput) as refused:
        await files.create(**given, request=asked(), files=store, largest=1000)  # type: ignore[arg-type]
    assert refused.value.path == (path,)
