"""What became of a row, as the bytes that a Merkle tree stands on: no personal data, the same for ever."""

from credential.errors import BadUserInput, Duplicate, UserFault
from credential.jcs import canonical_json
from credential.ports import ImportRow

ISSUED, FAILED = "ISSUED", "FAILED"


def leaf_of(row: ImportRow) -> bytes:
    """Return canonical JSON (RFC 8785): the row's number, and the certificate's id or code and place of the fault."""
    if row.fault is None:
        return canonical_json({"row": row.number, "outcome": ISSUED, "certificateId": row.certificate_id})
    told = {"row": row.number, "outcome": FAILED, "code": row.fault.code, "path": list(row.fault.path)}
    existing = row.fault.existing_certificate_id if isinstance(row.fault, Duplicate) else None
    return canonical_json(told if existing is None else {**told, "existingCertificateId": existing})


def unsigned(failure: str | None) -> UserFault:
    """Return the fault of a row that was accepted and could not be signed; `failure` is a stable code."""
    return BadUserInput(f"It was accepted, but cannot be signed: {failure}")
