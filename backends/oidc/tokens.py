"""From an access token to who bears it (RFC 7519, RFC 9068). Why one is refused, the log tells, and nobody else."""

import warnings
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning

from backends.oidc.fetching import open_provider
from backends.oidc.keys import ProviderKeys, VerificationKey
from backends.oidc.remembering import Remembered
from backends.oidc_settings import OidcSettings
from credential.access import PERSON_MARK, Caller, Scope
from credential.errors import Unavailable

SKEW_SECONDS: Final = 60
MAX_SUBJECT: Final = 255
MAX_NAME: Final = 80
MAX_HEADER: Final = 2048
TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""A token may also name no type; one for another use, such as logout+jwt, names its own."""
_NAMES: Final = ("name", "preferred_username", "email", "sub")

log = structlog.stdlib.get_logger("pramaan.oidc")


class TokenRefused(Exception):  # noqa: N818 - named after what it says
    """Why a token is not believed, as a word for the log."""


class _Header(msgspec.Struct):
    alg: str
    kid: str
    typ: str | None = None
    crit: object | None = None


class _Claims(msgspec.Struct):
    iss: str
    sub: str
    aud: str | list[str]
    exp: float
    iat: float
    nbf: float = 0.0


class ProviderTokens:
    """Implements `credential.ports.Tokens`."""

    def __init__(self, keys: ProviderKeys, settings: OidcSettings, place: Remembered[str]) -> None:
        """Take the provider's keys, and where it changes codes for tokens."""
        self._keys = keys
        self._place = place
        self._settings = settings
        self._registry = jws.JWSRegistry(algorithms=settings.algorithms, strict_check_header=False)
        self._registry.max_header_length = MAX_HEADER

    async def caller_of(self, token: str, *, now: datetime) -> Caller | None:
        """Return who bears a token, None where it is not to be believed. Raises Unavailable."""
        try:
            return await self._believed(token, now)
        except TokenRefused as refusal:
            log.info("token_refused", reason=str(refusal))
            return None

    async def origin(self, *, now: datetime) -> str | None:
        """Return where the provider changes codes for tokens, None where that cannot be had."""
        try:
            return await self._place.get(now=now)
        except Unavailable:
            return None

    async def _believed(self, token: str, now: datetime) -> Caller:
        header = self._header(token)
        key = await self._keys.key(header.kid, header.alg, now=now)
        if key is None:
            raise TokenRefused("key")
        payload = self._payload(token, header, key)
        try:
            claims = msgspec.json.decode(payload, type=_Claims)
            everything = msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.MsgspecError:
            raise TokenRefused("claims") from None
        self._check(claims, now.timestamp())
        name = next(filter(None, (_plain(everything.get(claim)) for claim in _NAMES)), claims.sub)
        scopes = _scopes(everything, self._settings.scopes_claim)
        return Caller(PERSON_MARK + claims.sub, name, scopes, purpose="administration")

    def _header(self, token: str) -> _Header:
        """Return the header, whose word on the algorithm counts only inside the allow-list."""
        text = token.partition(".")[0]
        try:
            header = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Header)
        except (ValueError, msgspec.MsgspecError):
            raise TokenRefused("header") from None
        if header.alg not in self._settings.algorithms:
            raise TokenRefused("algorithm")
        if header.crit is not None or (header.typ is not None and header.typ.lower() not in TYPES):
            raise TokenRefused("type")
        return header

    def _payload(self, token: str, header: _Header, key: VerificationKey) -> bytes:
        try:
            with warnings.catch_warnings(action="ignore", category=SecurityWarning):  # RFC 9864 renames EdDSA
                return jws.deserialize_compact(token, key, algorithms=[header.alg], registry=self._registry).payload
        except (JoseError, ValueError, TypeError):
            raise TokenRefused("signature") from None

    def _check(self, claims: _Claims, now: float) -> None:
        """Raise TokenRefused with the first claim that is wrong."""
        audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        wrong = {
            "iss": claims.iss != self._settings.issuer,
            "aud": self._settings.audience not in audience,
            "exp": not now < claims.exp + SKEW_SECONDS,
            "nbf": not claims.nbf <= now + SKEW_SECONDS,
            "iat": not claims.iat <= now + SKEW_SECONDS,
            "sub": not (0 < len(claims.sub) <= MAX_SUBJECT and claims.sub.isprintable()),
        }
        for claim, is_wrong in wrong.items():
            if is_wrong:
                raise TokenRefused(claim)


@asynccontextmanager
async def open_tokens(settings: OidcSettings) -> AsyncIterator[ProviderTokens]:
    """Open what judges tokens; the provider is asked when the first one comes."""
    async with open_provider(settings) as provider:
        keys, place = ProviderKeys(provider.jwks), Remembered("token endpoint", provider.token_origin)
        try:
            yield ProviderTokens(keys, settings, place)
        finally:
            await keys.close()
            await place.close()


def _plain(value: object) -> str:
    """Return a text without what would not print, cut; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value if letter.isprintable()).strip()[:MAX_NAME]


def _scopes(claims: Mapping[str, Any], name: str) -> frozenset[Scope]:
    """Return our scopes among the words of a claim, a text with spaces or a list; a dot leads into an object."""
    value: object = claims.get(name)
    if value is None:
        value = claims
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else ()
    return frozenset(scope for scope in Scope if scope.value in words)
