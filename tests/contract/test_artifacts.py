"""One suite for every artifact store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backends.registry import open_artifacts
from backends.settings import Settings
from credential.errors import ConfigurationError, Unavailable
from credential.ports import Artifacts

NAME = "ab" * 32
OTHER = "cd" * 32


def settings(tmp_path: Path, url: str) -> Settings:
    return Settings.from_environment({"PRAMAAN_DATA_DIR": str(tmp_path), "PRAMAAN_ARTIFACTS_URL": url})


@pytest.fixture(params=["file:{}/documents", "file://{}/documents", "memory:"])
async def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Artifacts]:
    async with open_artifacts(settings(tmp_path, request.param.format(tmp_path))) as store:
        yield store


async def test_what_is_put_is_got(artifacts: Artifacts) -> None:
    assert await artifacts.get(NAME) is None
    await artifacts.put(NAME, b"\x00one")
    await artifacts.put(OTHER, b"")
    assert (await artifacts.get(NAME), await artifacts.get(OTHER)) == (b"\x00one", b"")


async def test_putting_again_replaces(artifacts: Artifacts) -> None:
    await artifacts.put(NAME, b"one")
    await artifacts.put(NAME, b"two")
    assert await artifacts.get(NAME) == b"two"


async def test_deleting_is_for_good_and_absent_is_no_fault(artifacts: Artifacts) -> None:
    await artifacts.put(NAME, b"one")
    await artifacts.delete(NAME)
    await artifacts.delete(NAME)
    assert await artifacts.get(NAME) is None


@pytest.mark.parametrize(
    "name", ["", "../" * 20 + "etc", "AB" * 32, "ab" * 31, "ab" * 33, "ab" * 31 + "/a", NAME + "\n"]
)
async def test_only_keyed_hashes_are_names(artifacts: Artifacts, name: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        await artifacts.put(name, b"")
    with pytest.raises(ValueError, match="64 hexadecimal"):
        await artifacts.get(name)
    with pytest.raises(ValueError, match="64 hexadecimal"):
        await artifacts.delete(name)


async def test_files_outlive_the_process_and_leave_no_drafts(tmp_path: Path) -> None:
    chosen = settings(tmp_path, f"file:{tmp_path}/documents")
    async with open_artifacts(chosen) as first:
        await first.put(NAME, b"one")
        await first.put(NAME, b"two")
    async with open_artifacts(chosen) as second:
        assert await second.get(NAME) == b"two"
    files = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert files == [tmp_path / "documents" / "ab" / "ab" / NAME]
    assert files[0].stat().st_mode & 0o077 == 0


async def test_a_directory_that_cannot_be_used_is_away(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("in the way")
    async with open_artifacts(settings(tmp_path, f"file:{tmp_path}/documents")) as store:
        for attempt in (store.get(NAME), store.put(NAME, b""), store.delete(NAME)):
            with pytest.raises(Unavailable):
                await attempt


def test_an_unknown_scheme_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_ARTIFACTS_URL must begin with one of file:, memory:"):
        open_artifacts(settings(tmp_path, "s3://bucket"))


async def test_file_without_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="names no directory"):
        async with open_artifacts(settings(tmp_path, "file:")):
            pass
