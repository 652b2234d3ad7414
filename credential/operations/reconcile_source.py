"""What a source system sends to be compared: records in the request, or a file that was uploaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from credential.errors import BadUserInput, PramaanError, UserFault
from credential.formats.divoc_request import from_divoc_request, is_divoc_request
from credential.formats.record_rows import FileForm, RecordRow
from credential.formats.row_stream import Place, cells_of
from credential.operations.files import form_of_file, records
from credential.operations.reconcile_order import ReconcileOrder
from credential.operations.sealing import Shelf, whole
from credential.ports import Files, StoredFile
from credential.reconciliation.findings import Statement, Unusable
from credential.reconciliation.statements import REVOKED, statements

JSON = "application/json"
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Rows, the place behind the last of them, and whether that is the end. `rows` counts those of the page."""

    said: tuple[tuple[Statement | Unusable, ...], ...]
    after: Place
    ended: bool


class Source(Protocol):
    """Reads the source's rows again and again, each time the same ones."""

    async def page(self, place: Place) -> SourcePage:
        """Return what the rows behind a place say, one entry per row. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class KeptRecords:
    """Records that came with the request, kept as an artifact until they are compared."""

    shelf: Shelf
    name: str

    async def page(self, place: Place) -> SourcePage:
        """Return all of them."""
        stored = await self.shelf.fetch(self.name)
        if stored is None:
            raise PramaanError("The records of a reconciliation are gone from the artifact store.")
        kept: list[Any] = msgspec.json.decode(stored.data)
        said = tuple(said_by(record, row, None) for row, record in enumerate(kept))
        return SourcePage(said[place.rows :], Place(0, len(kept), 0), ended=True)


@dataclass(frozen=True, slots=True)
class UploadedRecords:
    """A file that was uploaded, CSV or JSON lines; a column or member `revoked` is read beside the record's own."""

    file: StoredFile
    form: FileForm
    shelf: Shelf

    async def page(self, place: Place) -> SourcePage:
        """Return the next rows."""
        start = place if place.rows else self.form.start
        revoked = revoked_in(self.form)
        said: list[tuple[Statement | Unusable, ...]] = []
        async for row in records(self.file, self.form, start=start, shelf=self.shelf):
            said.append(_of_row(row, revoked))
            start = row.after
            if len(said) == PAGE:
                return SourcePage(tuple(said), start, ended=False)
        return SourcePage(tuple(said), start, ended=True)


async def open_source(order: ReconcileOrder, *, shelf: Shelf, files: Files) -> Source:
    """Return the source of a dry run. Raises BadUserInput, InvalidTemplate, PramaanError where it is gone."""
    if order.records:
        return KeptRecords(shelf, order.records)
    file = await files.file(order.file, client_id=None)
    if file is None:
        raise PramaanError("The upload of a reconciliation is gone.")
    return UploadedRecords(file, await form_of_file(file, shelf=shelf), shelf)


def revoked_in(form: FileForm) -> Callable[[str], Any]:
    """Return what reads the member or column `revoked` of a row's text."""
    if form.delimiter is None:
        return lambda text: msgspec.json.decode(text).get(REVOKED) if f'"{REVOKED}"' in text else None
    delimiter = form.delimiter
    places = [place for place, name in enumerate(form.columns) if name.casefold() == REVOKED]
    return (lambda text: _cell(text, delimiter, places[0])) if places else (lambda _: None)


async def keep_records(given: Sequence[Any], label: Sequence[str], shelf: Shelf) -> tuple[str, str]:
    """Keep records for later steps; return what they are kept under, and their SHA-256 in hexadecimal."""
    data = msgspec.json.encode(given)
    digest = sha256(data).hexdigest()
    name = shelf.name("reconciliation", *label, digest)
    await shelf.keep(name, whole(data, media_type=JSON, file_name="records.json"))
    return name, digest


def _cell(text: str, delimiter: str, place: int) -> str:
    cells = cells_of(text, delimiter)
    return cells[place] if place < len(cells) else ""


def _of_row(row: RecordRow, revoked: Callable[[str], Any]) -> tuple[Statement | Unusable, ...]:
    if row.fault is not None or row.record is None:
        return (_unusable(row.number, row.line, row.fault or BadUserInput("The row has no record.")),)
    return tuple(statements(row.record, row=row.number, line=row.line, revoked=revoked(row.text)))


def _unusable(row: int, line: int | None, fault: UserFault) -> Unusable:
    where = ".".join(fault.path)
    told = fault.message if not where or fault.message.startswith(where) else f"{where}: {fault.message}"
    return Unusable(row, line, told)


def said_by(item: Any, row: int, line: int | None) -> tuple[Statement | Unusable, ...]:  # noqa: ANN401 - any JSON value
    """Return what an object of the source says: our record, or a request of the old system's; `revoked` beside it."""
    if not isinstance(item, Mapping):
        return (Unusable(row, line, "Expected an object with the members of one record."),)
    revoked = item.get(REVOKED)
    record = {name: value for name, value in item.items() if name != REVOKED}
    try:
        given = from_divoc_request(record).record if is_divoc_request(record) else record
    except BadUserInput as fault:
        return (_unusable(row, line, fault),)
    return tuple(statements(given, row=row, line=line, revoked=revoked))
