"""Rows of a file that failed, as the file had them, with the reason beside them: to be mended and sent again."""

import csv
import io
import json
from collections.abc import Sequence

from credential.errors import BadUserInput, UserFault
from credential.formats.bulk_csv import inert
from credential.formats.record_rows import FileForm
from credential.formats.row_stream import cells_of

ERRORS = "errors"
"""Column or member of the reason."""


def errors_name(form: FileForm, job_id: str) -> str:
    """Return the name of a file of errors."""
    return f"{job_id}-errors.{'jsonl' if form.delimiter is None else 'csv'}"


def errors_head(form: FileForm) -> str:
    """Return the first line: the columns, with that of the reason; of JSON lines there is none."""
    return "" if form.delimiter is None else _line(_columns(form))


def errors_line(form: FileForm, text: str, fault: UserFault | None) -> str:
    """Return the line of a row. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    if form.delimiter is None:
        return _json_line(text, fault)
    width = len(form.columns)
    cells = [*_cells(text, form.delimiter), *[""] * width][:width]
    told = dict(zip(form.columns, map(inert, cells), strict=True)) | {ERRORS: reason(fault)}
    return _line([told[column] for column in _columns(form)])


def reason(fault: UserFault | None) -> str:
    """Return a fault as one text, with its place before it."""
    if fault is None:
        return ""
    where = ".".join(fault.path)
    return fault.message if not where or fault.message.startswith(where) else f"{where}: {fault.message}"


def _columns(form: FileForm) -> list[str]:
    return list(dict.fromkeys([*form.columns, ERRORS]))  # what was sent may be such a file, mended


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return cells_of(text, delimiter)
    except BadUserInput:  # broken quotes: the row as it is
        return (text,)


def _json_line(text: str, fault: UserFault | None) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    told = value if isinstance(value, dict) else {"line": text}
    return json.dumps({**told, ERRORS: reason(fault)}, ensure_ascii=False) + "\n"


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
