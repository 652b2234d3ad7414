"""Fetching a provider's documents: bounded time, bounded answers, no redirects, no proxy."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import msgspec

from backends.oidc_settings import OidcSettings
from credential.errors import Unavailable

SECONDS = 5.0
MAX_BYTES = 1024 * 1024
DISCOVERY = "/.well-known/openid-configuration"
_ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?(?=[/?]|$)")
"""Nothing in it can end a directive of a header."""


class _Discovered(msgspec.Struct):
    """What is read of a discovery document (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    jwks_uri: str
    token_endpoint: str = ""


class Provider:
    """A provider's documents. What is not there in time, or not as it should be, is Unavailable."""

    def __init__(self, http: httpx.AsyncClient, settings: OidcSettings, seconds: float = SECONDS) -> None:
        """Take a client that follows no redirects; `seconds` is the time for all of one look."""
        self._http = http
        self._settings = settings
        self._seconds = seconds

    async def jwks(self) -> bytes:
        """Return the key set as it came. Raises Unavailable."""
        async with self._in_time():
            return await self._read(self._settings.jwks_url or await self._keys_url())

    async def token_origin(self) -> str:
        """Return scheme, host and port at which the provider changes codes for tokens. Raises Unavailable."""
        async with self._in_time():
            return _origin((await self._discovered()).token_endpoint)

    async def _keys_url(self) -> str:
        """Return where the provider says that its keys are: at its own place alone. Raises ValueError."""
        address = (await self._discovered()).jwks_uri
        if _origin(address) != _origin(self._settings.issuer):
            raise ValueError
        return address

    async def _discovered(self) -> _Discovered:
        """Return what the provider says of itself. Raises ValueError where it is another."""
        issuer = self._settings.issuer
        found = msgspec.json.decode(await self._read(issuer.rstrip("/") + DISCOVERY), type=_Discovered)
        if found.issuer != issuer:
            raise ValueError
        return found

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            raise Unavailable("The OpenID provider's documents cannot be had.") from None

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


def _origin(address: str) -> str:
    """Return scheme, host and port of a web address. Raises ValueError for what is none."""
    found = _ORIGIN.match(address)
    if found is None:
        raise ValueError
    return found[0]


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
