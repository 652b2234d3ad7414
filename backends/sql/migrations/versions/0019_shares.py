"""Share links.

Revision ID: 0019
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("shard", "certificate_id", "id", name=op.f("pk_shares")),
    )
    op.create_index("ix_shares_ends_at", "shares", ["ends_at"])


def downgrade() -> None:
    op.drop_table("shares")
