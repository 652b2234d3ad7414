"""Files of records that clients upload, with what became of each row.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=True),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_client_id_created_at", "uploads", ["client_id", "created_at"], unique=False)
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"], unique=False)
    op.create_table(
        "upload_rows",
        sa.Column("upload", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("certificate_shard", sa.SmallInteger(), nullable=True),
        sa.Column("certificate_id", sa.Text(), nullable=True),
        sa.Column("fault", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("upload", "number", name=op.f("pk_upload_rows")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("upload_rows")
    op.drop_table("uploads")
