"""Bringing a database to this release's schema, and seeing whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.database import Database
from credential.errors import ConfigurationError

LOCK = 0x7072616D61616E  # "pramaan": one migration at a time on PostgreSQL


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache
def _head() -> str:
    """Return this release's revision; finding it reads every migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision, up or down (`base` empties it), in one transaction."""
    database = Database(url)
    try:
        async with database.write() as connection:
            await migrate_connection(connection, revision)
    finally:
        await database.close()


async def migrate_connection(connection: AsyncConnection, revision: str = "head") -> None:
    """Do the same inside a writing transaction."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
    if revision != "head" or await connection.run_sync(_current) != _head():
        await connection.run_sync(_move, revision)


async def require_current(connection: AsyncConnection) -> None:
    """Raise ConfigurationError unless the database has this release's schema."""
    found = await connection.run_sync(_current)
    if found != _head():
        raise ConfigurationError(
            "PRAMAAN_STORE_URL: the database does not have this release's schema; run `pramaan migrate`."
        )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _move(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    here, wanted = _current(connection), _head() if revision == "head" else revision
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]  # newest first
    if wanted == "base" or (here in known and wanted in known and known.index(wanted) > known.index(here)):
        command.downgrade(config, wanted)
    else:
        command.upgrade(config, wanted)
