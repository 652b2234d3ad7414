"""Long work, done page by page.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.columns import one_of, where
from backends.sql.types import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = ("importRecords", "reconcile", "applyReconciliation", "undoReconciliation", "revokeByReach")


def upgrade() -> None:
    op.create_table(
        "works",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("awaiting", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("available_at", Moment(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        one_of("kind", KINDS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    op.create_index("uq_works_subject", "works", ["kind", "subject"], unique=True)
    op.create_index("ix_works_available_at", "works", ["available_at"], **where("available_at IS NOT NULL"))
    op.create_index("ix_works_created_at", "works", ["created_at"])


def downgrade() -> None:
    op.drop_table("works")
