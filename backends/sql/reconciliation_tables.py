"""Tables of reconciliations. Findings hold personal data and are sealed under a data key of the report's own."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from backends.sql.columns import required
from backends.sql.tables import BY_KEY, metadata
from backends.sql.types import Moment

reconciliations = Table(
    "reconciliations",
    metadata,
    required("id", Text),  # that of its job
    required("client_id", Text),
    required("key_id", Text),
    required("wrapped", LargeBinary),  # the key of its findings
    Column("digest", Text),  # NULL until it is finished, as what follows
    Column("signature", Text),
    Column("counts", Text),  # JSON: how many findings of each kind
    required("created_at", Moment),
    Column("finished_at", Moment),
    Column("apply_job", Text),
    Column("undo_job", Text),
    PrimaryKeyConstraint("id"),
)
Index("ix_reconciliations_digest", reconciliations.c.digest, reconciliations.c.finished_at)
Index("ix_reconciliations_created_at", reconciliations.c.created_at)

findings = Table(
    "findings",
    metadata,
    required("report", Text),
    required("kind", SmallInteger),  # its place in FindingKind
    required("number", BigInteger),
    Column("shard", SmallInteger),  # of the person; NULL where the row does not tell whom it is about
    required("data", LargeBinary),  # sealed
    Column("result", Text),  # of applying, NULL = not yet
    Column("made_id", Text),  # the version that applying made
    Column("undone", Text),  # result of undoing, NULL = not yet
    PrimaryKeyConstraint("report", "kind", "number"),
    **BY_KEY,
)

finding_pages = Table(
    "finding_pages",
    metadata,
    required("report", Text),
    required("page", BigInteger),
    PrimaryKeyConstraint("report", "page"),
    **BY_KEY,
)

source_doses = Table(
    "source_doses",
    metadata,
    required("report", Text),
    required("shard", SmallInteger),
    required("beneficiary", LargeBinary),  # keyed hash
    required("programme", Text),
    required("dose", SmallInteger),
    required("row", BigInteger),  # of the source, that named it first
    required("content", LargeBinary),  # keyed hash of what it says
    required("whole", Boolean),
    required("twice", Boolean),
    PrimaryKeyConstraint("report", "shard", "beneficiary", "programme", "dose"),
    **BY_KEY,
)
