"""Public keys as people write them: PEM, JWK, Multikey and base58; and their names, the JWK thumbprints of RFC 7638."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import base58
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from credential.errors import ConfigurationError, ProofError
from credential.keys import Algorithm
from credential.primitives import VerifyingKey, algorithm_of

_MIN_RSA_BITS: Final = 2048
_MULTIKEY_CHARACTERS: Final = 45
# Multicodec prefixes as varints (W3C Controlled Identifiers 1.0, Multikey).
_ED25519_PUB: Final = b"\xed\x01"
_P256_PUB: Final = b"\x80\x24"
_UNREADABLE: Final = (
    "This is no public key that can be read. Give a PEM public key or certificate, a JWK, a multibase Multikey (z...), "
    "or the base58 of an Ed25519 key; RSA keys of 2,048 bits or more, Ed25519 or P-256."
)


@lru_cache(maxsize=256)
def read_public_key(text: str) -> VerifyingKey:
    """Read a public key from PEM (key or certificate), JWK, Multikey or base58 text.

    Memoised, since verifying asks for the same few keys again and again. Raises ConfigurationError with what is
    accepted.
    """
    try:
        key = _read(text.strip())
        algorithm_of(key)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, ProofError):
        raise ConfigurationError(_UNREADABLE) from None
    if isinstance(key, RSAPublicKey) and key.key_size < _MIN_RSA_BITS:
        raise ConfigurationError(_UNREADABLE)
    return key


def _read(text: str) -> VerifyingKey:
    if text.startswith("-----BEGIN CERTIFICATE-----"):
        return _supported(load_pem_x509_certificate(text.encode()).public_key())
    if text.startswith("-----BEGIN"):
        return _supported(load_pem_public_key(text.encode()))
    if text.startswith("{"):
        return from_jwk(json.loads(text))
    # A multibase text is longer than the base58 of 32 bytes, which may begin with z as well.
    raw = base58.b58decode(text[1:]) if text.startswith("z") and len(text) > _MULTIKEY_CHARACTERS else b""
    if raw.startswith((_ED25519_PUB, _P256_PUB)):
        return _from_multicodec(raw)
    return Ed25519PublicKey.from_public_bytes(base58.b58decode(text))


def _supported(key: object) -> VerifyingKey:
    if not isinstance(key, RSAPublicKey | Ed25519PublicKey | EllipticCurvePublicKey):
        raise TypeError
    return key


def _from_multicodec(raw: bytes) -> VerifyingKey:
    if raw.startswith(_ED25519_PUB):
        return Ed25519PublicKey.from_public_bytes(raw[len(_ED25519_PUB) :])
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw[len(_P256_PUB) :])


def from_jwk(jwk: Mapping[str, Any]) -> VerifyingKey:
    """Return the public key of a JWK: kty OKP/Ed25519, EC/P-256 or RSA. Raises ValueError, TypeError or KeyError."""
    match jwk["kty"], jwk.get("crv"):
        case "OKP", "Ed25519":
            return Ed25519PublicKey.from_public_bytes(_unb64(jwk["x"]))
        case "EC", "P-256":
            return EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), SECP256R1()).public_key()
        case "RSA", _:
            return RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
        case _:
            raise ValueError


def to_jwk(key: VerifyingKey) -> dict[str, str]:
    """Return the members of the JWK that RFC 7638 requires, in its (alphabetical) order."""
    if isinstance(key, RSAPublicKey):
        rsa = key.public_numbers()
        return {"e": _b64(_bytes(rsa.e)), "kty": "RSA", "n": _b64(_bytes(rsa.n))}
    if isinstance(key, Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": _b64(key.public_bytes_raw())}
    point = key.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _b64(point.x.to_bytes(32, "big")), "y": _b64(point.y.to_bytes(32, "big"))}


def thumbprint(key: VerifyingKey) -> str:
    """Return the kid: base64url of the SHA-256 thumbprint (RFC 7638)."""
    return _b64(hashlib.sha256(json.dumps(to_jwk(key), separators=(",", ":")).encode()).digest())


def to_pem(key: VerifyingKey) -> str:
    """Return the key as PEM SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def to_multikey(key: VerifyingKey) -> str:
    """Return the `publicKeyMultibase` of an Ed25519 or P-256 key. Raises ConfigurationError for RSA."""
    match algorithm_of(key), key:
        case Algorithm.ED25519, Ed25519PublicKey():
            raw = _ED25519_PUB + key.public_bytes_raw()
        case Algorithm.P256, EllipticCurvePublicKey():
            raw = _P256_PUB + key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        case _:
            raise ConfigurationError("RSA keys are published as JWK or PEM, not as Multikey.")
    return "z" + base58.b58encode(raw).decode()


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_unb64(text), "big")


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
