"""Vaccination records as CSV: the old system's bulk templates of its two branches (Co-WIN specification 1.1), ours.

Ours has the record's members as columns, dotted: `beneficiaryId`, `recipient.name`, `vaccination.date`. UTF-8, with or
without a byte-order mark; quotes as RFC 4180 has them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from credential.errors import BadUserInput
from credential.formats.divoc_request import DEFAULT_TOTAL_DOSES
from credential.formats.members import Converted, Member, convert, plain, source_path, whole
from credential.formats.record_json import PATHS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})")


def _date(value: Any) -> Any:  # noqa: ANN401 - a cell, or None
    """Read 1990-06-15 or 15-Jun-1990; what is neither stays as it is and is refused by the record's rules."""
    given = plain(value)
    match = _WRITTEN_DATE.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None or match[2].lower() not in _MONTHS:
        return given
    return f"{match[3]}-{_MONTHS.index(match[2].lower()) + 1:02d}-{int(match[1]):02d}"


def _member(column: str, path: str, read: Callable[[Any], Any] = plain) -> Member:
    return Member((column,), tuple(path.split(".")), read)


def _address(prefix: str, owner: str) -> tuple[Member, ...]:
    names = {
        "AddressLine1": "line1",
        "AddressLine2": "line2",
        "District": "district",
        "State": "state",
        "Pincode": "postalCode",
    }
    return tuple(_member(prefix + old, f"{owner}.address.{new}") for old, new in names.items())


_INDIA: tuple[Member, ...] = (
    _member("recipientName", "recipient.name"),
    _member("recipientMobileNumber", "recipient.mobile"),
    _member("recipientDOB", "recipient.dateOfBirth", _date),
    _member("recipientGender", "recipient.gender"),
    _member("recipientNationality", "recipient.nationality"),
    _member("recipientIdentity", "recipient.identity"),
    _member("vaccinationBatch", "vaccination.batch"),
    _member("vaccinationDate", "vaccination.date"),
    _member("vaccinationDose", "vaccination.dose", whole),
    _member("vaccinationTotalDoses", "vaccination.totalDoses", whole),
    _member("vaccinationEffectiveStart", "vaccination.effectiveStart", _date),
    _member("vaccinationEffectiveEnd", "vaccination.effectiveUntil", _date),
    _member("vaccinationManufacturer", "vaccination.manufacturer"),
    _member("vaccinationName", "vaccination.name"),
    _member("vaccinatorName", "vaccinator.name"),
    _member("facilityName", "facility.name"),
    *_address("facility", "facility"),
)
_MAIN: tuple[Member, ...] = (
    _member("preEnrollmentCode", "beneficiaryId"),
    _member("programId", "programme"),
    _member("recipientAge", "recipient.age", whole),
    *_address("recipient", "recipient"),
)
_NUMBERS = {("recipient", "age"), ("vaccination", "dose"), ("vaccination", "totalDoses")}
_OURS = tuple(
    Member((".".join(path),), path, whole if path in _NUMBERS else plain) for path in PATHS if path != ("earlierDoses",)
)
_REQUIRED = (
    "beneficiaryId",
    "recipient.name",
    "vaccination.name",
    "vaccination.batch",
    "vaccination.manufacturer",
    "vaccination.date",
    "vaccination.dose",
    "vaccination.totalDoses",
    "facility.name",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A set of columns: how each is read, which must be there, and what an empty totalDoses means (None = refuse)."""

    members: tuple[Member, ...]
    required: tuple[str, ...]
    total_doses: int | None = None


OLD_TEMPLATE = Template((*_INDIA, *_MAIN), tuple(member.source[0] for member in _INDIA), DEFAULT_TOTAL_DOSES)
OUR_TEMPLATE = Template(_OURS, _REQUIRED)


class InvalidTemplate(BadUserInput):
    """A file whose columns are those of no template."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it ends on in the file, and its cells in the order of the header."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file read: its columns, the template they fit, its rows, and the columns that no template knows."""

    columns: tuple[str, ...]
    template: Template
    rows: tuple[Row, ...]
    ignored: tuple[str, ...]


def read_table(data: bytes) -> Table:
    """Read a CSV file.

    Raises BadUserInput: not UTF-8, broken quotes, a column twice, or a missing column, which the message names.
    """
    rows = _rows(_decoded(data))
    columns = tuple(cell.strip() for cell in next(rows, Row(1, ())).cells)
    template = OUR_TEMPLATE if any(name == "beneficiaryId" or "." in name for name in columns) else OLD_TEMPLATE
    _check_columns(columns, template)
    known = {member.source[0] for member in template.members}
    ignored = tuple(name for name in columns if name not in known)
    return Table(columns, template, tuple(rows), ignored)


def from_row(table: Table, row: Row) -> Converted:
    """Return the record's JSON for one row. Raises BadUserInput, the column as path: no id, no dose, too many cells."""
    if len(row.cells) > len(table.columns):
        raise BadUserInput("The row has more cells than the header; put text that holds a comma in quotes.")
    converted = convert(dict(zip(table.columns, row.cells, strict=False)), table.template.members)
    for path in (("beneficiaryId",), ("vaccination", "dose")):
        if _absent(converted.record, path):
            column = ".".join(column_path(table.template, path))
            raise BadUserInput(f"{column} is missing; every record needs one.", (column,))
    if table.template.total_doses is not None:
        converted.record["vaccination"].setdefault("totalDoses", table.template.total_doses)
    return converted


def column_path(template: Template, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column that holds what the record has at `path`, for messages."""
    return source_path(path, template.members)


def write_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return CSV text. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def _absent(record: dict[str, Any], path: tuple[str, ...]) -> bool:
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value is None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadUserInput("The file is not UTF-8 text; save it as 'CSV UTF-8'.") from None


def _rows(content: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, tuple(cells))
    except csv.Error:
        raise BadUserInput(
            f"Line {reader.line_num} is no CSV: look for a quote that is not closed or a stray one."
        ) from None


def _check_columns(columns: Sequence[str], template: Template) -> None:
    if twice := [name for name in columns if name and columns.count(name) > 1]:
        raise InvalidTemplate(f"{twice[0]} column exists twice in the csv file.", (twice[0],))
    missing = [name for name in template.required if name not in columns]
    if missing:
        more = f" (and {', '.join(missing[1:])})" if missing[1:] else ""
        raise InvalidTemplate(f"{missing[0]} column doesn't exist in uploaded csv file{more}.", (missing[0],))


_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d ().-]*$)")


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell
