"""`file:DIR`: one file per artifact, spread over 65,536 directories."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from backends.artifacts.names import checked
from backends.settings import Settings
from backends.urls import directory
from credential.errors import Unavailable

_AWAY = "The store of documents is away; try again later."


class FileArtifacts:
    """Implements the port Artifacts. A file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        """Take the directory, made on first use."""
        self._root = root

    async def get(self, name: str) -> bytes | None:
        """Return the bytes, None where absent. Raises Unavailable."""
        return await asyncio.to_thread(_read, self._path(name))

    async def put(self, name: str, data: bytes) -> None:
        """Store the bytes; storing again replaces. Raises Unavailable."""
        await asyncio.to_thread(_write, self._path(name), data)

    async def delete(self, name: str) -> None:
        """Remove; absent is no fault. Raises Unavailable."""
        await asyncio.to_thread(_remove, self._path(name))

    def _path(self, name: str) -> Path:
        digits = checked(name)
        return self._root / digits[:2] / digits[2:4] / digits


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        raise Unavailable(_AWAY) from None


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise Unavailable(_AWAY) from None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        raise Unavailable(_AWAY) from None


@asynccontextmanager
async def open_files(settings: Settings) -> AsyncIterator[FileArtifacts]:
    """Open the directory of `file:DIR`. Raises ConfigurationError where it names none."""
    yield FileArtifacts(directory(settings.artifacts_url, "PRAMAAN_ARTIFACTS_URL"))
