"""What commands need of the deployment that the environment describes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog

from backends.registry import Store, open_store
from backends.settings import Settings
from backends.sql.migrating import migrate

T = TypeVar("T")


def settings(*, public_url: str | None = None) -> Settings:
    """Return the settings of the environment, with development's default for PUBLIC_URL where it is known.

    Raises ConfigurationError with one line per wrong variable.
    """
    return Settings.from_environment(os.environ, public_url=public_url)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end. What it logs goes to stderr: stdout is the result's."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    return asyncio.run(work)


@asynccontextmanager
async def opened_store(chosen: Settings) -> AsyncIterator[Store]:
    """Open the store; SQLite is brought to the newest schema first, PostgreSQL never (contract, Running)."""
    if chosen.store_url.startswith("sqlite"):
        await migrate(chosen.store_url)
    async with open_store(chosen) as store:
        yield store
