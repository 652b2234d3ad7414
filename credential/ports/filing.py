"""Port of files of records: what a client uploads in chunks, to be imported or compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.ports.writing import Request


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What a client announces: the file's name, its bytes, their SHA-256, and in chunks of how many bytes it comes."""

    name: str
    size: int
    sha256: bytes
    chunk_size: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as far as it is there. `received` counts bytes; `complete`: all are there and the digest fits."""

    id: str
    client_id: str
    name: str
    size: int
    sha256: bytes
    chunk_size: int
    complete: bool
    received: int
    created_at: datetime

    @property
    def chunks(self) -> int:
        """Return how many chunks make the whole file."""
        return -(-self.size // self.chunk_size)

    def length_of(self, number: int) -> int:
        """Return how many bytes a chunk has, counted from 0; the last one has the rest."""
        return min(self.chunk_size, self.size - number * self.chunk_size)


@dataclass(frozen=True, slots=True)
class FileChunk:
    """A chunk of a file: its number from 0, how many bytes it has, and their SHA-256.

    The bytes are an artifact, never in the database.
    """

    number: int
    size: int
    sha256: bytes


class Files(Protocol):
    """Keeps what is known of uploaded files, for seven days."""

    async def create_file(self, request: Request, order: FileOrder) -> StoredFile:
        """Store a new file, or find the one of the request's key. Raises the idempotency faults."""
        ...

    async def file(self, file_id: str, *, client_id: str | None) -> StoredFile | None:
        """Return a file; None where it is unknown or another client's. `client_id` None: any client's."""
        ...

    async def complete_file(self, file_id: str) -> None:
        """Note that all bytes are there and that their digest fits."""
        ...

    async def expired_file(self, *, now: datetime) -> StoredFile | None:
        """Return the oldest of the files that are older than seven days, whose bytes may go."""
        ...

    async def remove_file(self, file_id: str) -> None:
        """Remove what is known of a file, after its bytes; absent is no fault."""
        ...


class FileChunks(Protocol):
    """Keeps what is known of the chunks of files that are not complete."""

    async def chunks(self, file_id: str, *, claimed: bool = False) -> Sequence[FileChunk]:
        """Return the chunks that are there, in order; with `claimed` those too whose bytes may be."""
        ...

    async def claim_chunk(self, file_id: str, chunk: FileChunk) -> FileChunk | None:
        """Note that a chunk's bytes are about to be stored, or return the chunk of that number that is there.

        Raises NotFound where the file is gone.
        """
        ...

    async def note_chunk(self, file_id: str, chunk: FileChunk) -> FileChunk:
        """Note that a claimed chunk's bytes are stored; return the one of that number that was there first.

        Raises NotFound where the file is gone.
        """
        ...

    async def forget_chunks(self, file_id: str) -> None:
        """Note that none of the chunks is there any more."""
        ...
