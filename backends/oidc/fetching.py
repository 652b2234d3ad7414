"""Fetching a provider's documents: bounded time, bounded answers, no redirects, no proxy."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
import msgspec

from backends.oidc_settings import OidcSettings
from credential.errors import Unavailable

SECONDS = 5.0
MAX_BYTES = 1024 * 1024
DISCOVERY = "/.well-known/openid-configuration"


class _Discovered(msgspec.Struct):
    """What is read of a discovery document (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    jwks_uri: str


class Provider:
    """A provider's documents. What is not there in time, or not as it should be, is Unavailable."""

    def __init__(self, http: httpx.AsyncClient, settings: OidcSettings, seconds: float = SECONDS) -> None:
        """Take a client that follows no redirects; `seconds` is the time for all of one look."""
        self._http = http
        self._settings = settings
        self._seconds = seconds

    async def jwks(self) -> bytes:
        """Return the key set as it came. Raises Unavailable."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._read(self._settings.jwks_url or await self._discovered())
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            raise Unavailable("The OpenID provider's keys cannot be had.") from None

    async def _discovered(self) -> str:
        """Return where the provider says that its keys are: at its own place alone. Raises ValueError."""
        issuer = self._settings.issuer
        found = msgspec.json.decode(await self._read(issuer.rstrip("/") + DISCOVERY), type=_Discovered)
        ours, theirs = urlsplit(issuer), urlsplit(found.jwks_uri)
        if found.issuer != issuer or (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise ValueError
        return found.jwks_uri

    async def _read(self, url: str) -> bytes:
        async with self._http.stream("GET", url) as response:
            if response.status_code != HTTPStatus.OK:
                raise ValueError
            parts, length = [], 0
            async for part in response.aiter_raw():
                parts.append(part)
                length += len(part)
                if length > MAX_BYTES:
                    raise ValueError
            return b"".join(parts)


@asynccontextmanager
async def open_provider(settings: OidcSettings) -> AsyncIterator[Provider]:
    """Open the way to a provider."""
    client = httpx.AsyncClient(
        verify=ssl.create_default_context(),
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": "pramaan", "accept": "application/json", "accept-encoding": "identity"},
        timeout=SECONDS,
    )
    async with client:
        yield Provider(client, settings)
