"""How Alembic reaches the database: the connection of backends.sql.migrating, or `alembic -x url=... upgrade head`."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from backends.sql.database import Database
from backends.sql.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


async def _connect(url: str) -> None:
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(_run)
    await database.close()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(_connect(context.get_x_argument(as_dictionary=True)["url"]))
else:
    _run(given)
