"""Status lists: positions of certificates, the lists, and the deltas between their sequences.

Certificates from before have no position and stay as they are.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0004"
down_revision = "0007"
branch_labels = None
depends_on = None

PLACED = ("certificates", "revocation_feed")
POSITION = ("status_list", "status_index")


def upgrade() -> None:
    for table in PLACED:
        for name in POSITION:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
    op.create_index("ix_revocations_at", "revocations", ["at"], unique=False)
    op.create_table(
        "status_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_status_marks")),
    )
    _status_lists()
    op.create_table(
        "status_deltas",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_sequence", sa.BigInteger(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "number", "from_sequence", name=op.f("pk_status_deltas")),
    )


def downgrade() -> None:
    op.drop_table("status_deltas")
    op.drop_table("status_lists")
    op.drop_table("status_marks")
    op.drop_index("ix_revocations_at", "revocations")
    for table in PLACED:
        for name in POSITION:
            op.drop_column(table, name)


def _status_lists() -> None:
    op.create_table(
        "status_lists",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("valid_until", Moment(), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.CheckConstraint("purpose IN ('revocation', 'refresh')", name=op.f("ck_status_lists_purpose")),
        sa.CheckConstraint("published <= sequence", name=op.f("ck_status_lists_sequences")),
        sa.PrimaryKeyConstraint("purpose", "number", name=op.f("pk_status_lists")),
    )
    op.create_index("ix_status_lists_due_at", "status_lists", ["due_at"], unique=False)
