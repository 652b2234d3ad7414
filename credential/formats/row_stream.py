"""Rows of a file that arrives in pieces: CSV records (RFC 4180) or JSON lines, in flat memory.

Each row tells the byte offset behind it, so that reading goes on from there after a crash. A quote that is never closed
and bytes that are no text spoil their own row and not the rest of the file.
"""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass

from credential.errors import BadUserInput

MAX_ROW = 16_384
"""Characters of a row; what is longer has a quote that is not closed, or is no row."""
TOO_LONG = f"The row is longer than {MAX_ROW} characters."
OPEN_QUOTE = "A quote in the row is stray, or is not closed."
NOT_TEXT = "The row is not UTF-8 text; save the file as 'CSV UTF-8'."
DELIMITERS = ",;\t"
_BOMS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_KEEP = {"utf-8": "surrogateescape", "utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass"}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading stands: bytes behind the last row read, rows read, and lines of the file they took."""

    offset: int = 0
    rows: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file, without its line end; `number` counts from 0, `line` is the one it begins on.

    `broken` tells why it cannot be read; None where it can.
    """

    number: int
    line: int
    text: str
    after: Place
    broken: str | None = None


def encoding_of(head: bytes) -> tuple[str, int]:
    """Return the encoding that a file's first bytes announce, UTF-8 without any, and the length of the mark."""
    for mark, name in _BOMS.items():
        if head.startswith(mark):
            return name, len(mark)
    return "utf-8", 0


def delimiter_of(header: str) -> str:
    """Return what parts the cells of a header row: comma, semicolon or tab, whichever is there most."""
    return max(DELIMITERS, key=header.count)


def cells_of(text: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of one CSV row. Raises BadUserInput for a stray quote."""
    try:
        return tuple(next(csv.reader([text], delimiter=delimiter, strict=True), ()))
    except csv.Error:
        raise BadUserInput("The row is no CSV: look for a stray quote, or one that is not closed.") from None


class Rows:
    """Cuts bytes into rows; blank lines are none. `delimiter` None: one line is one row, as in JSON lines."""

    def __init__(self, encoding: str, delimiter: str | None, start: Place) -> None:
        """Begin behind `start`, which must be where a row ends."""
        self._encoding, self._errors = encoding, _KEEP[encoding]
        self._decoder = getincrementaldecoder(encoding)(self._errors)
        self._row = None if delimiter is None else _pattern(delimiter)
        self._text = ""
        self._place = start

    def feed(self, data: bytes) -> Iterator[RawRow]:
        """Yield the rows that end within what was fed so far."""
        self._text += self._decoder.decode(data)
        yield from self._cut(final=False)

    def finish(self) -> Iterator[RawRow]:
        """Yield what is left where the last row has no line end."""
        self._text += self._decoder.decode(b"", final=True)
        yield from self._cut(final=True)

    def _cut(self, *, final: bool) -> Iterator[RawRow]:
        at, text = 0, self._text
        while at < len(text):
            end, broken = self._end(text, at, final=final)
            if end is None:
                break
            piece, at = text[at:end], end
            row = self._take(piece, broken)
            if row is not None:
                yield row
        self._text = text[at:]

    def _end(self, text: str, at: int, *, final: bool) -> tuple[int | None, str | None]:
        """Return where the row that begins at `at` ends, None where that is still to come, and its fault."""
        line = text.find("\n", at) + 1
        waits = not final and len(text) - at <= MAX_ROW
        if line == 0 and waits:
            return None, None
        line = line or len(text)
        if self._row is None or text.find('"', at, line) < 0:
            return line, None if line - at <= MAX_ROW else TOO_LONG
        whole = self._row.match(text, at, at + MAX_ROW)
        if whole is not None and (text[whole.end() - 1] == "\n" or (final and whole.end() == len(text))):
            return whole.end(), None
        return (None, None) if waits else (line, OPEN_QUOTE)

    def _take(self, piece: str, broken: str | None) -> RawRow | None:
        before = self._place
        blank = not piece.strip()
        size = len(piece.encode(self._encoding, self._errors))
        self._place = Place(before.offset + size, before.rows + (not blank), before.lines + max(piece.count("\n"), 1))
        if blank:
            return None
        if _SURROGATE.search(piece):
            piece = _SURROGATE.sub("\ufffd", piece)
            broken = NOT_TEXT
        return RawRow(before.rows, before.lines + 1, piece.rstrip("\r\n"), self._place, broken)


def _pattern(delimiter: str) -> re.Pattern[str]:
    """Return what matches a whole row of quoted and plain cells, in one way only, so that it never goes far back.

    Not possessive: before Python 3.11.5 possessive groups match wrongly.
    """
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{delimiter}\r\n][^{delimiter}\r\n]*)?'
    return re.compile(rf"{cell}(?:{delimiter}{cell})*\r?(?:\n|\Z)")
