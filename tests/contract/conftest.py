"""Fixtures of the store's contract suite: every test runs on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from backends.sql.database import Database
from backends.sql.migrating import migrate
from backends.sql.store import SqlStore, open_store
from tests.contract.store_samples import KEYS
from tests.servers.postgresql import PostgreSQL
from tests.stores import sqlite_store


@pytest.fixture(scope="session")
def migrated(postgres: PostgreSQL) -> Iterator[str]:
    """Return the address of a migrated database, one per session: copying its 513 tables takes longer than a test."""
    name = postgres.create()
    asyncio.run(migrate(postgres.url(name)))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store, nobody else's while the test runs."""
    if request.param == "sqlite":
        return sqlite_store(tmp_path)
    url: str = request.getfixturevalue("migrated")
    asyncio.run(_emptied(url))
    return url


_EMPTY = """
DO $$ DECLARE found regclass; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR found IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
    EXECUTE format('DELETE FROM %s', found);
  END LOOP;
END $$"""
"""Removes all rows, those too that triggers protect; most of the partitions never had any."""


async def _emptied(url: str) -> None:
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text(_EMPTY))
    await database.close()


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    """Open the store."""
    async with open_store(store_url, KEYS) as opened:
        yield opened
