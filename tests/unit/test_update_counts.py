"""Which changes use up a correction of their dose (contract, updateCertificate)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from credential.certificate import Certificate, Status
from credential.operations.update import counts
from credential.record import Kind, change_record, parse_record

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECORD = {
    "beneficiaryId": "1",
    "recipient": {"name": "Sample Person 1", "age": 31, "mobile": "9999999999"},
    "vaccination": {
        "name": "COVISHIELD",
        "batch": "SAMPLE",
        "manufacturer": "Serum Institute of India",
        "date": "2021-12-15T06:00:00Z",
        "dose": 1,
        "totalDoses": 2,
    },
    "facility": {"name": "Sample Facility 1"},
}
BORN = {"dateOfBirth": "1990-06-15"}
ABROAD = "INTERNATIONAL"


def changed(
    changes: dict[str, Any], born: str | None = None, *, status: Status = Status.ISSUED, live: bool = True
) -> bool:
    record = parse_record(RECORD, now=NOW)
    if born:
        record = change_record(record, {"recipient": {"dateOfBirth": born}}, now=NOW)
    base = Certificate("id", record, Kind.DOMESTIC, status, version=1, live=live, created_at=NOW, client_id="c")
    return counts(base, change_record(record, changes, now=NOW))


@pytest.mark.parametrize(
    ("changes", "born", "counted"),
    [
        ({"recipient": {"name": "Sample Person 2"}}, None, True),
        ({"recipient": BORN}, None, True),
        ({"kind": ABROAD}, "1990-06-15", False),
        ({"kind": ABROAD, "recipient": BORN}, None, False),
        ({"kind": ABROAD, "recipient": BORN}, "1990", False),
        ({"kind": ABROAD, "recipient": BORN}, "1991", True),
        ({"kind": ABROAD, "recipient": BORN | {"name": "Sample Person 2"}}, None, True),
    ],
)
def test_what_counts_as_a_correction(changes: dict[str, Any], born: str | None, counted: bool) -> None:  # noqa: FBT001
    assert changed(changes, born) is counted


def test_what_was_never_signed_may_still_change() -> None:
    assert not changed({"recipient": {"name": "Sample Person 2"}}, status=Status.PENDING, live=True)


def test_a_second_thought_on_a_pending_correction_counts_as_one() -> None:
    assert changed({"recipient": {"name": "Sample Person 2"}}, status=Status.PENDING, live=False)
