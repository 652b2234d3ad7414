"""The trust list: keys of other issuers.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trusted_keys",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("verification_method", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("active_from", Moment(), nullable=True),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("added_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "id", name=op.f("pk_trusted_keys")),
    )


def downgrade() -> None:
    op.drop_table("trusted_keys")
