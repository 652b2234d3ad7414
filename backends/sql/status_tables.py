"""Tables of the status lists. They name no person, no certificate and no shard: one list mixes them all."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from backends.sql.columns import one_of, required
from backends.sql.tables import metadata
from backends.sql.types import Moment
from credential.status.positions import ListPurpose

status_marks = Table(
    "status_marks",
    metadata,
    required("name", Text),  # positions: the next to hand out; feed: the last entry that the lists have
    required("value", BigInteger),
    PrimaryKeyConstraint("name"),
)

status_lists = Table(
    "status_lists",
    metadata,
    required("purpose", Text),
    required("number", Integer),
    required("sequence", BigInteger),  # that of the bits
    required("bits", LargeBinary),
    required("due_at", Moment),  # when to sign it next
    required("published", BigInteger),  # sequence of the credential; 0 = never signed
    Column("credential", Text),
    Column("valid_until", Moment),
    Column("key_id", Text),
    PrimaryKeyConstraint("purpose", "number"),
    one_of("purpose", ListPurpose),
    CheckConstraint("published <= sequence", name="sequences"),
)
Index("ix_status_lists_due_at", status_lists.c.due_at)

status_deltas = Table(
    "status_deltas",
    metadata,
    required("purpose", Text),
    required("number", Integer),
    required("from_sequence", BigInteger),
    required("credential", Text),
    PrimaryKeyConstraint("purpose", "number", "from_sequence"),
)
