"""A provider's keys, remembered: few questions to the provider, and none to anybody whom a token names."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from credential.errors import Unavailable

KEPT = timedelta(minutes=10)
"""How long keys are believed without asking again; longer only while the provider is away."""
PAUSE = timedelta(minutes=1)
"""At least so long between two looks for a key that is not known, or at a provider that is away."""
FIRST_PAUSE = timedelta(seconds=5)
"""As `PAUSE`, as long as no key was ever seen."""
MIN_RSA_BITS = 2048
VerificationKey = RSAKey | ECKey | OKPKey
_EDWARDS = ("EdDSA", "Ed25519")
"""Two names of one algorithm: that of RFC 8037, and that of RFC 9864."""
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"} | dict.fromkeys(_EDWARDS, "Ed25519")

log = structlog.stdlib.get_logger("pramaan.oidc")


class _Jwk(msgspec.Struct, frozen=True):
    """The members of a JWK (RFC 7517) that say what it is for, and its public ones."""

    kty: str
    kid: str
    use: str = "sig"
    key_ops: tuple[str, ...] = ("verify",)
    alg: str | None = None
    crv: str | None = None
    n: str = ""
    e: str = ""
    x: str = ""
    y: str = ""


class _Set(msgspec.Struct):
    keys: list[msgspec.Raw]


class ProviderKeys:
    """Keys by their id."""

    def __init__(self, fetch: Callable[[], Awaitable[bytes]]) -> None:
        """Take what fetches the key set and raises Unavailable."""
        self._fetch = fetch
        self._kept: Mapping[str, tuple[_Jwk, ...]] | None = None
        self._seen_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    async def key(self, kid: str, algorithm: str, *, now: datetime) -> VerificationKey | None:
        """Return the key of that id that fits the algorithm, None where there is none.

        Raises Unavailable where no key was ever seen.
        """
        if self._seen_at is None or now - self._seen_at >= KEPT or (self._kept is not None and kid not in self._kept):
            await self._look(now)
        if self._kept is None:
            raise Unavailable("The OpenID provider's keys cannot be had.")
        fitting = (jwk for jwk in self._kept.get(kid, ()) if _fits(jwk, algorithm))
        return next((key for key in map(_imported, fitting) if key is not None), None)

    async def close(self) -> None:
        """Give up a look that nobody waits for any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _look(self, now: datetime) -> None:
        """Ask the provider, unless that was done a moment ago; whoever comes meanwhile waits for the same answer."""
        pause = FIRST_PAUSE if self._kept is None else PAUSE
        if self._asking is None or self._asking.done():
            if self._asked_at is not None and now - self._asked_at < pause:
                return
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask(now))
        await asyncio.shield(self._asking)

    async def _ask(self, now: datetime) -> None:
        try:
            self._kept = _read(await self._fetch())
        except (Unavailable, msgspec.MsgspecError):
            log.warning("provider_keys_unavailable", kept=self._kept is not None)
        else:
            self._seen_at = now


def _read(document: bytes) -> Mapping[str, tuple[_Jwk, ...]]:
    """Return the set by key id; entries that are none of ours to understand are left out. Raises MsgspecError."""
    found: defaultdict[str, list[_Jwk]] = defaultdict(list)
    for raw in msgspec.json.decode(document, type=_Set).keys:
        try:
            jwk = msgspec.json.decode(raw, type=_Jwk)
        except msgspec.ValidationError:
            continue
        found[jwk.kid].append(jwk)
    return {kid: tuple(jwks) for kid, jwks in found.items()}


def _fits(jwk: _Jwk, algorithm: str) -> bool:
    """Tell whether a key is meant for signatures of this algorithm (RFC 7518, 3.1; RFC 8037, 3.1)."""
    kinds = {"E": "OKP" if algorithm in _EDWARDS else "EC", "R": "RSA", "P": "RSA"}
    names = _EDWARDS if algorithm in _EDWARDS else (algorithm,)
    meant = jwk.use == "sig" and "verify" in jwk.key_ops and (jwk.alg is None or jwk.alg in names)
    return meant and jwk.kty == kinds[algorithm[0]] and jwk.crv == _CURVES.get(algorithm)


def _imported(jwk: _Jwk) -> VerificationKey | None:
    """Return the public key of a JWK, None where it is broken or weak."""
    try:
        match jwk.kty:
            case "RSA":
                key = RSAKey.import_key({"kty": "RSA", "n": jwk.n, "e": jwk.e})
                return key if key.raw_value.key_size >= MIN_RSA_BITS else None
            case "EC":
                return ECKey.import_key({"kty": "EC", "crv": jwk.crv or "", "x": jwk.x, "y": jwk.y})
            case _:
                return OKPKey.import_key({"kty": "OKP", "crv": jwk.crv or "", "x": jwk.x})
    except (JoseError, ValueError, TypeError):
        return None
