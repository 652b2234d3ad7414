"""CSV files of the old system and ours (Co-WIN specification 1.1)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import BadUserInput
from credential.formats.bulk_csv import (
    OLD_TEMPLATE,
    OUR_TEMPLATE,
    Table,
    column_path,
    from_row,
    read_table,
    write_rows,
)
from credential.record import parse_record

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CELLS = {
    "preEnrollmentCode": "SAMPLE-1",
    "recipientName": "Sample Person 1",
    "recipientMobileNumber": "9999900001",
    "recipientDOB": "1980-11-30",
    "recipientGender": "Female",
    "recipientNationality": "Indian",
    "recipientIdentity": "",
    "vaccinationBatch": "B1",
    "vaccinationDate": "2021-03-01T05:00:00.000Z",
    "vaccinationDose": "1",
    "vaccinationTotalDoses": "2",
    "vaccinationEffectiveStart": "2021-03-01",
    "vaccinationEffectiveEnd": "",
    "vaccinationManufacturer": "Sample Maker",
    "vaccinationName": "COVAXIN",
    "vaccinatorName": "Sample Nurse",
    "facilityName": "Sample Centre",
    "facilityAddressLine1": "1, Sample Road",
    "facilityAddressLine2": "",
    "facilityDistrict": "Bengaluru",
    "facilityState": "Karnataka",
    "facilityPincode": "560034",
}
OWN = (
    "beneficiaryId,recipient.name,recipient.mobile,recipient.age,vaccination.name,vaccination.batch,"
    "vaccination.manufacturer,vaccination.date,vaccination.dose,vaccination.totalDoses,facility.name\n"
    "SAMPLE-2,Sample Person 2,9999900002,55,COVISHIELD,B2,Sample Maker,2021-04-01T05:00:00Z,2,2,Sample Centre\n"
)


def table_of(**changes: str | None) -> Table:
    cells = {name: value for name, value in {**CELLS, **changes}.items() if value is not None}
    return read_table(write_rows(list(cells), [list(cells.values())]).encode())


def test_old_template() -> None:
    table = table_of()
    record = parse_record(from_row(table, table.rows[0]).record, now=NOW)
    assert (record.beneficiary_id, record.vaccination.dose, record.vaccination.total_doses) == ("SAMPLE-1", 1, 2)
    assert record.facility.address.line1 == "1, Sample Road"
    assert record.recipient.mobile == "+919999900001"
    assert table.ignored == ()


def test_own_template() -> None:
    table = read_table(OWN.encode())
    record = parse_record(from_row(table, table.rows[0]).record, now=NOW)
    assert (record.recipient.age, record.vaccination.dose, record.facility.name) == (55, 2, "Sample Centre")


@pytest.mark.parametrize("written", ["30-Nov-1980", "30-nov-1980", "1980-11-30"])
def test_dates_in_two_forms(written: str) -> None:
    table = table_of(recipientDOB=written)
    assert from_row(table, table.rows[0]).record["recipient"]["dateOfBirth"] == "1980-11-30"


def test_a_bad_date_is_refused_with_its_column() -> None:
    table = table_of(recipientDOB="30/11/1980")
    with pytest.raises(BadUserInput) as refused:
        parse_record(from_row(table, table.rows[0]).record, now=NOW)
    assert column_path(table.template, refused.value.path) == ("recipientDOB",)


def test_byte_order_mark_quotes_and_empty_lines() -> None:
    text = write_rows(list(CELLS), [list({**CELLS, "recipientName": 'Sample "One", Person\u00a01'}.values())])
    table = read_table(b"\xef\xbb\xbf" + text.encode() + b"\r\n,,,\r\n\r\n")
    assert table.columns[0] == "preEnrollmentCode"
    assert len(table.rows) == 1
    assert from_row(table, table.rows[0]).record["recipient"]["name"] == 'Sample "One", Person\u00a01'


def test_a_quoted_line_break_keeps_the_line_count() -> None:
    row = list({**CELLS, "facilityAddressLine2": "a\nb"}.values())
    table = read_table(write_rows(list(CELLS), [row, list(CELLS.values())]).encode())
    assert [each.line for each in table.rows] == [3, 4]


@pytest.mark.parametrize("column", OLD_TEMPLATE.required)
def test_missing_column_of_the_old_template(column: str) -> None:
    with pytest.raises(BadUserInput, match=f"^{column} column doesn't exist in uploaded csv file"):
        table_of(**{column: None})


@pytest.mark.parametrize("column", OUR_TEMPLATE.required)
def test_missing_column_of_our_template(column: str) -> None:
    with pytest.raises(BadUserInput, match="column doesn't exist"):
        read_table(OWN.replace(column, "stranger." + column).encode())


@pytest.mark.parametrize(("column", "record_path"), [("preEnrollmentCode", "id"), ("vaccinationDose", "dose")])
@pytest.mark.parametrize("missing", ["", "  "])
def test_missing_id_and_dose_are_row_errors(column: str, record_path: str, missing: str) -> None:
    table = table_of(**{column: missing})
    with pytest.raises(BadUserInput, match=column) as refused:
        from_row(table, table.rows[0])
    assert refused.value.path == (column,)


def test_the_template_without_an_id_column_gives_row_errors() -> None:
    table = table_of(preEnrollmentCode=None)
    with pytest.raises(BadUserInput, match="preEnrollmentCode is missing"):
        from_row(table, table.rows[0])


def test_total_doses_default_to_two() -> None:
    table = table_of(vaccinationTotalDoses="")
    assert from_row(table, table.rows[0]).record["vaccination"]["totalDoses"] == 2


def test_short_row_lacks_its_last_cells_and_long_row_is_refused() -> None:
    short = read_table(
        b",".join(name.encode() for name in CELLS) + b"\nSAMPLE-1,Sample Person 1,9999900001,,,,,B1,,1\n"
    )
    assert from_row(short, short.rows[0]).record["vaccination"] == {"batch": "B1", "dose": 1, "totalDoses": 2}
    long = read_table(OWN.encode()[:-1] + b",more\n")
    with pytest.raises(BadUserInput, match="more cells"):
        from_row(long, long.rows[0])


def test_unknown_columns_are_named() -> None:
    assert table_of(shoeSize="42").ignored == ("shoeSize",)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\xff\xfea\x00", "UTF-8"),
        (OWN.encode() + b'"open', "Line 3"),
        (OWN.encode() + b'"a"b,c\n', "Line 3"),
        (b"", "recipientName column"),
        (b"recipientName,recipientName\n", "twice"),
        (b"a,\x00b\n", "column"),
    ],
)
def test_broken_files(data: bytes, fault: str) -> None:
    with pytest.raises(BadUserInput, match=fault):
        read_table(data)


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|x", "-2+3+cmd", "\t=1"])
def test_formulas_are_made_inert(cell: str) -> None:
    assert "'" + cell in write_rows(["a"], [[cell]])


@pytest.mark.parametrize("cell", ["+91 99999 00001", "-5", "Sample", "2021-03-01"])
def test_ordinary_cells_are_kept(cell: str) -> None:
    assert write_rows(["a"], [[cell]]).split("\r\n")[1] == cell


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (OWN + text).encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reason = ""
    try:
        table = read_table(data)
        records = [parse_record(from_row(table, row).record, now=NOW) for row in table.rows]
    except BadUserInput as fault:
        reason = fault.message
    assert reason or len(records) == len(table.rows)


def test_templates_of_the_old_system(vectors: Path) -> None:
    india = read_table((vectors / "cowin" / "requests" / "certificates-bulk-india.csv").read_bytes())
    assert len(india.rows) == 2
    assert india.ignored == ()
    main = read_table((vectors / "cowin" / "requests" / "certificates-bulk-main.csv").read_bytes())
    assert (main.rows, main.ignored) == ((), ())
