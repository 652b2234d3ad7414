"""Files of records in pieces: the same records however they are cut, read on from any, whatever wrote the file."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import BadUserInput, UserFault
from credential.formats import cells
from credential.formats.bulk_csv import OLD_TEMPLATE, OUR_TEMPLATE, InvalidTemplate
from credential.formats.record_rows import ARRAY, EMPTY, HEAD, NOT_JSON, TOO_MANY, WORKBOOK, RecordReader, form_of
from credential.formats.record_rows import RecordRow as Row
from credential.formats.row_stream import NOT_TEXT, Place
from credential.record import parse_record

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OURS = {
    "beneficiaryId": "SAMPLE-1",
    "recipient.name": "Sample Person 1",
    "recipient.mobile": "9999900001",
    "recipient.age": "55",
    "vaccination.name": "COVISHIELD",
    "vaccination.batch": "B2",
    "vaccination.manufacturer": "Sample Maker",
    "vaccination.date": "2021-04-01T05:00:00Z",
    "vaccination.dose": "2",
    "vaccination.totalDoses": "2",
    "facility.name": "Sample Centre",
}
OLD = {
    "preEnrollmentCode": "SAMPLE-2",
    **dict.fromkeys(OLD_TEMPLATE.required, ""),
    "recipientName": "Sample Person 2",
    "recipientMobileNumber": "9999900002",
    "recipientDOB": "30-11-1980",
    "vaccinationName": "COVAXIN",
    "vaccinationBatch": "B1",
    "vaccinationManufacturer": "Sample Maker",
    "vaccinationDate": "01/03/2021",
    "vaccinationDose": "1.0",
    "facilityName": "Sample Centre",
}


def text_of(rows: Iterable[dict[str, str]], delimiter: str = ",") -> str:
    listed = list(rows)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(listed[0])
    writer.writerows(row.values() for row in listed)
    return out.getvalue()


def read(data: bytes, sizes: Iterable[int] = (), start: Place | None = None) -> list[Row]:
    form = form_of(data[:HEAD])
    at = form.start.offset if start is None else start.offset
    reader = RecordReader(form, form.start if start is None else start)
    found: list[Row] = []
    for size in sizes:
        found += reader.feed(data[at : at + size])
        at += size
    return [*found, *reader.feed(data[at:]), *reader.finish()]


def facts(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    return [
        (row.number, row.line, row.text, row.record, row.after, row.fault and (row.fault.message, row.fault.path))
        for row in rows
    ]


def one(**changes: str) -> Row:
    cells = {**OURS, **{name.replace("_", "."): value for name, value in changes.items()}}
    (row,) = read(text_of([cells]).encode())
    return row


def fault_of(row: Row) -> UserFault:
    assert row.fault is not None
    return row.fault


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",\n;\t='), max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries({name: st.just(value) | VALUES for name, value in OURS.items()}),
    min_size=1,
    max_size=5,
)
CODED = st.sampled_from([("utf-8", b""), ("utf-8-sig", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])


@given(ROWS, CODED, st.sampled_from(",;\t"), st.lists(st.integers(0, 40), max_size=40), st.data())
def test_any_cut_and_any_resumption_give_the_same_records(
    rows: list[dict[str, str]], coded: tuple[str, bytes], delimiter: str, sizes: list[int], data: st.DataObject
) -> None:
    encoding, mark = coded
    content = mark + text_of(rows, delimiter).encode(encoding)
    whole = read(content)
    assert len(whole) == len([row for row in rows if "".join(row.values()).strip()])
    assert facts(read(content, sizes)) == facts(whole)
    assert [row.number for row in whole] == list(range(len(whole)))
    if whole:
        begun = data.draw(st.integers(0, len(whole) - 1))
        assert facts(read(content, sizes, whole[begun].after)) == facts(whole[begun + 1 :])


JSON = st.recursive(st.none() | st.integers(-9, 9) | VALUES, lambda inner: st.dictionaries(VALUES, inner, max_size=3))


@given(st.lists(JSON | st.fixed_dictionaries({"recipient": JSON}), max_size=5), CODED, st.data())
def test_json_lines_are_cut_and_resumed_alike(
    values: list[object], coded: tuple[str, bytes], data: st.DataObject
) -> None:
    encoding, mark = coded
    lines = [msgspec.json.encode(value).decode() for value in [{"beneficiaryId": "SAMPLE-1"}, *values]]
    content = mark + "\n".join(lines).encode(encoding)
    whole = read(content)
    assert [row.text for row in whole] == lines
    sizes = data.draw(st.lists(st.integers(0, 40), max_size=30))
    assert facts(read(content, sizes)) == facts(whole)
    begun = data.draw(st.integers(0, len(whole) - 1))
    assert facts(read(content, sizes, whole[begun].after)) == facts(whole[begun + 1 :])


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (text_of([OURS]) + text).encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        for row in read(data):
            assert (row.record is None) == (row.fault is not None)
            if row.record is not None:
                parse_record(row.record, now=NOW)
    except BadUserInput:
        pass


def test_a_record_of_ours() -> None:
    row = one()
    assert (row.number, row.line) == (0, 2)
    assert row.text == ",".join(OURS.values())
    record = parse_record(row.record, now=NOW)
    assert (record.beneficiary_id, record.recipient.age, record.vaccination.dose) == ("SAMPLE-1", 55, 2)


def test_a_record_of_the_old_template() -> None:
    (row,) = read(text_of([OLD], ";").encode())
    record = parse_record(row.record, now=NOW)
    assert (record.recipient.date_of_birth, record.vaccination.total_doses) == ("1980-11-30", 2)
    assert record.vaccination.date == datetime(2021, 3, 1, tzinfo=UTC)
    assert row.path(("recipient", "dateOfBirth")) == ("recipientDOB",)


def test_columns_in_any_order_and_case_with_strangers() -> None:
    renamed = {f" {name.upper()} ": value for name, value in reversed(OURS.items())}
    data = text_of([{**renamed, "Shoe size": "42"}]).encode()
    assert form_of(data).ignored == ("Shoe size",)
    (row,) = read(data)
    assert row.record == one().record


def test_columns_with_spaces_within() -> None:
    data = text_of([{name.replace("recipient", "Recipient "): value for name, value in OLD.items()}]).encode()
    assert form_of(data).template is OLD_TEMPLATE
    assert form_of(data).columns[1] == "Recipient Name"


def test_the_line_that_excel_reads_the_separator_from() -> None:
    (row,) = read(b"sep=|\r\n" + text_of([OURS], "|").encode())
    assert (row.line, row.record) == (3, one().record)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", EMPTY),
        (b"\xef\xbb\xbf\n\n", EMPTY),
        (b'[{"beneficiaryId": "SAMPLE-1"}]', ARRAY),
        (b"PK\x03\x04rest", WORKBOOK),
        (b"\xd0\xcf\x11\xe0rest", WORKBOOK),
        (text_of([{**OURS, "Beneficiary ID": "twice"}]).encode(), "beneficiaryId column exists twice"),
        (b"beneficiaryId\n", "recipient.name column doesn't exist in uploaded csv file (and vaccination.name"),
        (b"name,id\n", "recipientName column doesn't exist"),
        (b'"open,\n', "A quote in the row"),
    ],
)
def test_files_that_are_no_use_as_a_whole(data: bytes, fault: str) -> None:
    with pytest.raises(BadUserInput) as refused:
        form_of(data)
    assert refused.value.message.startswith(fault)


def test_a_missing_column_is_the_path() -> None:
    with pytest.raises(InvalidTemplate) as refused:
        form_of(text_of([{name: "" for name in OURS if name != "facility.name"}]).encode())
    assert refused.value.path == ("facility.name",)


def test_a_header_alone_has_no_records() -> None:
    assert read(",".join(OURS).encode()) == []
    assert form_of(",".join(OURS).encode()).template is OUR_TEMPLATE


@pytest.mark.parametrize("column", ["beneficiaryId", "vaccination.dose"])
def test_no_record_without_id_and_dose(column: str) -> None:
    fault = fault_of(one(**{column.replace(".", "_"): " "}))
    assert (fault.path, fault.message) == ((column,), f"{column} is missing; every record needs one.")


def test_a_fault_spoils_its_row_alone() -> None:
    good = text_of([OURS]).encode()
    bad = [b'"open,2\n', b"na\xefve" + good.splitlines()[1] + b"\n", good.splitlines()[1] + b",more\n"]
    rows = read(good + b"".join(bad) + good.splitlines()[1] * 1)
    assert [row.fault.message if row.fault else None for row in rows][-3:] == [NOT_TEXT, TOO_MANY, None]
    assert rows[1].fault is not None
    assert len(rows) == 5


def test_empty_cells_behind_the_last_column_are_nothing() -> None:
    (row,) = read(text_of([OURS]).encode().rstrip() + b",,,\r\n")
    assert row.fault is None


@pytest.mark.parametrize("formula", ["=1+1", "=HYPERLINK(A1)", '="a"&"b"', "=cmd|' /C calc'!A0"])
def test_formulas_are_refused_with_their_column(formula: str) -> None:
    fault = fault_of(one(recipient_name=formula))
    assert (fault.path, fault.message) == (("recipient.name",), cells.FORMULA)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('="0123"', "0123"),
        ('="a ""b"""', 'a "b"'),
        ("'0123", "0123"),
        ("'=1+1", "=1+1"),
        ("\u00a0Sample\u00a0Person\u00a0", "Sample Person"),
        ("+91 99999 00001", "+91 99999 00001"),
        ("नमूना\u200dव्यक्ति", "नमूना\u200dव्यक्ति"),
    ],
)
def test_texts(cell: str, expected: str) -> None:
    assert cells.text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("560034.0", "560034"), ("0560034", "0560034"), ("4121E10", "4121E10"), ("B1.0", "B1.0")]
)
def test_digits(cell: str, expected: str) -> None:
    assert cells.digits(cell) == expected


def test_a_number_in_short_form_has_lost_its_digits() -> None:
    fault = fault_of(one(recipient_mobile="9.99999E+09"))
    assert (fault.path, fault.message) == (("recipient.mobile",), cells.SHORTENED)


@pytest.mark.parametrize(("cell", "expected"), [("2.0", 2), ("2", 2), (" \u00a02", 2), ("'2", 2), ("two", "two")])
def test_numbers(cell: str, expected: object) -> None:
    assert cells.number(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "44348",
        "44348.0",
        "44348.75",
        "01-06-2021",
        "01/06/2021",
        "1/6/21",
        "1.6.2021",
        "1-Jun-21",
        "01-JUN-2021",
        "1 June 2021",
        "2021/6/1",
        "2021-06-01",
        "01-06-2021 10:30",
        "1/6/2021 10:30:00 AM",
    ],
)
def test_days(cell: str) -> None:
    assert cells.day(cell) == "2021-06-01"


@pytest.mark.parametrize("cell", ["1990", "1990-06", "soon", "31-02-2021", "32/13/2021", "2021-02-31", "1-Foo-21"])
def test_what_is_no_day_stays_for_the_rules_of_the_record(cell: str) -> None:
    assert cells.day(cell) == cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1-Jan-29", "2029-01-01"), ("1-Jan-30", "1930-01-01"), ("9132", "1925-01-00"), ("61", "61"), ("2000", "2000")],
)
def test_years_of_two_digits_and_days_counted_in_four(cell: str, expected: str) -> None:
    assert cells.day(cell) == expected.replace("1925-01-00", "1924-12-31")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("44348", "2021-06-01T00:00:00.000Z"),
        ("44348.5", "2021-06-01T12:00:00+05:30"),
        ("01-06-2021", "2021-06-01T00:00:00.000Z"),
        ("2021-06-01", "2021-06-01T00:00:00.000Z"),
        ("01/06/2021 12:30 AM", "2021-06-01T00:30:00+05:30"),
        ("01/06/2021 12:30:15 pm", "2021-06-01T12:30:15+05:30"),
        ("2021-06-01 10:30", "2021-06-01T10:30:00+05:30"),
        ("2021-06-01T10:30:00", "2021-06-01T10:30:00"),
        ("2021-06-01T10:30:00Z", "2021-06-01T10:30:00Z"),
        ("01/06/2021 25:00", "01/06/2021 25:00"),
        ("01/06/2021 13:00 pm", "01/06/2021 13:00 pm"),
    ],
)
def test_moments(cell: str, expected: str) -> None:
    assert cells.moment(cell) == expected


def test_a_month_before_the_day_is_refused_and_not_guessed() -> None:
    fault = fault_of(one(vaccination_date="06/13/2021"))
    assert (fault.path, fault.message) == (("vaccination.date",), cells.MONTH_FIRST)


def test_json_lines_of_both_forms() -> None:
    ours = {"beneficiaryId": "SAMPLE-1", "recipient": {"name": "Sample Person 1"}, "shoeSize": 42}
    old = {"preEnrollmentCode": "SAMPLE-2", "recipient": {"dob": "1980-11-30"}, "vaccination": {"dose": 1}}
    lines = [msgspec.json.encode(ours), b"", msgspec.json.encode(old), b'{"beneficiaryId":', b"7", b'{"recipient": 1}']
    data = b"\xef\xbb\xbf" + b"\n".join(lines)
    rows = read(data, [3, 1, 50])
    assert [(row.number, row.line) for row in rows] == [(0, 1), (1, 3), (2, 4), (3, 5), (4, 6)]
    assert rows[0].record == {"beneficiaryId": "SAMPLE-1", "recipient": {"name": "Sample Person 1"}}
    assert rows[1].record == {
        "beneficiaryId": "SAMPLE-2",
        "recipient": {"dateOfBirth": "1980-11-30"},
        "vaccination": {"dose": 1, "totalDoses": 2},
    }
    assert rows[1].path(("recipient", "dateOfBirth")) == ("recipient", "dob")
    assert fault_of(rows[2]).message == NOT_JSON
    assert fault_of(rows[3]).message.startswith("Expected an object")
    assert fault_of(rows[4]).path == ("recipient",)
    assert facts(read(data, start=rows[1].after)) == facts(rows[2:])
