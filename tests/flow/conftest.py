"""A whole house for each flow test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.flow.house import House, house


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of development keys and secrets, made once."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
async def home(tmp_path: Path, signing_keys: Path) -> AsyncIterator[House]:
    """Open a house."""
    async with house(tmp_path, signing_keys) as opened:
        yield opened


@pytest.fixture(autouse=True)
def log_as_usual() -> Iterator[None]:
    """Undo what a command or a test did to the log."""
    yield
    structlog.reset_defaults()
