"""Findings as CSV. A report's digest is the root of the Merkle tree (RFC 9162) over the lines below the header.

So whoever has the file can make the digest again, and one line can be shown to somebody without the others.
"""

from collections.abc import Iterable
from hashlib import sha256

from credential.formats.bulk_csv import write_rows
from credential.reconciliation.findings import FieldDifference, Finding

COLUMNS = (
    "kind",
    "programme",
    "beneficiaryId",
    "dose",
    "certificateId",
    "version",
    "field",
    "ours",
    "theirs",
    "row",
    "line",
    "revokedBy",
    "message",
    "recordSha256",
)
END = "\r\n"
HEADER = ",".join(COLUMNS) + END
_NO_DIFFERENCE = (FieldDifference("", "", ""),)


def lines(findings: Iterable[Finding]) -> list[str]:
    """Return the lines of findings, one for each field that differs, without their ends."""
    rows = [row for finding in findings for row in _rows(finding)]
    return write_rows(COLUMNS, rows).split(END)[1:-1]


def _rows(finding: Finding) -> Iterable[list[str]]:
    digest = sha256(finding.record.encode()).hexdigest() if finding.record else ""
    start = [finding.kind.value, finding.programme, finding.beneficiary_id, _number(finding.dose or None)]
    start += [finding.certificate_id or "", _number(finding.version)]
    end = [_number(finding.row), _number(finding.line), _revoker(finding), finding.message, digest]
    for one in finding.differences or _NO_DIFFERENCE:
        yield [*start, one.field, one.ours, one.theirs, *end]


def _revoker(finding: Finding) -> str:
    if finding.kind != "REVOKED_ELSEWHERE":
        return ""
    return "HERE" if finding.revoked_here else "SOURCE"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
