"""Rows that arrive in pieces: cut alike however the bytes come, read on from any place, spoilt one by one."""

import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import BadUserInput
from credential.formats.row_stream import (
    MAX_ROW,
    NOT_TEXT,
    OPEN_QUOTE,
    TOO_LONG,
    Place,
    RawRow,
    Rows,
    cells_of,
    delimiter_of,
    encoding_of,
)

BEGIN = Place()


def rows_of(
    pieces: Iterable[bytes], *, encoding: str = "utf-8", delimiter: str | None = ",", start: Place = BEGIN
) -> list[RawRow]:
    rows = Rows(encoding, delimiter, start)
    found = [row for piece in pieces for row in rows.feed(piece)]
    return found + list(rows.finish())


def pieces_of(data: bytes, sizes: list[int]) -> list[bytes]:
    cuts, at = [], 0
    for size in sizes:
        cuts.append(data[at : at + size])
        at += size
    return [*cuts, data[at:]]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",\n;\t'), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4).filter(lambda row: bool("".join(row).strip())), max_size=6)


@given(TABLES, st.lists(st.integers(0, 9), max_size=30), st.sampled_from(["\r\n", "\n"]))
def test_any_cut_gives_the_rows_of_the_csv_module(table: list[list[str]], sizes: list[int], end: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(table)
    data = out.getvalue().encode()
    found = rows_of(pieces_of(data, sizes))
    assert [list(cells_of(row.text, ",")) for row in found] == table
    assert [row.broken for row in found] == [None] * len(table)
    assert [row.number for row in found] == list(range(len(table)))
    if found:
        assert found[-1].after.offset == len(data)


@given(TABLES, st.data(), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_reading_goes_on_from_behind_any_row(table: list[list[str]], data: st.DataObject, encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    content = out.getvalue().encode(encoding)
    whole = rows_of([content], encoding=encoding)
    if whole:
        read = data.draw(st.integers(0, len(whole) - 1))
        place = whole[read].after
        assert rows_of([content[place.offset :]], encoding=encoding, start=place) == whole[read + 1 :]


def test_a_quote_that_is_never_closed_spoils_its_row_alone() -> None:
    lines = [b'1,"open\n', *(b"%d,fine\n" % number for number in range(2, 4000))]
    found = rows_of([b"".join(lines)])
    assert [row.number for row in found if row.broken == OPEN_QUOTE] == [0]
    assert len(found) == len(lines)


def test_a_quote_within_a_cell_is_text() -> None:
    (row,) = rows_of([b'a,5" wide,c'])
    assert cells_of(row.text, ",") == ("a", '5" wide', "c")


def test_a_stray_quote_behind_a_quoted_cell() -> None:
    found = rows_of([b'"a"b,c\n' + b"fine,row\n" * 3000])
    assert found[0].broken == OPEN_QUOTE
    assert len(found) == 3001
    with pytest.raises(BadUserInput, match="stray quote"):
        cells_of('"a"b,c', ",")


def test_bytes_that_are_no_text_spoil_their_row_and_keep_its_length() -> None:
    data = b"a,b\nna\xefve,x\nc,d\n"
    found = rows_of([data[:6], data[6:]])
    assert [row.broken for row in found] == [None, NOT_TEXT, None]
    assert found[1].text == "na\ufffdve,x"
    assert found[-1].after == Place(len(data), 3, 3)


def test_half_a_character_at_the_end_of_the_file() -> None:
    (row,) = rows_of(["नमूना".encode()[:-1]])
    assert row.broken == NOT_TEXT


def test_a_row_without_end() -> None:
    found = rows_of([b"x" * MAX_ROW, b"x" * MAX_ROW, b"\nnext\n"])
    assert [row.broken for row in found[:-1]] == [TOO_LONG] * (len(found) - 1)
    assert found[-1].text == "next"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = rows_of([b'header\n\n"two\nlines",x\n   \nlast'])
    assert [(row.number, row.line) for row in found] == [(0, 1), (1, 3), (2, 6)]


def test_json_lines_may_hold_quotes() -> None:
    found = rows_of([b'{"a": "one"}\n\n{"a": "\\"two"}\n{"a": "open}\n'], delimiter=None)
    assert [row.text for row in found] == ['{"a": "one"}', '{"a": "\\"two"}', '{"a": "open}']


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xef\xbb\xbfa", ("utf-8", 3)),
        (b"\xff\xfea\0", ("utf-16-le", 2)),
        (b"\xfe\xff\0a", ("utf-16-be", 2)),
        (b"a,b", ("utf-8", 0)),
        (b"", ("utf-8", 0)),
    ],
)
def test_the_mark_tells_the_encoding(head: bytes, expected: tuple[str, int]) -> None:
    assert encoding_of(head) == expected


@pytest.mark.parametrize(("header", "expected"), [("a,b,c", ","), ("a;b,c;d", ";"), ("a\tb\tc", "\t"), ("only", ",")])
def test_the_header_tells_the_delimiter(header: str, expected: str) -> None:
    assert delimiter_of(header) == expected
