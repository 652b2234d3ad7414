"""`development:`: an RSA and an Ed25519 key made on first use in DATA_DIR/keys, a key directory like any other.

Nobody guards these keys, so production refuses them.
"""

import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backends.settings import Settings
from backends.signers.directory import KEYS_FILE, read_directory
from backends.signers.software import SoftwareSigner
from credential.errors import ConfigurationError
from credential.primitives import PrivateKey, algorithm_of

DIRECTORY = "keys"
RSA_BITS = 2048
RSA_EXPONENT = 65537

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_development(settings: Settings) -> AsyncIterator[SoftwareSigner]:
    """Open the development keys, making them on first use. Raises ConfigurationError in production."""
    if settings.production:
        raise ConfigurationError("PRAMAAN_SIGNER_URL is development:, which production refuses; set it to file:DIR.")
    path = settings.data_dir / DIRECTORY
    try:
        ensure_keys(path, now=datetime.now(UTC))
    except OSError:
        raise ConfigurationError("PRAMAAN_DATA_DIR cannot be written; check its path and permissions.") from None
    log.warning("development keys sign; nobody guards them", directory=str(path))
    with SoftwareSigner(read_directory(path, settings)) as signer:
        yield signer


def ensure_keys(path: Path, *, now: datetime) -> None:
    """Make the directory with both keys unless it exists.

    It appears whole under its name, so that of several processes that start together one makes it and all use it.
    """
    if (path / KEYS_FILE).exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.mkdir(mode=0o700, parents=True)
    try:
        _fill(draft, now=now)
        draft.rename(path)
    except OSError:
        if not (path / KEYS_FILE).exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(path: Path, *, now: datetime) -> None:
    keys: dict[str, PrivateKey] = {
        "development-rsa": generate_private_key(RSA_EXPONENT, RSA_BITS),
        "development-ed25519": Ed25519PrivateKey.generate(),
    }
    for name, key in keys.items():
        _write(path / f"{name}.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    activation = now.replace(microsecond=0).isoformat()
    _write(path / KEYS_FILE, "\n".join(_table(name, key, activation) for name, key in keys.items()).encode())


def _table(name: str, key: PrivateKey, activation: str) -> str:
    bound = f"boundFrom = {activation}\n" if isinstance(key, RSAPrivateKey) else ""
    return f'[{name}]\nalgorithm = "{algorithm_of(key)}"\nactivation = {activation}\n{bound}'


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
