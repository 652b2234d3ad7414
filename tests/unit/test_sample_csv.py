"""The templates to fill in are read by us as they are."""

from datetime import UTC, datetime

import pytest

from credential.formats.bulk_csv import OLD_TEMPLATE, OUR_TEMPLATE
from credential.formats.record_rows import HEAD, RecordReader, form_of
from credential.formats.sample_csv import CsvForm, sample_csv
from credential.record import parse_record

COLUMNS = {CsvForm.OURS: len(OUR_TEMPLATE.members), CsvForm.DIVOC_INDIA: 22, CsvForm.DIVOC_MAIN: 29}


@pytest.mark.parametrize("chosen", list(CsvForm))
def test_the_sample_row_is_a_record(chosen: CsvForm) -> None:
    data = sample_csv(chosen).encode("utf-8-sig")
    form = form_of(data[:HEAD])
    assert (form.template, form.ignored) == (OUR_TEMPLATE if chosen is CsvForm.OURS else OLD_TEMPLATE, ())
    assert len(form.columns) == COLUMNS[chosen]
    reader = RecordReader(form, form.start)
    [row, *more] = [*reader.feed(data[form.start.offset :]), *reader.finish()]
    assert more == []
    record = parse_record(row.record, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert (record.beneficiary_id, record.recipient.name) == ("SAMPLE-1", "Sample Person 1")
