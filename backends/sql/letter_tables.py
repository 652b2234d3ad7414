"""The table of letters, sealed under the person's key until they are sent."""

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import required
from backends.sql.tables import metadata
from backends.sql.types import Moment

letters = Table(
    "letters",
    metadata,
    required("id", Text),
    required("shard", SmallInteger),
    required("beneficiary", LargeBinary),
    required("sealed", LargeBinary),
    required("attempts", SmallInteger),
    required("send_at", Moment),
    PrimaryKeyConstraint("id"),
)
Index("ix_letters_send_at", letters.c.send_at)
