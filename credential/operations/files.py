"""Files of records that come in chunks: resumable, each chunk an artifact of its own, flat in memory.

A chunk is kept under its file, number and digest, so that bytes that count are never replaced, whatever comes twice,
late or cut half-way. A complete file is an artifact with the chunks as its sections.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from credential.access import Caller, Scope
from credential.errors import BadUserInput, NotFound, Unavailable, UserFault
from credential.formats.record_rows import HEAD, FileForm, RecordReader, RecordRow, form_of
from credential.formats.row_stream import Place
from credential.operations.issue import checked
from credential.operations.sealing import Envelope, Section, Shelf, Stored, whole
from credential.policy import IssuancePolicy
from credential.ports import AuditEntry, Counting, FileChunk, FileChunks, FileOrder, Files, Request, StoredFile
from credential.record import Kind, VaccinationRecord

CHUNK = 4 * 1024 * 1024
"""Bytes of a chunk."""
MAX_FILE = 4 * 1024**3
KEPT = timedelta(days=7)
LONGEST_NAME = 255
NO_FILE = "There is no such upload of yours."
OTHER_BYTES = "The chunk is there already, with other bytes."
WRONG_DIGEST = "The bytes of the chunk do not have the digest in Content-Digest; send the chunk again."
WRONG_WHOLE = "All chunks are there, but not the bytes whose digest was announced. They were dropped; send them again."
INCOMPLETE = "The upload is not complete; send the chunks that are missing."
_TYPE = "application/octet-stream"


class OtherBytes(UserFault):
    """A chunk that is there already with other bytes."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, each with the record that it would be, or its fault with the file's own path."""

    form: FileForm
    rows: tuple[tuple[RecordRow, VaccinationRecord | UserFault], ...]


def owner_of(caller: Caller) -> str | None:
    """Return whose files a caller sees: None for all."""
    return None if caller.has(Scope.ADMIN) else caller.client_id


async def create(name: str, size: int, digest: str, *, request: Request, files: Files, largest: int) -> StoredFile:
    """Announce a file: its name, its bytes and their SHA-256 in hexadecimal.

    Raises BadUserInput and the idempotency faults.
    """
    if not 1 <= size <= largest:
        raise BadUserInput(f"Give a file of 1 to {largest:,} bytes; cut a larger one.", ("byteSize",))
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadUserInput(f"Give a name of 1 to {LONGEST_NAME} printable characters.", ("name",))
    try:
        known = bytes.fromhex(digest)
    except ValueError:
        known = b""
    if len(known) != sha256().digest_size:
        raise BadUserInput("Give the SHA-256 of the whole file in 64 hexadecimal digits.", ("sha256",))
    return await files.create_file(request, FileOrder(name, size, known, CHUNK))


async def own_file(file_id: str, *, caller: Caller, files: Files) -> StoredFile:
    """Return a file of the caller's own, an admin any. Raises NotFound."""
    found = await files.file(file_id, client_id=owner_of(caller))
    if found is None:
        raise NotFound(NO_FILE)
    return found


async def take_chunk(
    file: StoredFile, number: int, data: bytes, digest: bytes, *, files: Files, chunks: FileChunks, shelf: Shelf
) -> None:
    """Keep a chunk, and complete the file with the last that is missing. The same chunk again changes nothing.

    Raises NotFound for a number that there is not, BadUserInput for another length or digest (nothing is kept then, or
    where the digest of the whole is another, none of the chunks), OtherBytes, Unavailable.
    """
    if not 0 <= number < file.chunks:
        raise NotFound(f"The upload has chunks 0 to {file.chunks - 1}.")
    if len(data) != file.length_of(number):
        raise BadUserInput(f"Chunk {number} has {file.length_of(number)} bytes; send all of them.")
    if not hmac.compare_digest(await asyncio.to_thread(_digest, data), digest):
        raise BadUserInput(WRONG_DIGEST)
    await _keep(file, FileChunk(number, len(data), digest), data, chunks, shelf)
    if not file.complete:
        await _complete(file, files, chunks, shelf)


async def pieces(file: StoredFile, *, offset: int, shelf: Shelf) -> AsyncIterator[bytes]:
    """Yield a complete file's bytes from an offset on, a chunk at a time. Raises Unavailable where they are gone."""
    stored = await shelf.fetch(_whole_name(file, shelf))
    if stored is None:
        raise Unavailable("The bytes of the upload are gone; upload the file again.")
    async for piece in shelf.stream(stored, offset, file.size):
        yield piece


async def form_of_file(file: StoredFile, *, shelf: Shelf) -> FileForm:
    """Return how a complete file is to be read. Raises BadUserInput, InvalidTemplate, Unavailable."""
    head = b""
    async for piece in pieces(file, offset=0, shelf=shelf):
        head = (head + piece)[:HEAD]
        if len(head) == HEAD:
            break
    return form_of(head)


async def records(file: StoredFile, form: FileForm, *, start: Place, shelf: Shelf) -> AsyncIterator[RecordRow]:
    """Yield a complete file's records from the form's `start` on, or from behind one that was read."""
    reader = RecordReader(form, start)
    async for piece in pieces(file, offset=start.offset, shelf=shelf):
        for row in reader.feed(piece):
            yield row
    for row in reader.finish():
        yield row


async def preview(
    file: StoredFile,
    first: int,
    *,
    kind: Kind,
    request: Request,
    policy: IssuancePolicy,
    counting: Counting,
    shelf: Shelf,
) -> Preview:
    """Read the first rows of a complete file, audited; nothing is issued.

    Raises as `form_of_file`, and BadUserInput before it is complete.
    """
    if not file.complete:
        raise BadUserInput(INCOMPLETE)
    form = await form_of_file(file, shelf=shelf)
    rows = list[tuple[RecordRow, VaccinationRecord | UserFault]]()
    async for row in records(file, form, start=form.start, shelf=shelf):
        rows.append((row, judged(row, kind=kind, policy=policy, now=request.now)))
        if len(rows) == first:
            break
    await counting.audit([AuditEntry(request.caller, request.operation, None, request.now, file.id)])
    return Preview(form, tuple(rows))


def judged(row: RecordRow, *, kind: Kind, policy: IssuancePolicy, now: datetime) -> VaccinationRecord | UserFault:
    """Return the record that a row is, or its fault with the file's own path."""
    if row.fault is not None:
        return row.fault
    read = checked(row.record, now=now, kind=kind, policy=policy)
    if isinstance(read, UserFault):
        read.path = row.path(read.path)
    return read


async def remove_expired(*, files: Files, chunks: FileChunks, shelf: Shelf, now: datetime) -> int:
    """Remove a file whose time is over: its bytes, then what is known of it. Return how many were removed."""
    file = await files.expired_file(now=now)
    if file is None:
        return 0
    await shelf.remove(_whole_name(file, shelf), *_names(file, await chunks.chunks(file.id, claimed=True), shelf))
    await files.remove_file(file.id)
    return 1


async def _keep(file: StoredFile, chunk: FileChunk, data: bytes, chunks: FileChunks, shelf: Shelf) -> None:
    """Keep the bytes between claim and note: what a crash leaves there is known, and removed in time.

    Raises OtherBytes.
    """
    there = await chunks.claim_chunk(file.id, chunk)
    if there is None:
        (name,) = _names(file, [chunk], shelf)
        await shelf.keep(name, whole(data, media_type=_TYPE, file_name=""))
        try:
            there = await chunks.note_chunk(file.id, chunk)
        except NotFound:
            await shelf.remove(name)
            raise
    if there != chunk:
        raise OtherBytes(OTHER_BYTES)


async def _complete(file: StoredFile, files: Files, chunks: FileChunks, shelf: Shelf) -> None:
    """Complete a file whose chunks are all there. Raises BadUserInput where they are not what was announced."""
    there = await chunks.chunks(file.id)
    if len(there) < file.chunks:
        return
    names = _names(file, there, shelf)
    sections = tuple(Section(name, chunk.size) for name, chunk in zip(names, there, strict=True))
    stored = Stored(Envelope(_TYPE, "", file.sha256.hex(), file.size, sections=sections), b"")
    if await _digest_of(stored, shelf) != file.sha256:
        await shelf.remove(*_names(file, await chunks.chunks(file.id, claimed=True), shelf))
        await chunks.forget_chunks(file.id)
        raise BadUserInput(WRONG_WHOLE)
    await shelf.keep(_whole_name(file, shelf), stored)
    await files.complete_file(file.id)


async def _digest_of(stored: Stored, shelf: Shelf) -> bytes:
    digest = sha256()
    async for piece in shelf.stream(stored, 0, stored.envelope.size):
        await asyncio.to_thread(digest.update, piece)
    return digest.digest()


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()


def _whole_name(file: StoredFile, shelf: Shelf) -> str:
    return shelf.name("file", file.id)


def _names(file: StoredFile, chunks: Sequence[FileChunk], shelf: Shelf) -> list[str]:
    return [shelf.name("file", file.id, str(chunk.number), chunk.sha256.hex()) for chunk in chunks]
