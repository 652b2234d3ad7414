"""The audit page by page: by time, by client, and by the acts that are rare.

Revision ID: 0018
"""

from alembic import op

from backends.sql.columns import where

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_id", "audit", ["id"])
    op.create_index("ix_audit_client_id_id", "audit", ["client_id", "id"])
    op.create_index(
        "ix_audit_action_id", "audit", ["action", "id"], **where("action NOT IN ('issueCertificates', 'read')")
    )


def downgrade() -> None:
    for name in ("ix_audit_action_id", "ix_audit_client_id_id", "ix_audit_id"):
        op.drop_index(name, "audit")
