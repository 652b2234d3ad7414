"""Comparing a source's statement with what is held: rules, and laws that hold whatever is said."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.certificate import Status
from credential.errors import SignatureMismatch, Unreadable
from credential.jwk import thumbprint, to_pem
from credential.keys import Algorithm, PublicKey
from credential.merkle import Frontier, leaf, root
from credential.primitives import sign
from credential.reconciliation.comparing import changed, compare
from credential.reconciliation.findings import Finding, FindingKind, Holding, Statement
from credential.reconciliation.lines import lines
from credential.reconciliation.report import ReportStatement, compact, read_statement, signing_input
from credential.reconciliation.statements import content_of, is_revoked, statements
from credential.reconciliation.values import same
from credential.record import Kind, VaccinationRecord, parse_record
from tests.unit.test_record import record as valid

NOW = datetime(2022, 3, 4, 20, 0, tzinfo=UTC)


def held(data: dict[str, Any] | None = None, status: Status = Status.ISSUED) -> Holding:
    record = parse_record(data or valid(), now=NOW)
    return Holding("1ABC", 3, status, Kind.DOMESTIC, record)


def said(data: dict[str, Any], revoked: object = None) -> Statement:
    [own, *_] = statements(data, row=0, line=2, revoked=revoked)
    assert isinstance(own, Statement)
    return own


def found(data: dict[str, Any], holding: Holding | None, revoked: object = None) -> Finding | None:
    return compare(said(data, revoked), holding, kind=Kind.DOMESTIC, now=NOW)


def put(data: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    copy: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(data))
    place = copy
    *above, last = path.split(".")
    for name in above:
        place = place.setdefault(name, {})
    place[last] = value
    return copy


@pytest.mark.parametrize(
    ("path", "ours", "theirs", "alike"),
    [
        ("recipient.name", "Zoe\u0308 Sample", "Zo\u00eb  Sample", True),
        ("recipient.name", "Sample Person", "sample person", False),
        ("vaccination.batch", "4121Z045", " 4121Z045 ", True),
        ("vaccination.date", "2022-03-03T19:00:00Z", "2022-03-04T12:00:00+05:30", True),
        ("vaccination.date", "2022-03-03T18:00:00Z", "2022-03-04T12:00:00+05:30", False),
        ("vaccination.date", "2022-03-03T19:00:00Z", "2022-03-04", True),
        ("vaccination.effectiveStart", "2022-03-04", "2022-03-03T19:00:00Z", True),
        ("recipient.dateOfBirth", "1990-06-15", "1990", True),
        ("recipient.dateOfBirth", "1990", "1990-06-15", False),
        ("recipient.mobile", "+919999900001", "09999900001", True),
        ("facility.address.postalCode", "560001", 560001, True),
    ],
)
def test_what_counts_as_the_same(path: str, ours: object, theirs: object, *, alike: bool) -> None:
    assert same(path, ours, theirs) is alike


def test_an_empty_value_is_no_difference() -> None:
    empty = {"beneficiaryId": valid()["beneficiaryId"], "vaccination": {"dose": valid()["vaccination"]["dose"]}}
    for more in ({}, {"recipient": None}, {"recipient": {"name": " ", "address": {"city": ""}}}):
        assert found(empty | more, held()) is None


def test_an_age_that_follows_from_the_date_of_birth_is_there() -> None:
    mine = put(put(valid(), "recipient.age", None), "recipient.dateOfBirth", "1990-01-01")
    assert found(put(mine, "recipient.age", 31), held(mine)) is None
    assert found(put(mine, "recipient.age", 32), held(mine)) is not None


def test_a_bare_date_keeps_our_time_of_day() -> None:
    difference = found(put(valid(), "vaccination.date", "2021-12-01"), held())
    assert difference is not None
    record = held().record
    assert record is not None
    merged = changed(record, Kind.DOMESTIC, msgspec.json.decode(difference.record), now=NOW)
    assert merged.vaccination.date.timetz() != merged.vaccination.date.replace(hour=0, minute=0).timetz()
    assert merged.vaccination.date.astimezone(UTC).time() == record.vaccination.date.astimezone(UTC).time()


@pytest.mark.parametrize(
    ("holding", "revoked", "kind"),
    [
        (None, None, FindingKind.MISSING),
        (None, True, None),
        (held(), "yes", FindingKind.REVOKED_ELSEWHERE),
        (held(status=Status.REVOKED), None, FindingKind.REVOKED_ELSEWHERE),
        (held(status=Status.REVOKED), True, None),
        (held(status=Status.PENDING), None, None),
        (Holding("1X", 1, Status.ISSUED, Kind.DOMESTIC, None, own=False), None, FindingKind.DUPLICATE),
        (Holding("1X", 1, Status.ISSUED, Kind.DOMESTIC, None, own=False), True, None),
    ],
)
def test_what_is_found(holding: Holding | None, revoked: object, kind: FindingKind | None) -> None:
    finding = found(valid(), holding, revoked)
    assert (finding.kind if finding else None) == kind


def test_what_breaks_a_rule_is_invalid_and_tells_no_value() -> None:
    for holding in (None, held()):
        finding = found(put(valid(), "vaccination.date", "canary"), holding)
        assert finding is not None
        assert (finding.kind, finding.line) == (FindingKind.INVALID, 2)
        assert finding.message.startswith("vaccination.date: ")
        assert "canary" not in finding.message
    strange = found(put(valid(), "recipient.nickname", "x"), held())
    assert strange is not None
    assert strange.kind is FindingKind.INVALID


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"beneficiaryId": "x"},
        {"beneficiaryId": "x y", "vaccination": {"dose": 1}},
        {"beneficiaryId": "x", "vaccination": {"dose": "1"}},
        {"beneficiaryId": "x", "vaccination": {"dose": 0}},
        {"beneficiaryId": "x", "vaccination": {"dose": True}},
    ],
)
def test_a_row_that_names_no_dose_is_unusable(record: dict[str, Any]) -> None:
    [unusable] = statements(record, row=4, line=None)
    assert not isinstance(unusable, Statement)
    assert unusable.row == 4


def test_revoked_is_yes_or_no() -> None:
    assert [is_revoked(value) for value in (True, "TRUE", "1", "revoked")] == [True] * 4
    assert [is_revoked(value) for value in (None, "", False, "no", 0)] == [False] * 5
    assert is_revoked("perhaps") is None


def test_repetition_has_the_same_content_and_contradiction_another() -> None:
    one = content_of(said(valid()))
    assert content_of(said(put(valid(), "recipient.uhid", ""))) == one
    assert content_of(said(put(valid(), "vaccination.batch", "other"))) != one
    assert content_of(said(valid(), revoked=True)) != one


TEXTS = st.text(alphabet="ab\u00e9 9-", max_size=8)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "recipient.name",
            "recipient.gender",
            "recipient.uhid",
            "recipient.address.city",
            "vaccination.batch",
            "vaccination.manufacturer",
            "facility.name",
            "vaccinator.name",
        ]
    ),
    TEXTS,
) | st.fixed_dictionaries(
    {},
    optional={
        "vaccination.date": st.sampled_from(["2021-06-01", "2021-06-01T23:00:00Z", "2022-01-05T01:00:00+05:30", ""]),
        "recipient.dateOfBirth": st.sampled_from(["1980", "1980-02", "1980-02-03", "1970"]),
        "recipient.age": st.integers(0, 130),
        "recipient.mobile": st.sampled_from(["9999900002", "+919999900002", "", "12"]),
        "vaccination.totalDoses": st.integers(1, 4),
        "kind": st.sampled_from(["DOMESTIC", "INTERNATIONAL"]),
    },
)


@settings(max_examples=300)
@given(FIELDS, FIELDS, st.sampled_from(["age", "birth"]))
def test_what_was_put_right_is_no_difference_any_more(
    first: dict[str, Any], second: dict[str, Any], known_by: str
) -> None:
    """Apply, then a dry run is empty; and what the source leaves empty stays."""
    born = put(put(valid(), "recipient.age", None), "recipient.dateOfBirth", "1990-01-01")
    holding = held(born if known_by == "birth" else valid())
    for fields in (first, second):
        theirs = valid()
        for path, value in fields.items():
            theirs = put(theirs, path, value)
        finding = found(theirs, holding)
        if finding is None or finding.kind is not FindingKind.DIFFERENT:
            continue
        assert holding.record is not None
        record = changed(holding.record, holding.kind, msgspec.json.decode(finding.record), now=NOW)
        assert record != msgspec.structs.replace(holding.record, kind=holding.kind)
        _untouched(holding.record, record, {one.field for one in finding.differences})
        holding = Holding("1ABC", 4, Status.PENDING, record.kind or Kind.DOMESTIC, record)
        assert found(theirs, holding) is None


def _untouched(before: VaccinationRecord, after: VaccinationRecord, fields: set[str]) -> None:
    for path in ("recipient.name", "vaccination.batch", "facility.name", "recipient.gender", "vaccination.date"):
        owner, name = path.split(".")
        if path not in fields:
            assert getattr(getattr(before, owner), name) == getattr(getattr(after, owner), name)


@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_tree_that_grows_has_the_root_of_the_whole(leaves: list[bytes], cut: int) -> None:
    hashes = [leaf(one) for one in leaves]
    assert Frontier().grown(hashes[:cut]).grown(hashes[cut:]).root == root(hashes)


def test_lines_are_inert_and_one_for_each_difference() -> None:
    theirs = put(put(valid(), "recipient.name", "=HYPERLINK(1)"), "vaccination.batch", "B-2")
    finding = found(theirs, held())
    assert finding is not None
    told = lines([finding])
    assert len(told) == 2
    assert any(",'=HYPERLINK(1)," in line for line in told)
    assert not any("\n" in line or "\r" in line for line in told)


def test_a_signed_report_is_read_back_and_altered_ones_are_not() -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key = PublicKey(thumbprint(public), Algorithm.ED25519, to_pem(public))
    statement = ReportStatement("did:web:x", 1, "job_1", "source", "00", "11", 3, 1, {"MISSING": 1})
    signed = signing_input(statement, key)
    text = compact(signed, sign(key.algorithm, private, signed))
    assert read_statement(text, {key.id: key.pem}) == statement
    head, body, mark = text.split(".")
    other = compact(signing_input(msgspec.structs.replace(statement, rows=4), key), b"").split(".")[1]
    for wrong in (f"{head}.{other}.{mark}", f"{head}.{body}.{mark[:-4]}AAAA"):
        with pytest.raises(SignatureMismatch):
            read_statement(wrong, {key.id: key.pem})
    with pytest.raises(SignatureMismatch):
        read_statement(text, {})
    with pytest.raises(Unreadable):
        read_statement("no report", {})
