"""Serve a gateway on an empty store, without a worker, on a free loopback port."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from backends.registry import open_store
from backends.settings import Settings
from credential.access import Scope
from credential.ports import Client
from gateway.app import create_app
from tests.servers.http import served


@contextmanager
def gateway(directory: Path) -> Iterator[tuple[str, str]]:
    """Give the base URL, and a key that may do everything."""
    settings = Settings.from_environment({"PRAMAAN_DATA_DIR": str(directory)})
    key = secrets.token_urlsafe(24)
    asyncio.run(_with_client(settings, key))
    with served(create_app(settings)) as address:
        yield address, key


async def _with_client(settings: Settings, key: str) -> None:
    client = Client("sample", "Sample", frozenset(Scope), None, "", datetime.now(UTC), None, None)
    async with open_store(settings) as store:
        await store.create(client, key)
