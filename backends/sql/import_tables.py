"""Tables of imports: pages with their place in the file, and rows with what became of them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from backends.sql.columns import required, where
from backends.sql.tables import BY_KEY, metadata

import_pages = Table(
    "import_pages",
    metadata,
    required("job", Text),
    required("number", Integer),
    required("offset", BigInteger),  # of the first row in the source: bytes, rows and lines before it
    required("before", BigInteger),
    required("lines", BigInteger),
    required("first", BigInteger),  # its number
    required("rows", Integer),
    Column("root", LargeBinary),  # over the outcomes of its rows, once none is pending
    PrimaryKeyConstraint("job", "number"),
    **BY_KEY,
)

import_rows = Table(
    "import_rows",
    metadata,
    required("job", Text),
    required("number", BigInteger),
    required("line", BigInteger),
    Column("certificate_shard", SmallInteger),
    Column("certificate_id", Text),
    Column("fault", LargeBinary),
    Column("data", LargeBinary),  # sealed: the row's text, where there is a fault
    PrimaryKeyConstraint("job", "number"),
    **BY_KEY,
)
Index("ix_import_rows_failed", import_rows.c.job, import_rows.c.number, **where("fault IS NOT NULL"))
