"""Acknowledgements to the source system.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.migrations.rules_0001 import create_partitions
from backends.sql.types import Moment

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("available_at", Moment(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.CheckConstraint("became IN ('ISSUED', 'UPDATED', 'FAILED', 'REVOKED')", name=op.f("ck_deliveries_became")),
        sa.CheckConstraint("state IN ('WAITING', 'DELIVERED', 'DEAD')", name=op.f("ck_deliveries_state")),
        sa.PrimaryKeyConstraint("shard", "id", name=op.f("pk_deliveries")),
        postgresql_partition_by="RANGE (shard)",
    )
    op.create_index("uq_deliveries_sequence", "deliveries", ["shard", "beneficiary", "sequence"], unique=True)
    op.create_index("ix_deliveries_state_available_at", "deliveries", ["state", "available_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for statement in create_partitions("deliveries"):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("deliveries")
