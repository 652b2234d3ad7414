"""Imports: pages, rows and what became of them.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.columns import where

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_pages",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("job", "number", name=op.f("pk_import_pages")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_rows",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("certificate_shard", sa.SmallInteger(), nullable=True),
        sa.Column("certificate_id", sa.Text(), nullable=True),
        sa.Column("fault", sa.LargeBinary(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("job", "number", name=op.f("pk_import_rows")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_rows_failed", "import_rows", ["job", "number"], **where("fault IS NOT NULL"))


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("import_pages")
