"""Comparing a statement of the source with what is held of the dose."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from credential.certificate import Status
from credential.errors import BadUserInput
from credential.reconciliation.findings import Dose, FieldDifference, Finding, FindingKind, Holding, Statement, Unusable
from credential.reconciliation.values import adopted, leaves, same
from credential.record import Kind, VaccinationRecord, change_record, parse_record, printed_age, record_to_json

AGE = "recipient.age"
ANOTHERS = "A certificate of another source system stands for this dose."
TWICE = "The source says different things of this dose."


def compare(statement: Statement, holding: Holding | None, *, kind: Kind, now: datetime) -> Finding | None:
    """Return what is wrong between a statement and what is held, None where nothing is.

    `kind` is that of new certificates whose record names none; `now` is aware.
    A revocation of ours is never undone by a source: where it still has the dose, that is found and left to people. Of
    an earlier dose named in passing only a difference is found.
    """
    if holding is None:
        return None if statement.revoked or not statement.whole else _missing(statement, kind, now)
    if statement.revoked:
        revocable = holding.own and holding.status is not Status.REVOKED
        return finding(FindingKind.REVOKED_ELSEWHERE, statement, holding) if revocable else None
    if not holding.own or holding.record is None:
        return finding(FindingKind.DUPLICATE, statement, message=ANOTHERS) if statement.whole else None
    if holding.status is Status.REVOKED:
        here = finding(FindingKind.REVOKED_ELSEWHERE, statement, holding, revoked_here=True)
        return here if statement.whole else None
    return _different(statement, holding, holding.record, now)


def contradicted(statement: Statement) -> Finding:
    """Return the finding that the source says different things of a dose: none of them is believed."""
    return finding(FindingKind.DUPLICATE, statement, message=TWICE)


def extra(dose: Dose, holding: Holding) -> Finding:
    """Return the finding that a certificate counts of which the source says nothing."""
    return Finding(FindingKind.EXTRA, *dose, certificate_id=holding.certificate_id, version=holding.version)


def unusable(row: Unusable) -> Finding:
    """Return the finding that a row cannot be compared."""
    dose = row.dose or Dose("", "", 0)
    return Finding(FindingKind.INVALID, *dose, row=row.row, line=row.line, message=row.message)


def finding(
    kind: FindingKind,
    statement: Statement,
    holding: Holding | None = None,
    *,
    differences: tuple[FieldDifference, ...] = (),
    record: str = "",
    revoked_here: bool = False,
    message: str = "",
) -> Finding:
    """Return a finding of a kind about a statement."""
    return Finding(
        kind,
        *statement.dose,
        certificate_id=None if holding is None else holding.certificate_id,
        version=None if holding is None else holding.version,
        differences=differences,
        row=statement.row,
        line=statement.line,
        record=record,
        revoked_here=revoked_here,
        message=message,
    )


def changed(record: VaccinationRecord, kind: Kind, changes: Mapping[str, Any], *, now: datetime) -> VaccinationRecord:
    """Return our record with the source's values over it; what they leave out stays. Raises BadUserInput."""
    return change_record(record, {"kind": kind.value, **changes}, now=now)


def _missing(statement: Statement, kind: Kind, now: datetime) -> Finding:
    try:
        record = parse_record(statement.record, now=now, kind=kind)
    except BadUserInput as fault:
        return unusable(_refused(statement, fault))
    return finding(FindingKind.MISSING, statement, record=record_to_json(record).decode())


def _different(statement: Statement, holding: Holding, record: VaccinationRecord, now: datetime) -> Finding | None:
    ours, theirs = _ours(record, holding.kind), dict(statement.record)
    told = _differing(ours, theirs)
    if not told:
        return None
    if statement.carried:
        theirs |= statement.carried
        told = _differing(ours, theirs)
    if record.recipient.age is None and (age := leaves(theirs).get(AGE)) is not None:
        # with another date of birth or of vaccination, another age would follow from them
        told, ours = {**told, AGE: age}, {path: value for path, value in ours.items() if path != AGE}
    changes: dict[str, Any] = {}
    for path, value in told.items():
        _put(changes, path, adopted(path, ours.get(path), value))
    try:
        changed(record, holding.kind, changes, now=now)
    except BadUserInput as fault:
        return unusable(_refused(statement, fault))
    found = tuple(FieldDifference(path, str(ours.get(path, "")), str(value)) for path, value in told.items())
    return finding(FindingKind.DIFFERENT, statement, holding, differences=found, record=_text(changes))


def _ours(record: VaccinationRecord, kind: Kind) -> dict[str, Any]:
    """Return our values; an age that is printed from the date of birth counts as one that is there."""
    values = leaves(msgspec.to_builtins(record)) | {"kind": kind.value}
    age = printed_age(record)
    return values if age is None else {AGE: age, **values}


def _differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        path: value for path, value in leaves(theirs).items() if path not in ours or not same(path, ours[path], value)
    }


def _refused(statement: Statement, fault: BadUserInput) -> Unusable:
    where = ".".join(fault.path)
    message = f"{where}: {fault.message}" if where else fault.message
    return Unusable(statement.row, statement.line, message, statement.dose)


def _put(changes: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - a leaf of JSON
    *above, last = path.split(".")
    for name in above:
        changes = changes.setdefault(name, {})
    changes[last] = value


def _text(value: Any) -> str:  # noqa: ANN401
    return msgspec.json.encode(value).decode()
