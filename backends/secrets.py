"""Secrets of development: made once, kept in the data directory, the same for every process that uses it."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from backends.variables import SECRET_BYTES
from credential.errors import ConfigurationError

FILE_NAME = "development-secrets"
NAMES = ("SHARD_KEY", "CONTACT_PEPPER", "DATA_KEYS")


def development_secrets(directory: Path) -> Mapping[str, str]:
    """Return SHARD_KEY, CONTACT_PEPPER and DATA_KEYS of a data directory, making them on first use.

    Of several processes that start together one wins, and all return its secrets. Raises ConfigurationError when the
    directory cannot be written or the file is damaged.
    """
    path = directory / FILE_NAME
    try:
        if not path.exists():
            _create(path)
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            "PRAMAAN_DATA_DIR names a directory that cannot be used; check its path and permissions."
        ) from None
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    if set(NAMES) - set(found):
        raise ConfigurationError(
            f"PRAMAAN_DATA_DIR holds a damaged file {FILE_NAME}; restore it, or start with an empty directory."
        )
    return found


def _create(path: Path) -> None:
    """Write the file beside its place and link it there: it appears whole, and only the first process's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"SHARD_KEY={_secret()}\nCONTACT_PEPPER={_secret()}\nDATA_KEYS=development:{_secret()}\n")
            file.flush()
            os.fsync(file.fileno())
        _link_once(draft, path)
    finally:
        draft.unlink()


def _link_once(draft: Path, path: Path) -> None:
    """Give the draft its final name unless another process was first."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return


def _secret() -> str:
    return urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).rstrip(b"=").decode()
