"""The table of correction requests; what is wanted is sealed under the person's key."""

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import one_of, required
from backends.sql.tables import metadata
from backends.sql.types import Moment
from credential.ports.correcting import CorrectionState

correction_requests = Table(
    "correction_requests",
    metadata,
    required("shard", SmallInteger),
    required("id", Text),
    required("beneficiary", LargeBinary),
    required("programme", Text),
    required("certificate_id", Text),
    required("state", Text),
    required("created_at", Moment),
    Column("decided_at", Moment),
    required("sealed", LargeBinary),
    PrimaryKeyConstraint("id"),
    one_of("state", CorrectionState),
)
Index("ix_correction_requests_person", correction_requests.c.shard, correction_requests.c.beneficiary)
Index("ix_correction_requests_state", correction_requests.c.state, correction_requests.c.created_at)
