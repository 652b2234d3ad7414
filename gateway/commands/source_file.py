"""A file of records: the old system's JSON or CSV, or ours, as items for the gateway or the store."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from credential.errors import BadUserInput, UserFault
from credential.formats.bulk_csv import Row, Table, column_path, from_row, read_table, write_rows
from credential.formats.divoc_request import divoc_path, from_divoc_request, is_divoc_request
from credential.formats.members import Converted
from credential.formats.record_json import from_record_json

Place = Callable[[tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record was not issued: a stable code, words, and the path of the member, relative to the record."""

    code: str
    message: str
    path: tuple[str, ...] = ()


def refusal_of(fault: UserFault) -> Refusal:
    """Return a fault of the domain's as a refusal."""
    return Refusal(fault.code, fault.message, fault.path)


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a file: its position (from 0), its JSON or why it cannot be read, and what was left out.

    `place` leads from the record's path to the file's; `line` is the line of a CSV file, None in JSON.
    """

    index: int
    record: dict[str, Any] | None
    refusal: Refusal | None
    place: Place
    ignored: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file read: JSON values, or the rows of a table. `digest` is the SHA-256 in hexadecimal."""

    digest: str
    values: tuple[Any, ...] = ()
    table: Table | None = None

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.values if self.table is None else self.table.rows)

    def items(self) -> Iterator[Item]:
        """Read the records one by one."""
        if self.table is None:
            return (_from_json(index, value) for index, value in enumerate(self.values))
        table = self.table
        return (_from_table(table, index, row) for index, row in enumerate(table.rows))


@dataclass(frozen=True, slots=True)
class RowError:
    """A record of the file that was not issued: where in the file, and why."""

    item: Item
    path: tuple[str, ...]
    message: str
    code: str


def read_source(path: Path) -> SourceFile:
    """Read a file; `.csv` is a table, everything else JSON. Raises BadUserInput when the file as a whole is no use."""
    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    if path.suffix.lower() == ".csv":
        return SourceFile(digest, table=read_table(data))
    return SourceFile(digest, tuple(records_of(data)))


def error_of(item: Item, refusal: Refusal) -> RowError:
    """Return the error of an item; the path is the file's own, whoever refused it."""
    path = refusal.path if refusal is item.refusal else item.place(refusal.path)
    return RowError(item, path, refusal.message, refusal.code)


def errors_text(source: SourceFile, errors: Sequence[RowError]) -> str:
    """Return the errors as a file: CSV with the original columns and the reason, or JSON with index, path, message."""
    if source.table is None:
        entries = [
            {"index": each.item.index, "path": list(each.path), "code": each.code, "message": each.message}
            for each in errors
        ]
        return msgspec.json.format(msgspec.json.encode(entries), indent=2).decode() + "\n"
    rows = {row.line: row for row in source.table.rows}
    columns = source.table.columns
    return write_rows(
        [*columns, "errors"], [_error_row(rows[each.item.line or 0], len(columns), each) for each in errors]
    )


def reason(error: RowError) -> str:
    """Return an error as one line: where and why."""
    where = ".".join(error.path)
    return error.message if not where or error.message.startswith(where) else f"{where}: {error.message}"


def records_of(data: bytes) -> list[Any]:
    """Return the records of a JSON document. Raises BadUserInput."""
    try:
        content = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError):
        raise BadUserInput("The file is no JSON. Give a JSON array of records, or a file that ends in .csv.") from None
    if isinstance(content, dict):
        content = content.get("records", [content])
    if not isinstance(content, list):
        raise BadUserInput('Give a JSON array of records, one record, or an object {"records": [...]}.')
    return content


def _from_json(index: int, value: Any) -> Item:  # noqa: ANN401 - any JSON value may stand in the file
    if is_divoc_request(value):
        return _item(index, lambda: from_divoc_request(value), divoc_path)
    return _item(index, lambda: from_record_json(value), lambda path: path)


def _from_table(table: Table, index: int, row: Row) -> Item:
    return _item(index, lambda: from_row(table, row), lambda path: column_path(table.template, path), row.line)


def _item(index: int, read: Callable[[], Converted], place: Place, line: int | None = None) -> Item:
    try:
        converted = read()
    except BadUserInput as fault:
        return Item(index, None, refusal_of(fault), place, (), line)
    return Item(index, converted.record, None, place, tuple(name for name in converted.ignored if name), line)


def _error_row(row: Row, width: int, error: RowError) -> list[str]:
    """Return the row's cells as they were, filled up or joined to the header's width, and the reason."""
    cells = list(row.cells[:width]) + [""] * (width - len(row.cells))
    if len(row.cells) > width:
        cells[-1] = _joined(row.cells[width - 1 :])
    return [*cells, reason(error)]


def _joined(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
