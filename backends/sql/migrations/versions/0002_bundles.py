"""Bundles of documents, and which facility a certificate is of, so that its certificates are found.

Certificates stored before are of no facility here: a bundle of them is ordered by their ids.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificates", sa.Column("facility", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_certificates_facility",
        "certificates",
        ["facility", "issued_at"],
        unique=False,
        postgresql_where=sa.text("status = 'ISSUED'"),
        sqlite_where=sa.text("status = 'ISSUED'"),
    )
    op.create_table(
        "bundles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("visible_client", sa.Text(), nullable=True),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
    )
    op.create_index("ix_bundles_created_at", "bundles", ["created_at"], unique=False)
    _bundle_parts()


def downgrade() -> None:
    op.drop_table("bundle_parts")
    op.drop_table("bundles")
    op.drop_index("ix_certificates_facility", "certificates")
    op.drop_column("certificates", "facility")


def _bundle_parts() -> None:
    op.create_table(
        "bundle_parts",
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("available_at", Moment(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bundle", "number", name=op.f("pk_bundle_parts")),
    )
    op.create_index(
        "ix_bundle_parts_available_at",
        "bundle_parts",
        ["available_at"],
        unique=False,
        postgresql_where=sa.text("available_at IS NOT NULL"),
        sqlite_where=sa.text("available_at IS NOT NULL"),
    )
