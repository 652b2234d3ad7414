"""The table of acknowledgements: who is told what, without a word about the person. The body is built when sent."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import one_of, required
from backends.sql.tables import BY_SHARD, metadata
from backends.sql.types import Moment
from credential.acknowledgement import Became, DeliveryState

deliveries = Table(
    "deliveries",
    metadata,
    required("shard", SmallInteger),
    required("id", Text),
    required("beneficiary", LargeBinary),
    required("sequence", BigInteger),  # the beneficiary's own count
    required("certificate_id", Text),
    required("became", Text),
    required("reason", Text),
    required("at", Moment),
    required("state", Text),
    required("attempts", SmallInteger),
    required("available_at", Moment),  # when it is due; when it ended, once it is not WAITING
    Column("fault", Text),  # of the last attempt
    PrimaryKeyConstraint("shard", "id"),
    one_of("became", Became),
    one_of("state", DeliveryState),
    **BY_SHARD,
)
Index("uq_deliveries_sequence", deliveries.c.shard, deliveries.c.beneficiary, deliveries.c.sequence, unique=True)
Index("ix_deliveries_state_available_at", deliveries.c.state, deliveries.c.available_at)
