"""Terms of clients, who received what, budgets of reads, trusted documents.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0005"
down_revision = "0006"
branch_labels = None
depends_on = None

READS = sa.text("action = 'read'")
TERMS = (
    ("legal_basis", sa.Text()),
    ("daily_reads", sa.BigInteger()),
    ("per_minute", sa.Integer()),
    ("trusted_only", sa.Boolean()),
)


def upgrade() -> None:
    for name, kind in TERMS:
        op.add_column("clients", sa.Column(name, kind, nullable=True))
    op.add_column("audit", sa.Column("legal_basis", sa.Text(), nullable=True))
    op.create_index(
        "ix_audit_reads", "audit", ["shard", "certificate_id", "id"], postgresql_where=READS, sqlite_where=READS
    )
    op.create_table(
        "client_reads",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reads", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "day", name=op.f("pk_client_reads")),
    )
    op.create_table(
        "trusted_documents",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_trusted_documents")),
    )


def downgrade() -> None:
    op.drop_table("trusted_documents")
    op.drop_table("client_reads")
    op.drop_index("ix_audit_reads", "audit")
    op.drop_column("audit", "legal_basis")
    for name, _ in reversed(TERMS):
        op.drop_column("clients", name)
