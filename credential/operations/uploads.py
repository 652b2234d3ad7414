"""Uploads: a CSV file of records, taken in batches (Co-WIN specification 1.1, bulkCertify)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from credential.access import Caller, Scope
from credential.errors import NotFound, UserFault
from credential.formats.bulk_csv import Row, Table, column_path, from_row, read_table
from credential.operations.issue import checked, take
from credential.policy import IssuancePolicy
from credential.ports import (
    AuditEntry,
    Counting,
    FailedRows,
    Intake,
    Queue,
    Request,
    Upload,
    UploadedFile,
    UploadedRow,
    Uploads,
)
from credential.record import Kind, VaccinationRecord

BATCH = 1_000
LONGEST_NAME = 255
NO_UPLOAD = "There is no such upload of yours."


class UploadState(StrEnum):
    """States of an upload, as the old system named them."""

    PROCESSING = "Processing"
    FAILED = "Failed"
    SUCCESS = "Success"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file: its id, how many rows it has, and the jobs of its batches."""

    id: int
    total: int
    jobs: tuple[str, ...]


def state_of(upload: Upload) -> UploadState:
    """Return the state: Processing while rows are taken or signed, Failed where one is no certificate.

    A file that was cut half-way is Failed, too: sent again with the same key, the rest is taken.
    """
    if upload.at_work or (upload.finished and upload.pending):
        return UploadState.PROCESSING
    return UploadState.SUCCESS if upload.finished and not upload.failed else UploadState.FAILED


async def receive(
    data: bytes,
    name: str,
    *,
    request: Request,
    issuing: str,
    policy: IssuancePolicy,
    intake: Intake,
    queue: Queue,
    uploads: Uploads,
) -> Received:
    """Take a CSV file in: rows that break a rule are kept with the reason and spoil none of the others.

    Each batch is durable for itself, under a key of the upload's: what is cut half-way goes on where it was when the
    file is sent again under the same key. `issuing` is the operation that records are taken under. Raises BadUserInput
    for a file that is no use as a whole, the idempotency faults, Unavailable.
    """
    table = await asyncio.to_thread(read_table, data)
    begun = await uploads.begin_upload(request, UploadedFile(name[:LONGEST_NAME], table.columns, len(table.rows)))
    jobs: list[str] = []
    for start in range(0, len(table.rows), BATCH):
        rows = table.rows[start : start + BATCH]
        part = replace(request, operation=issuing, key=f"upload {begun.id} {start}", fingerprint=b"")
        items = await asyncio.to_thread(_items, table, rows, request, policy)
        accepted = await take(items, request=part, intake=intake, queue=queue)
        if accepted.job_id is not None:
            jobs.append(accepted.job_id)
        if not begun.done:
            noted = [
                UploadedRow(start + index, row.cells, outcome.certificate_id, outcome.fault)
                for index, (row, outcome) in enumerate(zip(rows, accepted.outcomes, strict=True))
            ]
            await uploads.note_rows(begun.id, noted, now=request.now)
    if not begun.done:
        await uploads.finish_upload(request, begun.id, now=request.now)
    return Received(begun.id, len(table.rows), tuple(jobs))


def owner_of(caller: Caller) -> str | None:
    """Return whose uploads a caller sees: None for all."""
    return None if caller.has(Scope.ADMIN) else caller.client_id


async def failed_rows(upload_id: int, *, request: Request, uploads: Uploads, counting: Counting) -> FailedRows:
    """Return the rows of an upload that are no certificate. Audited before it is answered. Raises NotFound."""
    found = await uploads.failed_rows(upload_id, owner_of(request.caller))
    if found is None:
        raise NotFound(NO_UPLOAD)
    await counting.audit([AuditEntry(request.caller, "readUpload", None, request.now, str(upload_id))])
    return found


def _items(
    table: Table, rows: Sequence[Row], request: Request, policy: IssuancePolicy
) -> list[VaccinationRecord | UserFault]:
    return [_item(table, row, request, policy) for row in rows]


def _item(table: Table, row: Row, request: Request, policy: IssuancePolicy) -> VaccinationRecord | UserFault:
    """Return the record of a row, or the fault with the column as its path."""
    try:
        record = from_row(table, row).record
    except UserFault as fault:
        return fault
    read = checked(record, now=request.now, kind=Kind.DOMESTIC, policy=policy)
    if isinstance(read, UserFault):
        read.path = column_path(table.template, read.path)
    return read
