"""One suite for every artifact store."""

import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backends.registry import open_artifacts
from backends.settings import Settings
from credential.errors import ConfigurationError, Unavailable
from credential.ports import Artifacts
from tests.servers.s3 import BUCKET

NAME = "ab" * 32
OTHER = "cd" * 32


def settings(tmp_path: Path, url: str) -> Settings:
    return Settings.from_environment({"PRAMAAN_DATA_DIR": str(tmp_path), "PRAMAAN_ARTIFACTS_URL": url})


@pytest.fixture(params=["file:{}/documents", "file://{}/documents", "memory:", "s3"])
async def artifacts(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Artifacts]:
    url = request.param.format(tmp_path)
    if url == "s3":
        url = bucket(request.getfixturevalue("s3_endpoint"), monkeypatch, tmp_path.name)
    async with open_artifacts(settings(tmp_path, url)) as store:
        yield store


def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, prefix: str) -> str:
    """Return the address of a prefix in the bucket, with the keys that any client needs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sample")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sample")
    return f"s3://{BUCKET}/{prefix}?endpoint={endpoint}&region=ap-south-1"


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
    with pytest.raises(ConfigurationError, match="PRAMAAN_ARTIFACTS_URL must begin with one of file:, memory:, s3:"):
        open_artifacts(settings(tmp_path, "gs://bucket"))


async def test_file_without_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="names no directory"):
        async with open_artifacts(settings(tmp_path, "file:")):
            pass


async def test_objects_outlive_the_connection_and_prefixes_part_them(
    tmp_path: Path, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = secrets.token_bytes(12 * 1024 * 1024)
    one, other = (settings(tmp_path, bucket(s3_endpoint, monkeypatch, f"{tmp_path.name}/{part}")) for part in "ab")
    async with open_artifacts(one) as first:
        await first.put(NAME, large)
    async with open_artifacts(one) as again, open_artifacts(other) as apart:
        assert await again.get(NAME) == large
        assert await apart.get(NAME) is None


async def test_a_bucket_that_is_not_there_is_away(
    tmp_path: Path, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = bucket(s3_endpoint, monkeypatch, "x")
    async with open_artifacts(settings(tmp_path, url.replace(BUCKET, "no-such-bucket"))) as store:
        with pytest.raises(Unavailable):
            await store.put(NAME, b"one")
    async with open_artifacts(settings(tmp_path, bucket("http://127.0.0.1:1", monkeypatch, "x"))) as store:
        for attempt in (store.get(NAME), store.put(NAME, b"one"), store.delete(NAME)):
            with pytest.raises(Unavailable):
                await attempt


@pytest.mark.parametrize(
    "url",
    [
        "s3:",
        "s3://",
        "s3:///prefix",
        "s3://user:password@bucket/prefix",
        "s3://bucket/prefix?endpoint=ftp://x",
        "s3://bucket/prefix?region=",
        "s3://bucket/prefix?secret=x",
        "s3://bucket/p?region=a&region=b",
    ],
)
async def test_a_wrong_address_of_a_bucket_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_ARTIFACTS_URL must be s3://BUCKET/PREFIX"):
        async with open_artifacts(settings(tmp_path, url)):
            pass


async def test_without_the_extra_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'pramaan\[s3\]'"):
        async with open_artifacts(settings(tmp_path, "s3://bucket/prefix")):
            pass


def test_the_sdk_is_not_imported_for_other_schemes() -> None:
    program = "import sys, backends.registry; sys.exit('obstore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
