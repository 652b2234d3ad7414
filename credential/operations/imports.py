"""Imports: a file of records issued page by page, whatever stops on the way, with a proof for what became of each row.

Pages have 1,024 rows, so that the root of a page is a complete subtree of the job's Merkle tree (credential.merkle).
How a page is done is in credential.operations.import_step.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from credential import merkle
from credential.access import Caller
from credential.errors import BadUserInput, NotFound
from credential.formats.row_stream import Place
from credential.import_outcome import leaf_of
from credential.operations.files import INCOMPLETE, form_of_file, own_file, owner_of
from credential.operations.sealing import Shelf
from credential.ports import (
    BegunWork,
    Files,
    ImportResults,
    ImportRow,
    Imports,
    JobState,
    Request,
    WorkKind,
    WorkReport,
    Works,
)
from credential.record import Kind

PAGE = 1_024
NO_JOB = "There is no such import of yours."
NOT_OVER = "The import is not finished; wait for its end."


class Order(Struct, frozen=True):
    """What is to be imported. `again`: the job whose failed rows are tried again; the file tells how they are read."""

    file: str
    kind: Kind
    again: str | None = None


class Cursor(Struct, frozen=True, omit_defaults=True):
    """Where a job stands: behind which place of its source, at which page, and whether pages are sealed now."""

    offset: int = -1
    rows: int = 0
    lines: int = 0
    page: int = 0
    sealing: bool = False

    @property
    def place(self) -> Place | None:
        """The place, None at the beginning."""
        return None if self.offset < 0 else Place(self.offset, self.rows, self.lines)


class Result(Struct, frozen=True):
    """What a finished job is: how many rows, and the root over what became of them, in hexadecimal."""

    rows: int
    root: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a row, and the way from it to the root over the whole job (RFC 9162, 2.1.3)."""

    row: int
    leaf: str
    size: int
    path: tuple[bytes, ...]
    root: bytes


async def begin(file_id: str, kind: Kind, *, request: Request, files: Files, works: Works, shelf: Shelf) -> BegunWork:
    """Begin to import an uploaded file of the caller's own. Raises BadUserInput, NotFound, the idempotency faults."""
    file = await own_file(file_id, caller=request.caller, files=files)
    if not file.complete:
        raise BadUserInput(INCOMPLETE, ("uploadId",))
    await form_of_file(file, shelf=shelf)
    return await works.begin_work(request, WorkKind.IMPORT, msgspec.json.encode(Order(file.id, kind)))


async def begin_again(job_id: str, *, request: Request, works: Works) -> BegunWork:
    """Begin to import the rows of a finished job that are no certificate. Raises BadUserInput, NotFound."""
    report = await import_of(job_id, caller=request.caller, works=works)
    if report.state is not JobState.FINISHED:
        raise BadUserInput(NOT_OVER, ("jobId",))
    if not report.failed:
        raise BadUserInput("No row of this import failed.", ("jobId",))
    order = order_of(report)
    again = msgspec.json.encode(Order(order.file, order.kind, again=job_id))
    return await works.begin_work(request, WorkKind.IMPORT, again, total=report.failed)


async def import_of(job_id: str, *, caller: Caller, works: Works) -> WorkReport:
    """Return an import of the caller's own, an admin any. Raises NotFound."""
    report = await works.work(job_id, client_id=owner_of(caller))
    if report is None or report.kind is not WorkKind.IMPORT:
        raise NotFound(NO_JOB, ("jobId",))
    return report


async def failed_rows(job_id: str, *, results: ImportResults) -> AsyncIterator[ImportRow]:
    """Yield the rows of an import that are no certificate, with their texts."""
    behind = -1
    while rows := await results.failed_rows_behind(job_id, behind, limit=PAGE):
        for row in rows:
            yield row
        behind = rows[-1].number


def order_of(report: WorkReport) -> Order:
    """Return what was asked for."""
    return msgspec.json.decode(report.order, type=Order)


def root_of(report: WorkReport) -> str | None:
    """Return the root of a finished import, in hexadecimal."""
    return msgspec.json.decode(report.result, type=Result).root if report.result else None


async def prove(report: WorkReport, row: int, *, imports: Imports) -> Proof | None:
    """Return the proof of a row of a finished import; None where there is no such row."""
    found = await imports.page(report.id, row // PAGE) if row >= 0 else None
    if report.state is not JobState.FINISHED or found is None or row % PAGE >= found[0].rows:
        return None
    rows = [state.row for state in found[1]]
    leaves, roots = [merkle.leaf(leaf_of(one)) for one in rows], await imports.roots(report.id)
    path = [*merkle.path(leaves, row % PAGE), *merkle.path(roots, row // PAGE)]
    return Proof(row, leaf_of(rows[row % PAGE]).decode(), report.total, tuple(path), merkle.root(roots))
