"""Correction requests of holders.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction_requests",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('OPEN', 'ACCEPTED', 'REFUSED')", name=op.f("ck_correction_requests_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_requests")),
    )
    op.create_index("ix_correction_requests_person", "correction_requests", ["shard", "beneficiary"])
    op.create_index("ix_correction_requests_state", "correction_requests", ["state", "created_at"])


def downgrade() -> None:
    op.drop_table("correction_requests")
