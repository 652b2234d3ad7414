"""One-time codes of holders, and who wants no messages.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.types import Moment

revision = "0009"
down_revision = "0005"
branch_labels = None
depends_on = None

UNSENT = sa.text("send_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent", sa.SmallInteger(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("send_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_one_time_codes")),
    )
    op.create_index(
        "ix_one_time_codes_send_at", "one_time_codes", ["send_at"], postgresql_where=UNSENT, sqlite_where=UNSENT
    )
    op.create_table(
        "code_requests",
        sa.Column("requester", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("requester", "day", "contact", name=op.f("pk_code_requests")),
    )
    op.create_table(
        "notice_optouts",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "beneficiary", name=op.f("pk_notice_optouts")),
    )


def downgrade() -> None:
    op.drop_table("notice_optouts")
    op.drop_table("code_requests")
    op.drop_table("one_time_codes")
