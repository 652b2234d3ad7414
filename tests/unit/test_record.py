"""The record's rules, each fault with its path and never with the value."""

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import BadUserInput
from credential.record import (
    Kind,
    change_record,
    completed_years,
    normal_mobile,
    parse_record,
    printed_age,
    record_from_json,
    record_to_json,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECORD: dict[str, Any] = {
    "beneficiaryId": "223718502",
    "recipient": {"name": "Sample Person 1", "age": 31, "mobile": "9999999999"},
    "vaccination": {
        "name": "COVISHIELD",
        "batch": "4121Z062",
        "manufacturer": "Serum Institute of India",
        "date": "2021-12-15T06:00:00.000Z",
        "dose": 1,
        "totalDoses": 2,
    },
    "facility": {"name": "Sample Facility 1"},
}
CANARY = "CANARY-9471"


def record(**changes: object) -> dict[str, Any]:
    """Return the sample with members put in by path, such as `recipient__age=5`; `...` takes a member out."""
    data = copy.deepcopy(RECORD)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = data
        for parent in parents:
            place = place.setdefault(parent, {})
        if value is ...:
            place.pop(last, None)
        else:
            place[last] = value
    return data


FAULTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "age 400": ({"recipient__age": 400}, ("recipient", "age")),
    "age as text": ({"recipient__age": CANARY}, ("recipient", "age")),
    "age below zero": ({"recipient__age": -1}, ("recipient", "age")),
    "age as fraction": ({"recipient__age": 31.5}, ("recipient", "age")),
    "no age for a domestic certificate": ({"recipient__age": ...}, ("recipient", "age")),
    "a year of birth that leaves the age open": (
        {"recipient__age": ..., "recipient__dateOfBirth": "1990"},
        ("recipient", "age"),
    ),
    "international without date of birth": ({"kind": "INTERNATIONAL"}, ("recipient", "dateOfBirth")),
    "international with a partial date of birth": (
        {"kind": "INTERNATIONAL", "recipient__dateOfBirth": "1990-06"},
        ("recipient", "dateOfBirth"),
    ),
    "unknown kind": ({"kind": CANARY}, ("kind",)),
    "unknown field": ({"recipient__nickname": CANARY}, ("recipient", "nickname")),
    "unknown field at the top": ({"other": CANARY}, ("other",)),
    "no beneficiary": ({"beneficiaryId": ...}, ("beneficiaryId",)),
    "beneficiary id with a space": ({"beneficiaryId": "1 2"}, ("beneficiaryId",)),
    "beneficiary id with a line break at its end": ({"beneficiaryId": "12\n"}, ("beneficiaryId",)),
    "empty name": ({"recipient__name": " "}, ("recipient", "name")),
    "name of zero-width spaces": ({"recipient__name": "\u200b\u200b"}, ("recipient", "name")),
    "batch of dashes": ({"vaccination__batch": "--"}, ("vaccination", "batch")),
    "null name": ({"recipient__name": None}, ("recipient", "name")),
    "name of 81 characters": ({"recipient__name": "x" * 81}, ("recipient", "name")),
    "control character": ({"recipient__name": "a\x07b"}, ("recipient", "name")),
    "text printed backwards": ({"recipient__name": "a\u202eb"}, ("recipient", "name")),
    "no character": ({"recipient__name": "a\uffff"}, ("recipient", "name")),
    "delete character": ({"recipient__name": "a\x7fb"}, ("recipient", "name")),
    "lone surrogate": ({"recipient__name": "a\ud800"}, ("recipient", "name")),
    "no contact": ({"recipient__mobile": ...}, ("recipient", "mobile")),
    "mobile of two digits": ({"recipient__mobile": "12"}, ("recipient", "mobile")),
    "no email address": ({"recipient__email": "somebody"}, ("recipient", "email")),
    "31 February": ({"vaccination__date": "2021-02-31T00:00:00Z"}, ("vaccination", "date")),
    "date-time without offset": ({"vaccination__date": "2021-02-03T00:00:00"}, ("vaccination", "date")),
    "future date": ({"vaccination__date": "2026-01-02T00:00:00Z"}, ("vaccination", "date")),
    "year 1": ({"vaccination__date": "0001-01-01T00:00:00+14:00"}, ("vaccination", "date")),
    "dose 0": ({"vaccination__dose": 0}, ("vaccination", "dose")),
    "dose 9 of 2": ({"vaccination__dose": 9}, ("vaccination", "dose")),
    "total of 0": ({"vaccination__totalDoses": 0}, ("vaccination", "totalDoses")),
    "dose true": ({"vaccination__dose": True}, ("vaccination", "dose")),
    "until before start": (
        {"vaccination__effectiveStart": "2021-12-16", "vaccination__effectiveUntil": "2021-12-15"},
        ("vaccination", "effectiveUntil"),
    ),
    "born on 31 February": ({"recipient__dateOfBirth": "1990-02-31"}, ("recipient", "dateOfBirth")),
    "born after the vaccination": ({"recipient__dateOfBirth": "2022"}, ("recipient", "dateOfBirth")),
    "born 200 years ago": ({"recipient__dateOfBirth": "1790"}, ("recipient", "dateOfBirth")),
    "earlier dose that is not earlier": (
        {"earlierDoses": [{"dose": 1, "date": "2021-01-01T00:00:00Z"}]},
        ("earlierDoses", "0", "dose"),
    ),
    "recipient as number": ({"recipient": 5}, ("recipient",)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_refused_with_its_path_and_without_its_value(fault: str) -> None:
    changes, path = FAULTS[fault]
    with pytest.raises(BadUserInput) as caught:
        parse_record(record(**changes), now=NOW)
    assert caught.value.path == path
    assert CANARY not in caught.value.message


@pytest.mark.parametrize("value", [None, 5, "text", [], [RECORD], {"recipient": {"recipient": {}}}])
def test_what_is_no_record_is_refused(value: object) -> None:
    with pytest.raises(BadUserInput):
        parse_record(value, now=NOW)


def test_a_record_survives_storing() -> None:
    parsed = parse_record(
        record(vaccination__effectiveStart="2021-12-15", recipient__address={"city": "कोल्हापूर"}), now=NOW
    )
    assert record_from_json(record_to_json(parsed)) == parsed


def test_equal_names_become_equal_bytes() -> None:
    composed, decomposed = (parse_record(record(recipient__name=name), now=NOW) for name in ("é", " e\u0301 "))
    assert composed == decomposed


@pytest.mark.parametrize(
    ("given_number", "normal"),
    [
        ("9999999999", "+919999999999"),
        ("09999999999", "+919999999999"),
        ("+91 99999-99999", "+919999999999"),
        ("+442071838750", "+442071838750"),
    ],
)
def test_mobile_numbers_are_read_as_e164(given_number: str, normal: str) -> None:
    assert normal_mobile(given_number) == normal


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1990-06-15", date(2021, 6, 14), 30),
        ("1990-06-15", date(2021, 6, 15), 31),
        ("1992-02-29", date(2021, 2, 28), 28),
        ("1992-02-29", date(2021, 3, 1), 29),
        ("1990-06", date(2021, 7, 1), 31),
        ("1990-06", date(2021, 6, 15), None),
        ("1990", date(2021, 6, 15), None),
        ("1990", date(2021, 12, 31), 31),
    ],
)
def test_completed_years(born: str, on: date, years: int | None) -> None:
    assert completed_years(born, on) == years


def test_the_day_of_vaccination_is_a_day_in_india() -> None:
    late_evening_utc = record(
        recipient__age=..., recipient__dateOfBirth="1990-12-16", vaccination__date="2021-12-15T19:00:00Z"
    )
    assert printed_age(parse_record(late_evening_utc, now=NOW)) == 31


def test_an_age_that_is_given_is_used_as_given() -> None:
    parsed = parse_record(record(recipient__age=40, recipient__dateOfBirth="1990-06-15"), now=NOW)
    assert printed_age(parsed) == 40


def test_a_change_leaves_absent_members_and_clears_null_ones() -> None:
    before = parse_record(record(recipient__gender="Female", recipient__uhid="12-3456-7890-1234"), now=NOW)
    after = change_record(before, {"recipient": {"name": "Sample Person 2", "uhid": None}}, now=NOW)
    assert (after.recipient.name, after.recipient.gender, after.recipient.uhid) == ("Sample Person 2", "Female", "")


@pytest.mark.parametrize(
    "change",
    [{"beneficiaryId": "9"}, {"programme": "other"}, {"vaccination": {"dose": 2}}, {"recipient": {"name": None}}],
)
def test_a_change_cannot_move_or_empty_a_certificate(change: dict[str, Any]) -> None:
    with pytest.raises(BadUserInput):
        change_record(parse_record(RECORD, now=NOW), change, now=NOW)


MEMBERS = st.sampled_from(["recipient", "name", "vaccination", "date", "kind"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(MEMBERS, inner),
)


@given(ANY_JSON)
def test_no_json_value_breaks_the_reader(value: object) -> None:
    with pytest.raises(BadUserInput):
        parse_record(value, now=NOW)


@given(
    st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80),
    st.datetimes(datetime(1950, 1, 1), datetime(2025, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    st.integers(1, 4),
)
def test_any_name_date_and_dose_survive_storing(name: str, moment: datetime, dose: int) -> None:
    data = record(recipient__name=f"x{name}"[:80], vaccination__date=moment.isoformat(), vaccination__dose=dose)
    parsed = parse_record(data, now=NOW, kind=Kind.DOMESTIC)
    assert record_from_json(record_to_json(parsed)) == parsed
    assert parsed.vaccination.date - moment == timedelta()
