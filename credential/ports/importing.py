"""Port of imports: what became of each row of a file, page by page, and the roots that prove it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from credential.certificate import Status
from credential.errors import UserFault
from credential.formats.row_stream import Place
from credential.ports.reading import Page


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row: its number from 0, the line it begins on, and the certificate that it became, or why it became none.

    `text` is the row as it stands in the file, kept only of rows that are no certificate.
    """

    number: int
    line: int
    certificate_id: str | None = None
    fault: UserFault | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A page of a job: its number from 0, where its first row begins in the source, that row's number, and how many.

    The source of a job that tries failed rows again is the job they failed in: `place.rows` are those before there.
    """

    number: int
    place: Place
    first: int
    rows: int


@dataclass(frozen=True, slots=True)
class RowState:
    """A row as it is now. `status` and `failure` are the certificate's; None where there is none."""

    row: ImportRow
    status: Status | None = None
    failure: str | None = None


class Imports(Protocol):
    """Keeps what became of rows, texts sealed, for seven days."""

    async def note_page(self, job_id: str, page: ImportPage, rows: Sequence[ImportRow]) -> None:
        """Store a page and its rows; what was noted before stays as it is."""
        ...

    async def page(self, job_id: str, number: int) -> tuple[ImportPage, list[RowState]] | None:
        """Return a page with its rows in order, without texts; None where there is none."""
        ...

    async def seal_page(self, job_id: str, number: int, root: bytes, failed: Sequence[ImportRow]) -> None:
        """Store a page's root, and those of its rows that turned out to be no certificate."""
        ...

    async def roots(self, job_id: str) -> list[bytes]:
        """Return the roots of a job's pages, in order."""
        ...


class ImportResults(Protocol):
    """Gives rows back, page by page."""

    async def import_rows(self, job_id: str, *, first: int, after: str | None, failed: bool) -> Page[ImportRow]:
        """Return rows in order, without texts; `failed`: only those that are no certificate. Raises BadUserInput."""
        ...

    async def failed_rows_behind(self, job_id: str, number: int, *, limit: int) -> list[ImportRow]:
        """Return rows that are no certificate, with their texts, behind the row of a number (-1: from the first)."""
        ...
