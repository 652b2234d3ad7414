"""Audit rows, which are only ever added."""

from collections.abc import Sequence

from backends.sql.context import Context
from credential.ports import AuditEntry


def audit_rows(context: Context, entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    """Return the rows of audit entries: ids, names of clients and purposes, no personal data."""
    return [
        {
            "shard": context.shard_of(entry.certificate_id),
            "id": context.row_id(entry.at),
            "at": entry.at,
            "action": entry.action,
            "client_id": entry.caller.client_id,
            "caller": entry.caller.name,
            "purpose": entry.caller.purpose,
            "channel": entry.caller.channel,
            "certificate_id": entry.certificate_id,
            "detail": entry.detail,
            "legal_basis": entry.caller.terms.legal_basis or None,
        }
        for entry in entries
    ]
