"""Findings sealed and opened, and the keys of reports."""

import msgspec

from backends.sql.types import AnyRow
from backends.sql.vault import Place, Vault
from credential.ports import Found, Numbered, Result
from credential.reconciliation.findings import Finding, FindingKind

KINDS = tuple(FindingKind)
_NO_SHARD = 0


def kind_number(kind: FindingKind) -> int:
    """Return what stands for a kind in the table; reports list them in this order."""
    return KINDS.index(kind)


def new_report_key(vault: Vault, report_id: str) -> tuple[str, bytes]:
    """Return (data key id, wrapped key) of a new report's findings."""
    return vault.new_key(_NO_SHARD, _name(report_id))


def unwrapped_key(vault: Vault, report: AnyRow) -> bytes:
    """Return the key of a report's findings."""
    return vault.unwrapped(report.key_id, report.wrapped, _NO_SHARD, _name(report.id))


def sealed_finding(vault: Vault, key: bytes, report_id: str, one: Numbered) -> bytes:
    """Seal a finding for its place."""
    text = msgspec.json.encode(one.finding)
    return vault.sealed(key, text, _place(report_id, kind_number(one.finding.kind), one.number))


def found_of(vault: Vault, key: bytes, row: AnyRow) -> Found:
    """Return a row of the table of findings as a value."""
    text = vault.opened(key, row.data, _place(row.report, row.kind, row.number))
    result = Result.UNDONE if row.undone == Result.DONE else None if row.result is None else Result(row.result)
    return Found(row.number, msgspec.json.decode(text, type=Finding), result, row.made_id)


def _name(report_id: str) -> bytes:
    """Return what stands for a person where a report has a data key: it has no length of a person's."""
    return b"report " + report_id.encode()


def _place(report_id: str, kind: int, number: int) -> Place:
    return Place("findings", "data", _NO_SHARD, f"{report_id} {kind} {number}".encode())
