"""Rollups without places, and figures that are settled once a day, week or month is over.

Revision ID: 0020
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.columns import one_of

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COARSE = ("state", "vaccine", "dose", "stage", "gender", "age_band", "kind", "channel", "format", "language")
PLACES = ("district", "facility")


KINDS = ("importRecords", "reconcile", "applyReconciliation", "undoReconciliation", "revokeByReach")


def upgrade() -> None:
    _allow((*KINDS, "exportStats"))
    _coarse_rollups()
    _closed_figures()
    for name in PLACES:
        op.create_index(f"ix_rollups_{name}", "rollups", [name, "day"])
        op.create_index(f"ix_closed_figures_{name}", "closed_figures", [name, "split", "bucket"])
    names = ", ".join(("day", "measure", *COARSE))
    op.execute(
        f"INSERT INTO coarse_rollups ({names}, value) SELECT {names}, sum(value) FROM rollups GROUP BY {names}"  # noqa: S608 - names of ours
    )


def downgrade() -> None:
    for name in PLACES:
        op.drop_index(f"ix_rollups_{name}", "rollups")
    op.drop_table("closed_figures")
    op.drop_table("coarse_rollups")
    op.execute("DELETE FROM works WHERE kind = 'exportStats'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("works") as works:
        works.drop_constraint(op.f("ck_works_kind"), type_="check")
        works.create_check_constraint(op.f("ck_works_kind"), one_of("kind", kinds).sqltext)


def _coarse_rollups() -> None:
    op.create_table(
        "coarse_rollups",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in COARSE),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "measure", *COARSE, name=op.f("pk_coarse_rollups")),
    )


def _closed_figures() -> None:
    op.create_table(
        "closed_figures",
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("split", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*PLACES, *COARSE[1:])),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("span IN ('DAY', 'WEEK', 'MONTH')", name=op.f("ck_closed_figures_span")),
        sa.PrimaryKeyConstraint("measure", "split", "span", "bucket", "number", name=op.f("pk_closed_figures")),
    )
