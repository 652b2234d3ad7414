"""The old system's certification request becomes our record (Co-WIN specification 1.1, 2.1)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import BadUserInput
from credential.formats.divoc_request import divoc_path, from_divoc_request, is_divoc_request
from credential.formats.record_json import from_record_json
from credential.record import Kind, parse_record

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def request(**changes: object) -> dict[str, Any]:
    made: dict[str, Any] = {
        "preEnrollmentCode": "SAMPLE-1",
        "recipient": {"name": "Sample Person 1", "age": "41", "contact": ["tel:9999900001", "mailto:one@example.org"]},
        "vaccination": {
            "name": "COVAXIN",
            "batch": "B1",
            "manufacturer": "Sample Maker",
            "date": "2021-03-01T05:00:00.000Z",
            "dose": 1,
        },
        "facility": {"name": "Sample Centre", "address": {"addressLine1": "1 Sample Road", "pincode": 560034}},
    }
    for path, value in changes.items():
        target = made
        *parents, last = path.split("__")
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return made


def test_members_find_their_places() -> None:
    record = parse_record(from_divoc_request(request()).record, now=NOW)
    assert record.beneficiary_id == "SAMPLE-1"
    assert (record.recipient.age, record.recipient.mobile) == (41, "+919999900001")
    assert record.recipient.email == "one@example.org"
    assert record.facility.address.line1 == "1 Sample Road"
    assert record.facility.address.postal_code == "560034"
    assert record.vaccination.total_doses == 2


@pytest.mark.parametrize("name", ["pin", "pincode"])
@pytest.mark.parametrize("value", [560034, "560034", 560034.0])
def test_postal_code_comes_under_two_names_and_as_number_or_text(name: str, value: object) -> None:
    converted = from_divoc_request(request(facility__address={name: value}))
    assert converted.record["facility"]["address"] == {"postalCode": "560034"}
    assert converted.ignored == ()


@pytest.mark.parametrize("absent", ["", "  ", None, "0001-01-01", "0001-01-01T00:00:00.000Z"])
def test_zero_dates_of_go_are_absent(absent: str | None) -> None:
    converted = from_divoc_request(request(recipient__dob=absent, vaccination__effectiveStart=absent))
    assert "dateOfBirth" not in converted.record["recipient"]
    assert "effectiveStart" not in converted.record["vaccination"]


def test_a_zero_vaccination_date_is_a_missing_one() -> None:
    converted = from_divoc_request(request(vaccination__date="0001-01-01T00:00:00.000Z"))
    with pytest.raises(BadUserInput) as refused:
        parse_record(converted.record, now=NOW)
    assert refused.value.path == ("vaccination", "date")


@pytest.mark.parametrize("absent", [None, "", 0, "0"])
def test_missing_dose(absent: object) -> None:
    with pytest.raises(BadUserInput, match="dose") as refused:
        from_divoc_request(request(vaccination__dose=absent))
    assert refused.value.path == ("vaccination", "dose")


@pytest.mark.parametrize("absent", [None, "", " "])
def test_missing_id(absent: object) -> None:
    with pytest.raises(BadUserInput, match="preEnrollmentCode") as refused:
        from_divoc_request(request(preEnrollmentCode=absent))
    assert refused.value.path == ("preEnrollmentCode",)


def test_contact_that_is_no_list() -> None:
    with pytest.raises(BadUserInput) as refused:
        from_divoc_request(request(recipient__contact=[{"tel": 1}]))
    assert refused.value.path == ("recipient", "contact")


def test_a_part_that_is_no_object() -> None:
    with pytest.raises(BadUserInput, match="object") as refused:
        from_divoc_request(request(vaccination="COVAXIN"))
    assert refused.value.path == ("vaccination",)


def test_strangers_are_named_and_left_out() -> None:
    made = request(
        comorbidities=[], facility__operatorId="o", meta={"previousCertificateId": "1", "vaccinationApp": {"name": "x"}}
    )
    converted = from_divoc_request(made)
    assert converted.ignored == (
        "comorbidities",
        "facility.operatorId",
        "meta.previousCertificateId",
        "meta.vaccinationApp",
    )
    assert converted.record == from_divoc_request(request()).record


def test_earlier_doses_come_from_meta() -> None:
    earlier = [
        {"name": "COVAXIN", "dose": 1, "manufacturer": "Sample Maker", "batch": "B0", "date": "2021-01-01"},
        {"name": "COVAXIN", "dose": 2, "date": "2021-03-01"},
        {"name": "COVAXIN", "dose": 1, "date": ""},
    ]
    converted = from_divoc_request(request(vaccination__dose=2, meta={"vaccinations": earlier}))
    record = parse_record(converted.record, now=NOW)
    assert [(each.dose, each.batch, each.date) for each in record.earlier_doses] == [
        (1, "B0", datetime(2021, 1, 1, tzinfo=UTC))
    ]


def test_programme_and_kind() -> None:
    converted = from_divoc_request(request(programId="flu", certificateType="certifyV3", recipient__dob="1990-06-15"))
    record = parse_record(converted.record, now=NOW)
    assert (record.programme, record.kind) == ("flu", Kind.INTERNATIONAL)


def test_old_and_own_records_are_told_apart() -> None:
    assert is_divoc_request(request())
    assert is_divoc_request(request(preEnrollmentCode=None))
    assert is_divoc_request({"recipient": {"contact": []}})
    assert not is_divoc_request(from_divoc_request(request()).record)
    assert not is_divoc_request([])


def test_paths_lead_back_to_the_request() -> None:
    assert divoc_path(("recipient", "dateOfBirth")) == ("recipient", "dob")
    assert divoc_path(("earlierDoses", "0", "date")) == ("meta", "vaccinations", "0", "date")
    assert divoc_path(("elsewhere",)) == ("elsewhere",)


def test_own_record_loses_unknown_members_only() -> None:
    own = from_divoc_request(request()).record
    converted = from_record_json({**own, "shoe": 42, "recipient": {**own["recipient"], "height": 170}})
    assert converted.record == own
    assert converted.ignored == ("recipient.height", "shoe")


json_values = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -1,
        2.5,
        1e300,
        10**30,
        "",
        "x",
        "1",
        "\ud800",
        [],
        [1],
        ["tel:1"],
        [{"dose": 1}],
        {},
        {"name": 1},
    ]
)
members = st.sampled_from(
    ["preEnrollmentCode", "recipient", "vaccination", "meta", "facility__address", "recipient__contact",
     "vaccination__dose", "meta__vaccinations", "recipient__age", "certificateType"]
)  # fmt: skip


@given(st.dictionaries(members, json_values, max_size=3))
def test_any_json_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        made = request(**changes)
    except (AttributeError, TypeError):
        return
    reason = ""
    try:
        read = parse_record(from_divoc_request(made).record, now=NOW)
    except BadUserInput as fault:
        reason = fault.message
    assert reason or read.beneficiary_id


@pytest.mark.parametrize("name", ["e2e-certify-main.json", "recon-certify-v3-with-meta-vaccinations.json"])
def test_requests_of_the_old_system(vectors: Path, name: str) -> None:
    data = json.loads((vectors / "cowin" / "requests" / name).read_text())
    one = data[0] if isinstance(data, list) else data
    assert is_divoc_request(one)
    record = parse_record(from_divoc_request(one).record, now=NOW)
    assert record.beneficiary_id == one["preEnrollmentCode"]
    assert record.vaccination.dose == one["vaccination"]["dose"]


def test_the_load_test_request_has_no_dose(vectors: Path) -> None:
    data = json.loads((vectors / "cowin" / "requests" / "perf-certificate-request.json").read_text())
    with pytest.raises(BadUserInput) as refused:
        from_divoc_request(data[0])
    assert refused.value.path == ("vaccination", "dose")
