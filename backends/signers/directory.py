"""Key directories, `file:DIR`: one PEM per private key, and keys.toml that says what each is for and when.

```
[rsa-2026]                            # the private key is in rsa-2026.pem
algorithm = "RSA"                     # RSA (2,048 bits or more), Ed25519 or P-256
activation = 2026-01-01T00:00:00Z
retirement = 2027-01-01T00:00:00Z     # optional
verificationMethod = "did:india"      # optional: PRAMAAN_KEY_ID for RSA, for others our did:web with the kid
issuer = "https://cowin.gov.in/"      # optional: the DID of verificationMethod, else PRAMAAN_ISSUER
boundFrom = 2026-01-01T00:00:00Z      # optional: Co-WIN certificates from then on must bear the binding mark
file = "other.pem"                    # optional
```

One key, one role: an Ed25519 key that is to sign Co-WIN profiles says so by its verificationMethod.
`PRAMAAN_COWIN=exact` issues without the mark, so that boundFrom counts for nothing there.
"""

import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backends.settings import Settings
from backends.signers.software import SigningKey, SoftwareSigner
from backends.urls import directory
from credential.errors import ConfigurationError, ProofError
from credential.jwk import thumbprint, to_pem
from credential.keys import Algorithm, PublicKey
from credential.primitives import PrivateKey, algorithm_of

KEYS_FILE = "keys.toml"
MIN_RSA_BITS = 2048


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One table of keys.toml."""

    algorithm: Algorithm
    activation: datetime
    retirement: datetime | None = None
    verification_method: str | None = None
    issuer: str | None = None
    bound_from: datetime | None = None
    file: str | None = None


@asynccontextmanager
async def open_directory(settings: Settings) -> AsyncIterator[SoftwareSigner]:
    """Open the keys of `file:DIR`. Raises ConfigurationError with the key's name and the remedy."""
    keys = read_directory(directory(settings.signer_url, "PRAMAAN_SIGNER_URL"), settings)
    with SoftwareSigner(keys) as signer:
        yield signer


def read_directory(path: Path, settings: Settings) -> list[SigningKey]:
    """Return the keys of a directory. Raises ConfigurationError."""
    keys = [_read_key(path, name, table, settings) for name, table in _tables(path).items()]
    kids = [key.public.id for key in keys]
    if len(set(kids)) < len(kids):
        raise ConfigurationError(f"{KEYS_FILE} names one key twice; a key has one name and one period.")
    if not keys:
        raise ConfigurationError(f"{KEYS_FILE} names no key; `pramaan keys` makes one.")
    return keys


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((path / KEYS_FILE).read_text(encoding="utf-8"))
    except OSError:
        raise ConfigurationError(
            f"PRAMAAN_SIGNER_URL names a directory whose {KEYS_FILE} cannot be read; check its path and permissions."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{KEYS_FILE} is no TOML: {error}.") from None


def _read_key(path: Path, name: str, table: object, settings: Settings) -> SigningKey:
    entry = _entry(name, table)
    private = read_private_key(path / (entry.file or f"{name}.pem"), name, settings.key_passphrase)
    if algorithm_of(private) is not entry.algorithm:
        raise ConfigurationError(f"The key {name} is no {entry.algorithm} key; mend its algorithm in {KEYS_FILE}.")
    return SigningKey(private, _public_key(private, entry, settings))


def _entry(name: str, table: object) -> Entry:
    try:
        entry = msgspec.convert(table, Entry)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"The table {name} of {KEYS_FILE} is wrong: {error}.") from None
    times = (entry.activation, entry.retirement, entry.bound_from)
    if any(time is not None and time.tzinfo is None for time in times):
        raise ConfigurationError(f"The times of key {name} in {KEYS_FILE} need an offset, such as Z.")
    if entry.retirement is not None and entry.retirement <= entry.activation:
        raise ConfigurationError(f"The key {name} retires before it is active; mend its times in {KEYS_FILE}.")
    return entry


def read_private_key(path: Path, name: str, passphrase: str | None) -> PrivateKey:
    """Read a PEM private key, encrypted or not. Raises ConfigurationError naming the key and the remedy."""
    try:
        pem = path.read_bytes()
    except OSError:
        raise ConfigurationError(f"The file of key {name} cannot be read; check its path and permissions.") from None
    encrypted = re.search(rb"^-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED", pem, re.MULTILINE) is not None
    if encrypted and passphrase is None:
        raise ConfigurationError(f"The key {name} is encrypted; set PRAMAAN_KEY_PASSPHRASE or ..._FILE.")
    try:
        key = load_pem_private_key(pem, passphrase.encode() if encrypted and passphrase else None)
        algorithm_of(key)
    except (ValueError, TypeError, UnsupportedAlgorithm, ProofError):
        raise ConfigurationError(
            f"The key {name} cannot be read: PRAMAAN_KEY_PASSPHRASE is not its passphrase."
            if encrypted
            else f"The key {name} is no PEM private key of RSA, Ed25519 or P-256."
        ) from None
    return _checked(key, name)


def _checked(key: object, name: str) -> PrivateKey:
    if isinstance(key, RSAPrivateKey) and key.key_size < MIN_RSA_BITS:
        raise ConfigurationError(f"The RSA key {name} is too short; use {MIN_RSA_BITS} bits or more.")
    if isinstance(key, RSAPrivateKey | Ed25519PrivateKey | EllipticCurvePrivateKey):
        return key
    raise ConfigurationError(f"The key {name} is no RSA, Ed25519 or P-256 key.")


def _public_key(private: PrivateKey, entry: Entry, settings: Settings) -> PublicKey:
    public = private.public_key()
    kid = thumbprint(public)
    method = entry.verification_method or _default_method(entry.algorithm, kid, settings)
    return PublicKey(
        id=kid,
        algorithm=entry.algorithm,
        pem=to_pem(public),
        verification_method=method,
        issuer=entry.issuer or _default_issuer(method, settings),
        active_from=entry.activation,
        retired_at=entry.retirement,
        bound_from=entry.bound_from if settings.bound else None,
    )


def _default_method(algorithm: Algorithm, kid: str, settings: Settings) -> str:
    """Return the name that proofs bear: RSA signs Co-WIN profiles, the others vc2, unless keys.toml says otherwise."""
    return settings.key_id if algorithm is Algorithm.RSA else f"{settings.did}#{kid}"


def _default_issuer(method: str, settings: Settings) -> str:
    """Return the issuer that a verification method belongs to: the DID before its fragment, else Co-WIN's issuer."""
    did, _, fragment = method.partition("#")
    return did if fragment and did.startswith("did:") else settings.issuer
