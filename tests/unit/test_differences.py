"""Differences of two records."""

from datetime import UTC, datetime

from credential.differences import Difference, differences
from credential.record import parse_record
from tests.flow.house import record

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_equal_records_do_not_differ() -> None:
    assert differences(parse_record(record(), now=NOW), parse_record(record(), now=NOW)) == []


def test_fields_within_lists_are_named_by_their_place() -> None:
    given = {"dose": 1, "date": "2021-03-01T06:00:00Z", "name": "COVISHIELD"}
    before = parse_record({**record(dose=2), "earlierDoses": [given]}, now=NOW)
    after = parse_record({**record(dose=2), "earlierDoses": [{**given, "date": "2021-03-02T06:00:00Z"}]}, now=NOW)
    assert differences(before, after) == [
        Difference("earlierDoses.0.date", "2021-03-01T06:00:00Z", "2021-03-02T06:00:00Z")
    ]
    assert differences(after, before)[0].after == "2021-03-01T06:00:00Z"
    without = parse_record(record(dose=2), now=NOW)
    assert [one.before for one in differences(without, before)] == [None, None, None]
