"""Looking behind the store, and cutting it off."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from backends.sql.store import SqlStore


class Crash(BaseException):
    """The process dies here."""


@contextmanager
def crash_at(store: SqlStore, *, commit: int) -> Iterator[None]:
    """Die instead of the n-th commit."""
    engine = store._database._engine.sync_engine
    commits = 0

    def die(_connection: object) -> None:
        nonlocal commits
        commits += 1
        if commits == commit:
            raise Crash

    event.listen(engine, "commit", die)
    try:
        yield
    finally:
        event.remove(engine, "commit", die)


async def rows(store: SqlStore, statement: str) -> list[Any]:
    """Return what a statement in SQL gives."""
    async with store._database.read() as connection:
        return list(await connection.execute(text(statement)))


async def count(store: SqlStore, table: str) -> int:
    """Return how many rows a table (and condition) has."""
    [(number,)] = await rows(store, f"SELECT count(*) FROM {table}")  # noqa: S608 - the test's own text
    return int(number)


async def execute(store: SqlStore, statement: str) -> None:
    """Run a statement and commit."""
    async with store._database.write() as connection:
        await connection.execute(text(statement))
