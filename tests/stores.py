"""Empty SQLite stores of this release's schema: migrated once in a process, then copied as often as one is needed."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from backends.sql.migrating import migrate


def sqlite_store(directory: Path) -> str:
    """Put an empty store into a directory that has none; return the address of the directory's store."""
    path = directory / "store.db"
    if not path.exists():
        path.write_bytes(_migrated())
    return _address(path)


def _address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory(prefix="pramaan-store-") as directory, ThreadPoolExecutor(1) as apart:
        path = Path(directory) / "store.db"
        apart.submit(lambda: asyncio.run(migrate(_address(path)))).result()  # the caller may have a loop of its own
        return path.read_bytes()
