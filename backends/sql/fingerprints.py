"""Whether a store is opened with the secrets that it was made with.

Under another SHARD_KEY a person would have another row and so a second live certificate for one dose; under another
CONTACT_PEPPER no mobile number would be found. So the store keeps a fingerprint of each secret: an output of HKDF,
from which nobody computes the secret or what is derived from it for other purposes.
"""

import hmac
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.database import Database
from backends.sql.tables import data_keys, secret_fingerprints
from backends.sql.vault import StoreKeys
from credential.errors import ConfigurationError

FINGERPRINT_BYTES = 16
_DATA_KEY = "DATA_KEYS:"
_OTHER_STORE = "give back the one it was made with, or name another store in PRAMAAN_STORE_URL."


def fingerprints(keys: StoreKeys) -> dict[str, bytes]:
    """Return the fingerprint of each secret by its name: `SHARD_KEY`, `CONTACT_PEPPER`, `DATA_KEYS:<kid>`."""
    secrets = {"SHARD_KEY": keys.shard_key, "CONTACT_PEPPER": keys.contact_pepper}
    secrets |= {_DATA_KEY + name: secret for name, secret in keys.data_keys.items()}
    return {name: _fingerprint(name, secret) for name, secret in secrets.items()}


async def require_same(database: Database, keys: StoreKeys) -> None:
    """Compare the secrets with those of the store, which keeps what it did not know yet.

    A store without fingerprints takes those it is opened with; of two processes one is first, and the other is
    compared with it. Raises ConfigurationError naming the variable, also when a data key is missing under which keys
    of persons are wrapped.
    """
    given = fingerprints(keys)
    async with database.read() as connection:
        kept = await _kept(connection)
    _compare(given, kept)
    if given.keys() != kept.keys():
        async with database.write() as connection:
            rows = [{"name": name, "fingerprint": value} for name, value in sorted(given.items())]
            await database.add(connection, secret_fingerprints, rows, unless_there=True)
            kept = await _kept(connection)
            _compare(given, kept)
            await _forget(connection, sorted(kept.keys() - given.keys()), postgresql=database.postgresql)


async def _kept(connection: AsyncConnection) -> dict[str, bytes]:
    columns = secret_fingerprints.c
    return {row.name: row.fingerprint for row in await connection.execute(select(columns.name, columns.fingerprint))}


def _compare(given: Mapping[str, bytes], kept: Mapping[str, bytes]) -> None:
    """Raise ConfigurationError with a line per secret that is another one than before."""
    other = [name for name in given if name in kept and not hmac.compare_digest(given[name], kept[name])]
    if other:
        raise ConfigurationError("\n".join(_told(name) for name in other))


def _told(name: str) -> str:
    if name.startswith(_DATA_KEY):
        return (
            f"PRAMAAN_DATA_KEYS: the key {name.removeprefix(_DATA_KEY)} is not the one that this store knows by that "
            "name; give that one back, and a new key a new name."
        )
    return f"PRAMAAN_{name} is not the secret of this store; {_OTHER_STORE}"


async def _forget(connection: AsyncConnection, missing: Iterable[str], *, postgresql: bool) -> None:
    """Forget data keys that are no longer given. Raises ConfigurationError where one still wraps a person's key."""
    for name in missing:
        if postgresql:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))  # no index on what is asked this rarely
        kid = name.removeprefix(_DATA_KEY)
        in_use = select(data_keys.c.key_id).where(data_keys.c.key_id == kid).limit(1)
        if (await connection.execute(in_use)).first() is not None:
            raise ConfigurationError(
                f"PRAMAAN_DATA_KEYS lacks the key {kid}, under which this store keeps personal data; "
                "add it back behind the active one."
            )
        await connection.execute(delete(secret_fingerprints).where(secret_fingerprints.c.name == name))


def _fingerprint(name: str, secret: bytes) -> bytes:
    return HKDF(SHA256(), FINGERPRINT_BYTES, salt=None, info=b"pramaan fingerprint " + name.encode()).derive(secret)
