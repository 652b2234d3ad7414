"""The table of the trust list."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text

from backends.sql.columns import required
from backends.sql.tables import metadata
from backends.sql.types import Moment

trusted_keys = Table(
    "trusted_keys",
    metadata,
    required("issuer", Text),
    required("id", Text),
    required("algorithm", Text),
    required("pem", Text),
    Column("verification_method", Text),  # NULL = whatever name proofs bear
    required("name", Text),
    required("country", Text),
    Column("active_from", Moment),
    Column("retired_at", Moment),
    required("added_at", Moment),
    PrimaryKeyConstraint("issuer", "id"),
)
