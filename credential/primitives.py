"""Signing and checking bytes with each kind of key, shared by the file signer, the verifier and tests.

RSA is RSASSA-PSS with SHA-256, MGF1 of SHA-256 and a salt of 32 bytes (PS256); P-256 is ECDSA with SHA-256 as raw
r||s of 64 bytes; Ed25519 is pure (RFC 8032).
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from credential.errors import ProofError, SignatureMismatch
from credential.keys import Algorithm

PrivateKey = RSAPrivateKey | Ed25519PrivateKey | EllipticCurvePrivateKey
VerifyingKey = RSAPublicKey | Ed25519PublicKey | EllipticCurvePublicKey

_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_P256_BYTES: Final = 32


def algorithm_of(key: object) -> Algorithm:
    """Return the algorithm that `key`, private or public, signs with. Raises ProofError for any other kind of key."""
    if isinstance(key, RSAPrivateKey | RSAPublicKey):
        return Algorithm.RSA
    if isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        return Algorithm.ED25519
    if isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return Algorithm.P256
    raise ProofError("Keys are RSA, Ed25519 or P-256.")


def sign(algorithm: Algorithm, private_key: PrivateKey, data: bytes) -> bytes:
    """Return the signature over `data`. Raises ProofError when the key is of another algorithm."""
    _require(algorithm, private_key)
    if isinstance(private_key, RSAPrivateKey):
        return private_key.sign(data, _PSS, hashes.SHA256())
    if isinstance(private_key, Ed25519PrivateKey):
        return private_key.sign(data)
    r, s = decode_dss_signature(private_key.sign(data, _ECDSA))
    return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")


def verify(algorithm: Algorithm, public_key: VerifyingKey, signature: bytes, data: bytes) -> None:
    """Return if `signature` over `data` was made with the key's private half.

    Raises SignatureMismatch, or ProofError when the key is of another algorithm.
    """
    _require(algorithm, public_key)
    try:
        if isinstance(public_key, RSAPublicKey):
            public_key.verify(signature, data, _PSS, hashes.SHA256())
        elif isinstance(public_key, Ed25519PublicKey):
            public_key.verify(signature, data)
        else:
            public_key.verify(_der(signature), data, _ECDSA)
    except InvalidSignature:
        raise SignatureMismatch("The signature does not fit the document, the proof and the key.") from None


def _der(signature: bytes) -> bytes:
    if len(signature) != 2 * _P256_BYTES:
        raise SignatureMismatch("A P-256 signature has 64 bytes.")
    r, s = (int.from_bytes(half, "big") for half in (signature[:_P256_BYTES], signature[_P256_BYTES:]))
    return encode_dss_signature(r, s)


def _require(algorithm: Algorithm, key: object) -> None:
    if algorithm_of(key) is not algorithm:
        raise ProofError("The key is of another algorithm than the proof.")
