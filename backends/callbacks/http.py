"""The callback over HTTP: posts with bounded time, bounded answers, a token, and no address that is not allowed."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from itertools import cycle

import httpx

from backends.callback_settings import CallbackSettings
from backends.callbacks.resolving import Forbidden, Place, Resolver
from credential.acknowledgement import Message
from credential.ports import Answer

POOLS, CONNECTIONS = 10, 10
"""Ten pools of ten connections: each request looks at every connection of its pool."""

ANSWER_BYTES = 64 * 1024
TOKEN_BYTES = 8 * 1024
TOKEN_SECONDS = 600.0
SECONDS = 10.0
_FINAL = frozenset({400, 410, 413, 415, 422})
"""Answers after which the same message is of no use: the receiver read it and will not have it."""


class _Refused(Exception):  # noqa: N818 - named after what it says
    """What went wrong, in our own words."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    retry_after: timedelta | None


class HttpCallback:
    """Implements the port Callback."""

    def __init__(self, pools: Sequence[httpx.AsyncClient], settings: CallbackSettings, seconds: float) -> None:
        """Take clients that follow no redirects. `seconds`: how long one request may take from begin to end."""
        self._pools = cycle(pools)
        self._settings = settings
        self._seconds = seconds
        self._resolver = Resolver(settings.hosts)
        self._token: tuple[str, float] | None = None
        self._login: asyncio.Task[str] | None = None

    async def post(self, message: Message) -> Answer:
        """Post a message; a token that is refused is fetched anew, once."""
        try:
            token = await self._fresh_token()
            reply = await self._sent(message, token)
            if reply.status == HTTPStatus.UNAUTHORIZED and token is not None:
                reply = await self._sent(message, await self._fresh_token(refused=token))
        except _Refused as refusal:
            return Answer(str(refusal))
        if reply.status in range(200, 300):
            return Answer()
        if reply.status in range(300, 400):
            return Answer(f"The callback answered {reply.status}: redirects are not followed.")
        return Answer(f"The callback answered {reply.status}.", reply.status in _FINAL, reply.retry_after)

    def close(self) -> None:
        """Give up a login that nobody waits for any more."""
        if self._login is not None:
            self._login.cancel()

    async def _sent(self, message: Message, token: str | None) -> _Reply:
        headers = {**message.headers, **({} if token is None else {"authorization": token})}
        return await self._exchange("The callback", self._settings.url, message.body, headers, ANSWER_BYTES)

    async def _fresh_token(self, *, refused: str | None = None) -> str | None:
        """Return the token, None where no login is configured; another than the refused one. Raises _Refused."""
        if self._settings.login_url is None:
            return None
        if self._token is not None and self._token[1] > asyncio.get_running_loop().time() and self._token[0] != refused:
            return self._token[0]
        if self._login is None or self._login.done():
            self._login = asyncio.create_task(self._log_in(self._settings.login_url))
        # Whoever comes meanwhile shares what this one ends with, a failure too: nobody queues for one that hangs.
        return await asyncio.shield(self._login)

    async def _log_in(self, url: str) -> str:
        self._token = None
        token = await self._logged_in(url)
        self._token = token, asyncio.get_running_loop().time() + TOKEN_SECONDS
        return token

    async def _logged_in(self, url: str) -> str:
        body = httpx.Request("POST", url, json={"user_name": self._settings.login_key}).content
        headers = {"content-type": "application/json"}
        reply = await self._exchange("The login", url, body, headers, TOKEN_BYTES)
        if reply.status != HTTPStatus.OK:
            raise _Refused(f"The login answered {reply.status}.")
        token = reply.body.strip()
        if not token or not all(b"!"[0] <= byte <= b"~"[0] for byte in token):
            raise _Refused("The login answered something that is no token.")
        return token.decode()

    async def _exchange(self, who: str, url: str, body: bytes, headers: Mapping[str, str], limit: int) -> _Reply:
        """Post and read the whole answer. Raises _Refused, with no text but ours."""
        try:
            async with asyncio.timeout(self._seconds):
                place = await self._resolver.resolved(url)
                async with self._answered(place, body, headers) as response:
                    return _Reply(response.status_code, await _body(response, limit), _wish(response))
        except Forbidden:
            raise _Refused(f"{who}'s host has an address that PRAMAAN_ACK_HOSTS does not allow.") from None
        except TimeoutError:
            raise _Refused(f"{who} did not answer in time.") from None
        except (socket.gaierror, UnicodeError):
            raise _Refused(f"{who}'s host has no address.") from None
        except httpx.ConnectError as error:
            fault = "presents no certificate that is trusted" if _is_tls(error) else "cannot be reached"
            raise _Refused(f"{who} {fault}.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise _Refused(f"{who} broke off.") from None

    @asynccontextmanager
    async def _answered(self, place: Place, body: bytes, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        http = next(self._pools)
        named, extensions = {**headers, "host": place.authority}, {"sni_hostname": place.host}
        for url in place.urls:
            request = http.build_request("POST", url, content=body, headers=named, extensions=extensions)
            try:
                response = await http.send(request, stream=True)
                break
            except httpx.ConnectError:  # nothing was sent: the host's next address may be reached
                if url == place.urls[-1]:
                    raise
        try:
            yield response
        finally:
            await response.aclose()


@asynccontextmanager
async def open_http(
    settings: CallbackSettings, *, seconds: float = SECONDS, trusted: ssl.SSLContext | None = None
) -> AsyncIterator[HttpCallback]:
    """Open the callback. `trusted` is for receivers whose authority the machine does not know."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    context = trusted or ssl.create_default_context()
    async with AsyncExitStack() as stack:
        pools = [await stack.enter_async_context(_pool(context, limits)) for _ in range(POOLS)]
        callback = HttpCallback(pools, settings, seconds)
        stack.callback(callback.close)
        yield callback


def _pool(context: ssl.SSLContext, limits: httpx.Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=context,
        follow_redirects=False,
        trust_env=False,  # no proxy or .netrc of the environment: they would lead past the allow-list
        headers={"user-agent": "pramaan", "accept-encoding": "identity"},
        limits=limits,
        timeout=None,  # noqa: S113 - each exchange has one for all of its steps
    )


async def _body(response: httpx.Response, limit: int) -> bytes:
    """Return the answer's bytes as they came: nothing is unpacked. Raises _Refused for more than `limit`."""
    parts, length = [], 0
    async for part in response.aiter_raw():
        parts.append(part)
        length += len(part)
        if length > limit:
            raise _Refused("An answer was longer than it may be.")
    return b"".join(parts)


def _wish(response: httpx.Response) -> timedelta | None:
    text = response.headers.get("retry-after", "")
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else None


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
