"""The registry: a scheme of another package, and messages for schemes that nobody has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from backends import registry
from backends.artifacts.memory import MemoryArtifacts
from backends.queues.jobs import JobQueue
from backends.settings import Settings
from credential.errors import ConfigurationError


@asynccontextmanager
async def open_elsewhere(_settings: Settings) -> AsyncIterator[MemoryArtifacts]:
    """Stand for what another package brings."""
    yield MemoryArtifacts()


def settings(tmp_path: Path, **more: str) -> Settings:
    return Settings.from_environment(
        {"PRAMAAN_DATA_DIR": str(tmp_path), **{f"PRAMAAN_{name}": value for name, value in more.items()}}
    )


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package that brings `elsewhere:` to the artifacts."""
    point = EntryPoint("elsewhere", f"{__name__}:open_elsewhere", "pramaan.artifacts")
    monkeypatch.setattr(EntryPoint, "load", lambda _: open_elsewhere)
    monkeypatch.setattr(registry, "entry_points", lambda *, group: EntryPoints([point]).select(group=group))


async def test_another_package_adds_a_scheme(tmp_path: Path, elsewhere: None) -> None:
    async with registry.open_artifacts(settings(tmp_path, ARTIFACTS_URL="elsewhere:bucket")) as opened:
        await opened.put("ab" * 32, b"one")
        assert await opened.get("ab" * 32) == b"one"


def test_its_scheme_is_told_beside_ours(tmp_path: Path, elsewhere: None) -> None:
    with pytest.raises(ConfigurationError, match="elsewhere:, file:, memory:, s3:"):
        registry.open_artifacts(settings(tmp_path, ARTIFACTS_URL="nowhere:bucket"))


@pytest.mark.parametrize(
    ("open_it", "variable", "known"),
    [
        (registry.open_store, "STORE_URL", "postgresql[+]asyncpg:, sqlite[+]aiosqlite:"),
        (registry.open_signer, "SIGNER_URL", "development:, file:"),
        (registry.open_queue, "QUEUE_URL", "inprocess:, redis:, rediss:, unix:"),
        (registry.open_artifacts, "ARTIFACTS_URL", "file:, memory:, s3:"),
    ],
)
def test_an_unknown_scheme_names_variable_and_choices(
    tmp_path: Path, open_it: registry.Opener[object], variable: str, known: str
) -> None:
    for url in ("nowhere:", "file", "no scheme at all"):
        with pytest.raises(ConfigurationError, match=f"PRAMAAN_{variable} must begin with one of {known}"):
            open_it(settings(tmp_path, **{variable: url}))


async def test_the_store_opens_with_the_settings_keys(tmp_path: Path) -> None:
    async with registry.open_store(settings(tmp_path)) as store:
        assert await store.backlog() == 0
    assert (tmp_path / "pramaan.db").exists()


async def test_a_scheme_is_read_whatever_its_case(tmp_path: Path) -> None:
    async with registry.open_queue(settings(tmp_path, QUEUE_URL="InProcess:")) as queue:
        assert isinstance(queue, JobQueue)
