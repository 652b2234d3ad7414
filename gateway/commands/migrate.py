"""Bring the store to this release's schema."""

from typing import Annotated

import typer
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from backends.settings import Settings
from backends.sql.database import Database
from backends.sql.migrating import migrate as move
from credential.errors import BadUserInput
from gateway.commands.deployment import run, settings
from gateway.commands.terminal import print_json, say


def migrate(
    *,
    to: Annotated[str, typer.Option(help="A revision, `head` (the newest), or `base` (an empty database).")] = "head",
    yes: Annotated[bool, typer.Option("--yes", help="Allow `--to base`, which deletes everything.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Bring the store that PRAMAAN_STORE_URL names to this release's schema.

    Run it once per release before the new gateways and workers start; one
    transaction does it all, and running it again changes nothing. SQLite is
    also migrated by `pramaan serve` itself, PostgreSQL never.

      pramaan migrate
    """
    if to == "base" and not yes:
        raise BadUserInput("--to base deletes every certificate; say --yes as well if that is wanted.", ("to",))
    before, after = run(_migrate(settings(), to))
    if json:
        print_json({"from": before, "to": after})
    elif before == after:
        say(f"The store already has revision {after}.")
    else:
        say(f"The store went from revision {before or 'none'} to {after or 'none'}.")


async def _migrate(chosen: Settings, to: str) -> tuple[str | None, str | None]:
    before = await _revision(chosen.store_url)
    try:
        await move(chosen.store_url, to)
    except CommandError:
        raise BadUserInput("There is no such revision; leave --to out for the newest.", ("to",)) from None
    return before, await _revision(chosen.store_url)


async def _revision(url: str) -> str | None:
    database = Database(url)
    try:
        async with database.read() as connection:
            return await connection.run_sync(_current)
    finally:
        await database.close()


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
