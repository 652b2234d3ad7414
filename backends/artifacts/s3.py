"""`s3://BUCKET/PREFIX?endpoint=https://...&region=...`: objects in S3 or in a store that speaks its API.

Access keys come from where Amazon's own tools find them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a web identity,
or the machine's role. Needs the extra `pramaan[s3]`, imported only here, when this scheme is used.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from backends.artifacts.names import checked
from backends.settings import Settings
from credential.errors import ConfigurationError, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store

DEFAULT_REGION = "us-east-1"
TIMEOUT = timedelta(seconds=10)
RETRIES = 2
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_WRONG = (
    "PRAMAAN_ARTIFACTS_URL must be s3://BUCKET/PREFIX, with ?endpoint=https://...&region=... where it is not Amazon's."
)


class S3Artifacts:
    """Implements the port Artifacts. An object appears whole or not at all."""

    def __init__(self, store: "S3Store", fault: type[Exception]) -> None:
        """Take the store, which keeps its connections open, and the base of what it raises."""
        self._store = store
        self._faults = (fault, OSError)

    async def get(self, name: str) -> bytes | None:
        """Return the bytes, None where absent. Raises Unavailable."""
        path = checked(name)
        with self._translated(), suppress(FileNotFoundError):
            found = await self._store.get_async(path)
            return bytes(await found.bytes_async())
        return None

    async def put(self, name: str, data: bytes) -> None:
        """Store the bytes; storing again replaces. Raises Unavailable."""
        path = checked(name)
        with self._translated():
            await self._store.put_async(path, data, use_multipart=False)

    async def delete(self, name: str) -> None:
        """Remove; absent is no fault. Raises Unavailable."""
        path = checked(name)
        with self._translated(), suppress(FileNotFoundError):
            await self._store.delete_async(path)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the SDK's errors into ours."""
        try:
            yield
        except self._faults:
            raise Unavailable("The store of documents is away; try again later.") from None


@asynccontextmanager
async def open_s3(settings: Settings) -> AsyncIterator[S3Artifacts]:
    """Open the bucket. Raises ConfigurationError for a wrong address, or without the extra."""
    try:
        from obstore.exceptions import BaseError  # noqa: PLC0415 - an optional SDK
        from obstore.store import S3Store  # noqa: PLC0415 - an optional SDK
    except ImportError:
        raise ConfigurationError(
            "PRAMAAN_ARTIFACTS_URL is s3:, which needs an extra: pip install 'pramaan[s3]'."
        ) from None
    bucket, prefix, config = _parsed(settings.artifacts_url)
    yield S3Artifacts(
        S3Store(
            bucket,
            prefix=prefix or None,
            config=config,
            client_options={"timeout": TIMEOUT, "allow_http": config.get("endpoint", "").startswith("http://")},
            retry_config={"max_retries": RETRIES, "retry_timeout": TIMEOUT},
        ),
        BaseError,
    )


def _parsed(url: str) -> tuple[str, str, "S3Config"]:
    """Return bucket, prefix and the SDK's configuration. Raises ConfigurationError."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(given)
    endpoint = options.get("endpoint", "https://")
    known = options.keys() <= {"endpoint", "region"} and len(given) == len(options) and all(options.values())
    if not known or not _BUCKET.fullmatch(parts.netloc) or not endpoint.startswith(("http://", "https://")):
        raise ConfigurationError(_WRONG)
    config: S3Config = {"region": options.get("region", DEFAULT_REGION)}
    if "endpoint" in options:
        config["endpoint"] = endpoint
    return parts.netloc, parts.path.strip("/"), config
