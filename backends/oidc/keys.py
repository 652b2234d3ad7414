"""A provider's keys, by their ids."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from backends.oidc.remembering import Remembered
from credential.errors import Unavailable

MIN_RSA_BITS = 2048
NOT_A_SET = "What the OpenID provider publishes is no key set."
VerificationKey = RSAKey | ECKey | OKPKey
_EDWARDS = ("EdDSA", "Ed25519")
"""Two names of one algorithm: that of RFC 8037, and that of RFC 9864."""
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"} | dict.fromkeys(_EDWARDS, "Ed25519")


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

        async def read() -> Mapping[str, tuple[_Jwk, ...]]:
            try:
                return _read(await fetch())
            except msgspec.MsgspecError:
                raise Unavailable(NOT_A_SET) from None

        self._set = Remembered("keys", read)

    async def key(self, kid: str, algorithm: str, *, now: datetime) -> VerificationKey | None:
        """Return the key of that id that fits the algorithm, None where there is none.

        Raises Unavailable where no key was ever seen.
        """
        kept = await self._set.get(now=now, suffices=lambda keys: kid in keys)
        fitting = (jwk for jwk in kept.get(kid, ()) if _fits(jwk, algorithm))
        return next((key for key in map(_imported, fitting) if key is not None), None)

    async def close(self) -> None:
        """Give up a look that nobody waits for any more."""
        await self._set.close()


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
