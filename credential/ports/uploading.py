"""Port of uploads: files of records that a client sent, with what became of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.errors import UserFault
from credential.ports.writing import Request


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file: its name, the columns of its header, and how many rows follow."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class UploadedRow:
    """A row: its number from 0, its cells as they came, and the certificate that it became, or why it became none."""

    number: int
    cells: tuple[str, ...]
    certificate_id: str | None = None
    fault: UserFault | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that may go on. `done`: the same request was answered before."""

    id: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as its client follows it.

    `pending` rows wait to be signed, `failed` ones are no certificate. `finished`: all rows were taken; `at_work`: they
    are being taken, or were a moment ago.
    """

    id: int
    client_id: str
    file: UploadedFile
    created_at: datetime
    updated_at: datetime
    pending: int
    failed: int
    finished: bool
    at_work: bool


@dataclass(frozen=True, slots=True)
class FailedRows:
    """The columns of a file, and its rows that are no certificate, with the reason as a fault each."""

    columns: tuple[str, ...]
    rows: tuple[UploadedRow, ...]


class Uploads(Protocol):
    """Keeps files' rows sealed, for seven days."""

    async def begin_upload(self, request: Request, file: UploadedFile) -> Begun:
        """Store a new upload, or find the one of the request's key. Raises the idempotency faults."""
        ...

    async def note_rows(self, upload_id: int, rows: Sequence[UploadedRow], *, now: datetime) -> None:
        """Store what became of rows; those noted before stay as they are."""
        ...

    async def finish_upload(self, request: Request, upload_id: int, *, now: datetime) -> None:
        """Note that all rows were taken, and that the request is answered."""
        ...

    async def uploads(self, client_id: str | None, *, now: datetime) -> list[Upload]:
        """Return a client's uploads, newest first; `client_id` None means any client's (admin)."""
        ...

    async def failed_rows(self, upload_id: int, client_id: str | None) -> FailedRows | None:
        """Return the rows that are no certificate; None where the upload is unknown or another client's."""
        ...
