"""The table of long work: what was asked and what came of it are sealed, where it stands is not."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import one_of, required, where
from backends.sql.tables import metadata
from backends.sql.types import Moment
from credential.ports import WorkKind

works = Table(
    "works",
    metadata,
    required("id", Text),  # that of its job
    required("kind", Text),
    required("client_id", Text),
    required("key_id", Text),
    required("wrapped", LargeBinary),  # the key of what is sealed
    required("asked", LargeBinary),  # sealed: caller and order
    required("cursor", LargeBinary),
    Column("result", LargeBinary),  # sealed
    Column("subject", LargeBinary),
    required("awaiting", Boolean),  # another client's approval
    Column("approved_by", Text),
    required("total", BigInteger),
    required("done", BigInteger),
    required("failed", BigInteger),
    required("attempts", SmallInteger),  # how often the step at the cursor was begun
    required("turn", BigInteger),  # goes on with every lease and step: who holds the newest holds the work
    Column("available_at", Moment),  # NULL = not due: it waits for approval, is finished or FAILED
    Column("fault", Text),  # of the last attempt
    required("created_at", Moment),
    Column("finished_at", Moment),
    PrimaryKeyConstraint("id"),
    one_of("kind", WorkKind),
)
Index("uq_works_subject", works.c.kind, works.c.subject, unique=True)
Index("ix_works_available_at", works.c.available_at, **where("available_at IS NOT NULL"))
Index("ix_works_created_at", works.c.created_at)
