"""`memory:`: artifacts that go with the process, for trying things out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from backends.artifacts.names import checked
from backends.settings import Settings
from credential.errors import ConfigurationError

log = structlog.get_logger(__name__)


class MemoryArtifacts:
    """Implements the port Artifacts in a dictionary."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes | None:
        """Return the bytes, None where absent."""
        return self._kept.get(checked(name))

    async def put(self, name: str, data: bytes) -> None:
        """Store the bytes; storing again replaces."""
        self._kept[checked(name)] = data

    async def delete(self, name: str) -> None:
        """Remove; absent is no fault."""
        self._kept.pop(checked(name), None)


@asynccontextmanager
async def open_memory(settings: Settings) -> AsyncIterator[MemoryArtifacts]:
    """Open an empty store; only processes that share this one see what it holds.

    Raises ConfigurationError in production.
    """
    if settings.production:
        raise ConfigurationError("PRAMAAN_ARTIFACTS_URL is memory:, which production refuses; set it to file:DIR.")
    log.warning("documents are kept in memory only and go with this process")
    yield MemoryArtifacts()
