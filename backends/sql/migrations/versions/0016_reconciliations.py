"""Reconciliations: reports, their findings, and what the source names.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("apply_job", sa.Text(), nullable=True),
        sa.Column("undo_job", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index("ix_reconciliations_digest", "reconciliations", ["digest", "finished_at"])
    op.create_index("ix_reconciliations_created_at", "reconciliations", ["created_at"])
    _create_working_tables()


def _create_working_tables() -> None:
    op.create_table(
        "findings",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("made_id", sa.Text(), nullable=True),
        sa.Column("undone", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("report", "kind", "number", name=op.f("pk_findings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding_pages",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report", "page", name=op.f("pk_finding_pages")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "source_doses",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("dose", sa.SmallInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("twice", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report", "shard", "beneficiary", "programme", "dose", name=op.f("pk_source_doses")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("source_doses", "finding_pages", "findings", "reconciliations"):
        op.drop_table(table)
