"""The tables of uploaded files: what is known of them; their bytes are artifacts."""

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from backends.sql.columns import required, where
from backends.sql.tables import metadata
from backends.sql.types import Moment

files = Table(
    "files",
    metadata,
    required("id", Text),
    required("client_id", Text),
    required("key_id", Text),
    required("wrapped", LargeBinary),  # the key of the name
    required("name", LargeBinary),  # sealed
    required("size", BigInteger),
    required("sha256", LargeBinary),
    required("chunk_size", Integer),
    required("complete", Boolean),  # all bytes are there and their digest fits
    required("created_at", Moment),
    PrimaryKeyConstraint("id"),
)
Index("ix_files_created_at", files.c.created_at)

file_chunks = Table(
    "file_chunks",
    metadata,
    required("file", Text),
    required("number", Integer),
    required("sha256", LargeBinary),
    required("size", Integer),
    required("stored", Boolean),  # False = claimed: the bytes may be there
    PrimaryKeyConstraint("file", "number", "sha256"),
)
Index("uq_file_chunks_stored", file_chunks.c.file, file_chunks.c.number, unique=True, **where("stored"))
