"""The table of share links: which there are, without what they show."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import required
from backends.sql.tables import metadata
from backends.sql.types import Moment

shares = Table(
    "shares",
    metadata,
    required("shard", SmallInteger),
    required("certificate_id", Text),
    required("id", Text),
    required("ends_at", Moment),
    Column("closed_at", Moment),
    PrimaryKeyConstraint("shard", "certificate_id", "id"),
)
Index("ix_shares_ends_at", shares.c.ends_at)
