"""Batch, vaccine and vaccinator of certificates as keyed hashes, so that all of one are found and revoked.

Certificates stored before are read by workers page by page: their records are sealed, and no statement can do it.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = ("batch", "vaccine", "vaccinator")
INDEXES = {"ix_certificates_batch": "batch", "ix_certificates_of_facility": "facility"}


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("certificates", sa.Column(name, sa.LargeBinary(), nullable=True))
    for index, column in INDEXES.items():
        op.create_index(index, "certificates", [column, "shard", "id"])


def downgrade() -> None:
    for index in INDEXES:
        op.drop_index(index, "certificates")
    for name in COLUMNS:
        op.drop_column("certificates", name)
