"""A file of records that arrives in pieces: CSV of the old templates or ours, or JSON lines, as records or faults.

Pure and in flat memory: `form_of` reads the head of a file, a `RecordReader` goes on from any row's `after`. Columns
may come in any order, their names in any case. Cells are read as spreadsheets write them (credential.formats.cells).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from credential.errors import BadUserInput, UserFault
from credential.formats import record_json
from credential.formats.bulk_csv import OLD_TEMPLATE, OUR_TEMPLATE, InvalidTemplate, Template
from credential.formats.cells import READERS, Read, text
from credential.formats.divoc_request import MEMBERS as REQUEST_MEMBERS
from credential.formats.divoc_request import from_divoc_request, is_divoc_request
from credential.formats.members import Member, Path, source_path
from credential.formats.record_json import from_record_json
from credential.formats.row_stream import MAX_ROW, Place, RawRow, Rows, cells_of, delimiter_of, encoding_of

HEAD = 4 * MAX_ROW + 64
"""Bytes of a file's beginning that surely hold its header."""
EMPTY = "The file is empty; the first row names the columns."
WORKBOOK = "The file is a workbook or an archive; save the sheet as 'CSV UTF-8' and send that."
ARRAY = "The file is a JSON array; send JSON lines, one record a line, without brackets and commas around them."
NOT_JSON = "The line is no JSON object."
TOO_MANY = "The row has more cells than the header; put text that holds a comma in quotes."

_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)
_BLANK = re.compile(r"[\s_\u00a0]+")


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file is read. `delimiter` and `template` are None for JSON lines, which has no columns.

    `columns` are as they stand in the file, `ignored` those of them that the template does not know; `start` is where
    the first record begins.
    """

    encoding: str
    delimiter: str | None
    columns: tuple[str, ...]
    template: Template | None
    ignored: tuple[str, ...]
    start: Place


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of a file: its number from 0, the line it begins on, its text, and its JSON or why it has none.

    A fault's path is the file's own; `after` is where the next record begins.
    """

    number: int
    line: int
    text: str
    record: dict[str, Any] | None
    fault: UserFault | None
    after: Place
    members: Sequence[Member] = ()

    def path(self, path: Path) -> Path:
        """Return where the file has what the record has at `path`, for messages: a column, or a path in the JSON."""
        return source_path(path, self.members)


def form_of(head: bytes) -> FileForm:
    """Tell a file's form by its first HEAD bytes, or all of it where it is shorter.

    Raises BadUserInput for what is no text or no such file, InvalidTemplate for columns of no template.
    """
    if head.startswith(_BINARY):
        raise BadUserInput(WORKBOOK)
    encoding, mark = encoding_of(head)
    begin = Place(mark)
    first = _first(Rows(encoding, None, begin), head[mark:])
    opening = first.text.lstrip()[:1]
    if opening == "[":
        raise BadUserInput(ARRAY)
    if opening == "{":
        return FileForm(encoding, None, (), None, (), begin)
    separator = _SEPARATOR.fullmatch(first.text.strip())
    if separator is not None:
        begin = first.after
    delimiter = separator[1] if separator is not None else delimiter_of(first.text)
    header = _first(Rows(encoding, delimiter, begin), head[begin.offset :])
    if header.broken is not None:
        raise InvalidTemplate(header.broken)
    columns = tuple(cell.strip() for cell in cells_of(header.text, delimiter))
    template, names = _named(columns)
    ignored = tuple(column for column, name in zip(columns, names, strict=True) if name is None and column)
    start = Place(header.after.offset, 0, header.after.lines)
    return FileForm(encoding, delimiter, columns, template, ignored, start)


class RecordReader:
    """Reads the records of a file that comes in pieces of any size."""

    def __init__(self, form: FileForm, start: Place) -> None:
        """Begin at the form's `start`, or behind a row that was read."""
        self._rows = Rows(form.encoding, form.delimiter, start)
        self._read = _from_json if form.delimiter is None else _Columns(form, form.delimiter).read

    def feed(self, data: bytes) -> Iterator[RecordRow]:
        """Yield the records that end within what was fed so far."""
        return map(self._record, self._rows.feed(data))

    def finish(self) -> Iterator[RecordRow]:
        """Yield the last record where its row has no line end."""
        return map(self._record, self._rows.finish())

    def _record(self, row: RawRow) -> RecordRow:
        if row.broken is not None:
            return RecordRow(row.number, row.line, row.text, None, BadUserInput(row.broken), row.after)
        record, fault, members = self._read(row.text)
        return RecordRow(row.number, row.line, row.text, record, fault, row.after, members)


_Answer = tuple[dict[str, Any] | None, UserFault | None, Sequence[Member]]


class _Columns:
    """The columns of a CSV file, ready to read its rows."""

    def __init__(self, form: FileForm, delimiter: str) -> None:
        self._template, names = _named(form.columns)
        self._delimiter, self._width = delimiter, len(form.columns)
        members = {member.source[0]: member for member in self._template.members}
        self._plan = [None if name is None else _step(name, members[name].target) for name in names]
        self._needed = [
            (path, source_path(path, self._template.members)[0])
            for path in (("beneficiaryId",), ("vaccination", "dose"))
        ]

    def read(self, row: str) -> _Answer:
        try:
            return self._record(cells_of(row, self._delimiter)), None, self._template.members
        except BadUserInput as fault:
            return None, fault, self._template.members

    def _record(self, cells: Sequence[str]) -> dict[str, Any]:
        if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            raise BadUserInput(TOO_MANY)
        record: dict[str, Any] = {}
        for step, cell in zip(self._plan, cells, strict=False):
            if cell and step is not None:
                _take(record, step, cell)
        for path, column in self._needed:
            if _absent(record, path):
                raise BadUserInput(f"{column} is missing; every record needs one.", (column,))
        if self._template.total_doses is not None:
            record["vaccination"].setdefault("totalDoses", self._template.total_doses)
        return record


@dataclass(frozen=True, slots=True)
class _Step:
    """What is done with a column's cells: its name, how they are read, and where the value goes."""

    name: str
    read: Read
    above: Path
    last: str


def _step(name: str, target: Path) -> _Step:
    return _Step(name, READERS.get(target, text), target[:-1], target[-1])


def _take(record: dict[str, Any], step: _Step, cell: str) -> None:
    try:
        value = step.read(cell)
    except BadUserInput as fault:
        raise fault.under(step.name) from None
    if value == "":
        return
    for name in step.above:
        record = record.setdefault(name, {})
    record[step.last] = value


def _absent(record: dict[str, Any], path: Path) -> bool:
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value is None


def _from_json(line: str) -> _Answer:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None, BadUserInput(NOT_JSON), ()
    read, members = (
        (from_divoc_request, REQUEST_MEMBERS) if is_divoc_request(value) else (from_record_json, record_json.MEMBERS)
    )
    try:
        return read(value).record, None, members
    except BadUserInput as fault:
        return None, fault, members


def _first(rows: Rows, head: bytes) -> RawRow:
    """Return the first row. Raises InvalidTemplate where there is none."""
    found = next(chain(rows.feed(head), rows.finish()), None)
    if found is None:
        raise InvalidTemplate(EMPTY)
    return found


def _folded(column: str) -> str:
    return _BLANK.sub("", column).casefold()


def _names_by_fold(template: Template) -> dict[str, str]:
    return {_folded(member.source[0]): member.source[0] for member in template.members}


_OURS, _OLD = _names_by_fold(OUR_TEMPLATE), _names_by_fold(OLD_TEMPLATE)


def _named(columns: Sequence[str]) -> tuple[Template, list[str | None]]:
    """Return the template that columns fit and the name that each has there, None for a stranger.

    Raises InvalidTemplate for a column that is missing, or there twice.
    """
    folded = [_folded(column) for column in columns]
    ours = any(name == "beneficiaryid" or "." in name for name in folded)
    template, known = (OUR_TEMPLATE, _OURS) if ours else (OLD_TEMPLATE, _OLD)
    names = [known.get(name) for name in folded]
    for name in names:
        if name is not None and names.count(name) > 1:
            raise InvalidTemplate(f"{name} column exists twice in the csv file.", (name,))
    missing = [name for name in template.required if name not in names]
    if missing:
        more = f" (and {', '.join(missing[1:])})" if missing[1:] else ""
        raise InvalidTemplate(f"{missing[0]} column doesn't exist in uploaded csv file{more}.", (missing[0],))
    return template, names
