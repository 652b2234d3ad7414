"""A whole house for each flow test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
