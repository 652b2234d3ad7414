"""Tables of partner apps: reads per day, and trusted documents."""

from sqlalchemy import BigInteger, Date, PrimaryKeyConstraint, Table, Text

from backends.sql.columns import required
from backends.sql.tables import metadata
from backends.sql.types import Moment

client_reads = Table(
    "client_reads",
    metadata,
    required("client_id", Text),
    required("day", Date),
    required("reads", BigInteger),
    PrimaryKeyConstraint("client_id", "day"),
)

trusted_documents = Table(
    "trusted_documents",
    metadata,
    required("sha256", Text),
    required("text", Text),
    required("name", Text),
    required("added_at", Moment),
    PrimaryKeyConstraint("sha256"),
)
