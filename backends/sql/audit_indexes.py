"""Indexes by which admins read the audit. Frequent acts are found soon by their time; the others have an index."""

from sqlalchemy import Index

from backends.sql.columns import where
from backends.sql.tables import audit

FREQUENT = ("issueCertificates", "read")
RARE = "action NOT IN ('issueCertificates', 'read')"
"""Said in the query in these very words: otherwise the index would not be known to fit."""
Index("ix_audit_id", audit.c.id)
Index("ix_audit_client_id_id", audit.c.client_id, audit.c.id)
Index("ix_audit_action_id", audit.c.action, audit.c.id, **where(RARE))
