"""`sandbox:`: an RSA and an Ed25519 key that everybody has, for developers who try their apps.

They are made of the sentences below and not kept as PEM files: so that they are plainly no secrets, that every release
has the same ones, and that searches for leaked keys find none here. An Ed25519 key is any 32 bytes; the primes of the
RSA key are the first at or above a digest that suit its exponent, told here by their distance, since looking for them
takes seconds. `cryptography` checks both when it makes the key.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import shake_256
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
    rsa_recover_private_exponent,
)

from backends.settings import Settings
from backends.signers.software import SigningKey, SoftwareSigner
from credential.jwk import thumbprint, to_pem
from credential.keys import PublicKey
from credential.primitives import PrivateKey, algorithm_of

SENTENCE: Final = "pramaan sandbox: {}, known to everybody"
BEYOND_DIGEST: Final = {"rsa p": 544, "rsa q": 1108}
RSA_EXPONENT: Final = 65537
PRIME_BYTES: Final = 128
BEGAN: Final = datetime(2021, 1, 1, tzinfo=UTC)
"""Before any sample's time, so that the keys are active whatever a sandbox's clock says."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_sandbox(settings: Settings) -> AsyncIterator[SoftwareSigner]:
    """Open the sandbox's keys; settings allow that in a sandbox alone."""
    log.warning("keys that everybody has sign; this is a sandbox")
    rsa, ed25519 = rsa_key(), ed25519_key()
    method = f"{settings.did}#{thumbprint(ed25519.public_key())}"
    keys = [
        _signing(rsa, settings.key_id, settings.issuer, bound_from=BEGAN if settings.bound else None),
        _signing(ed25519, method, settings.did),
    ]
    with SoftwareSigner(keys) as signer:
        yield signer


def ed25519_key() -> Ed25519PrivateKey:
    """Return the published Ed25519 key."""
    return Ed25519PrivateKey.from_private_bytes(_digest("ed25519", 32))


def rsa_key() -> RSAPrivateKey:
    """Return the published RSA key, of 2,048 bits."""
    p, q = (_prime(name) for name in BEYOND_DIGEST)
    public = RSAPublicNumbers(RSA_EXPONENT, p * q)
    d = rsa_recover_private_exponent(RSA_EXPONENT, p, q)
    crt = rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q)
    return RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def _prime(name: str) -> int:
    """Return a prime of 1,024 bits; the two highest are set, so that the product of two has 2,048."""
    digest = int.from_bytes(_digest(name, PRIME_BYTES))
    return (digest | 0b11 << (8 * PRIME_BYTES - 2) | 1) + BEYOND_DIGEST[name]


def _digest(name: str, length: int) -> bytes:
    return shake_256(SENTENCE.format(name).encode()).digest(length)


def _signing(private: PrivateKey, method: str, issuer: str, *, bound_from: datetime | None = None) -> SigningKey:
    public = private.public_key()
    return SigningKey(
        private,
        PublicKey(
            id=thumbprint(public),
            algorithm=algorithm_of(private),
            pem=to_pem(public),
            verification_method=method,
            issuer=issuer,
            active_from=BEGAN,
            bound_from=bound_from,
        ),
    )
