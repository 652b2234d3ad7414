"""Tables of holders: one-time codes, and who wants no messages. No number and no code in the clear."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import required, where
from backends.sql.tables import metadata
from backends.sql.types import Moment

one_time_codes = Table(
    "one_time_codes",
    metadata,
    required("contact", LargeBinary),  # keyed hash of the number
    required("id", Text),
    Column("code_hash", LargeBinary),  # NULL = none, or used
    required("expires_at", Moment),
    required("tries", SmallInteger),
    required("day", Date),
    required("sent", SmallInteger),  # on that day
    Column("key_id", Text),
    Column("wrapped", LargeBinary),
    Column("sealed", LargeBinary),  # number and code; NULL = sent
    Column("send_at", Moment),
    PrimaryKeyConstraint("contact"),
)
Index("ix_one_time_codes_send_at", one_time_codes.c.send_at, **where("send_at IS NOT NULL"))

code_requests = Table(
    "code_requests",
    metadata,
    required("requester", LargeBinary),  # keyed hash of address or client
    required("day", Date),
    required("contact", LargeBinary),
    required("number", Integer),
    PrimaryKeyConstraint("requester", "day", "contact"),
)

notice_optouts = Table(
    "notice_optouts",
    metadata,
    required("shard", SmallInteger),
    required("beneficiary", LargeBinary),
    PrimaryKeyConstraint("shard", "beneficiary"),
)
