"""Secrets at work: shards, keyed hashes, and personal data sealed under one key per person.

A sealed value is: 1 byte naming the dictionary, 12 bytes nonce, AES-256-GCM ciphertext with tag of the raw-deflated
text. The additional data names table, column and row, so that a value moved elsewhere does not open. No I/O here.
"""

import hashlib
import hmac
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from credential.errors import BadUserInput, ConfigurationError, PramaanError, Unavailable
from credential.reach import folded
from credential.record import normal_mobile

KEY_BYTES = 32
NONCE_BYTES = 12
HASH_BYTES = 16
MINIMUM_SECRET = 16
MAXIMUM_TEXT = 1 << 20
DICTIONARY_VERSION = 1

Named = Literal["batch", "vaccine", "vaccinator"]

_DICTIONARIES = {DICTIONARY_VERSION: (files("backends.sql") / "dictionary-1.txt").read_bytes()}


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The store's secrets.

    `shard_key` and `contact_pepper` stay for the life of the store. `data_keys` (32 bytes each, by key id) wrap the
    keys of persons: the active one wraps new ones, the others are kept as long as rows name them.
    """

    shard_key: bytes = field(repr=False)
    contact_pepper: bytes = field(repr=False)
    data_keys: Mapping[str, bytes] = field(repr=False)
    active_data_key: str

    def __post_init__(self) -> None:
        """Raise ConfigurationError where a secret cannot do its work."""
        for name, secret in (("SHARD_KEY", self.shard_key), ("CONTACT_PEPPER", self.contact_pepper)):
            if len(secret) < MINIMUM_SECRET:
                raise ConfigurationError(f"PRAMAAN_{name} is too short: give at least {MINIMUM_SECRET} random bytes.")
        if any(len(key) != KEY_BYTES for key in self.data_keys.values()):
            raise ConfigurationError(f"PRAMAAN_DATA_KEYS: each key must have {KEY_BYTES} bytes.")
        if self.active_data_key not in self.data_keys:
            raise ConfigurationError("PRAMAAN_DATA_KEYS does not hold the key that is named as active.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands: its additional data."""

    table: str
    column: str
    shard: int
    row: bytes

    def __bytes__(self) -> bytes:
        return b"\0".join((self.table.encode(), self.column.encode(), self.shard.to_bytes(2, "big"), self.row))


class Vault:
    """Keyed hashes and encryption for the store."""

    def __init__(self, keys: StoreKeys, randomness: Callable[[int], bytes]) -> None:
        """Derive one key per purpose by HKDF from the shard key."""
        self._keys = keys
        self._randomness = randomness
        self._hash_keys = {purpose: _derived(keys.shard_key, purpose) for purpose in _PURPOSES}

    def keyed(self, purpose: str, *parts: bytes | str) -> bytes:
        """Return HMAC-SHA-256 of the parts (each with its length before it) under the purpose's own key."""
        data = b"".join(_measured(part.encode() if isinstance(part, str) else part) for part in parts)
        return hmac.digest(self._hash_keys[purpose], data, hashlib.sha256)

    def shard(self, *parts: bytes | str) -> int:
        """Return the 12-bit shard of a beneficiary id."""
        return int.from_bytes(self.keyed("shard", *parts)[:2], "big") >> 4

    def beneficiary(self, beneficiary_id: str) -> bytes:
        """Return the 16 bytes that stand for a beneficiary id in every table."""
        return self.keyed("beneficiary", beneficiary_id)[:HASH_BYTES]

    def facility(self, name: str) -> bytes:
        """Return the 16 bytes that stand for a facility's id, or for its name where it has no id."""
        return self.keyed("facility", name)[:HASH_BYTES]

    def named(self, what: Named, name: str) -> bytes:
        """Return the 16 bytes that stand for a batch, vaccine or vaccinator, in whatever case and spacing it came."""
        return self.keyed(what, folded(name))[:HASH_BYTES]

    def contact(self, mobile: str) -> bytes:
        """Return the 16 bytes that stand for a mobile number, in whatever spelling it came."""
        try:
            mobile = normal_mobile(mobile)
        except BadUserInput:
            mobile = "?" + mobile  # no number: equal to none that is stored, after the same work
        return hmac.digest(self._keys.contact_pepper, b"mobile\0" + mobile.encode(), hashlib.sha256)[:HASH_BYTES]

    def new_key(self, shard: int, beneficiary: bytes) -> tuple[str, bytes]:
        """Return (data key id, wrapped key) of a new key for a person."""
        name = self._keys.active_data_key
        return name, self._encrypted(
            self._keys.data_keys[name], self._randomness(KEY_BYTES), _key_place(shard, beneficiary)
        )

    def unwrapped(self, name: str, wrapped: bytes, shard: int, beneficiary: bytes) -> bytes:
        """Return a person's key. Raises Unavailable where the wrapping key is not configured."""
        wrapping = self._keys.data_keys.get(name)
        if wrapping is None:
            raise Unavailable("A stored key names a data key that is missing: add it back to PRAMAAN_DATA_KEYS.")
        return _decrypted(wrapping, wrapped, _key_place(shard, beneficiary))

    def sealed(self, key: bytes, text: bytes, place: Place, known: bytes = b"") -> bytes:
        """Compress with the preset dictionary (and `known`, a text the reader will have, too) and encrypt."""
        squeeze = zlib.compressobj(9, wbits=-15, memLevel=9, zdict=_DICTIONARIES[DICTIONARY_VERSION] + known)
        version = bytes((DICTIONARY_VERSION,))
        return version + self._encrypted(key, squeeze.compress(text) + squeeze.flush(), version + bytes(place))

    def opened(self, key: bytes, sealed: bytes, place: Place, known: bytes = b"") -> bytes:
        """Return the text. Raises PramaanError where it is not what was sealed at this place under this key."""
        version, dictionary = sealed[:1], _DICTIONARIES.get(sealed[0] if sealed else 0)
        if dictionary is None:
            raise PramaanError("A stored value was written by a newer release; upgrade this one.")
        packed = _decrypted(key, sealed[1:], version + bytes(place))
        return zlib.decompressobj(wbits=-15, zdict=dictionary + known).decompress(packed, MAXIMUM_TEXT)

    def _encrypted(self, key: bytes, data: bytes, place: bytes) -> bytes:
        nonce = self._randomness(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, data, place)


_PURPOSES = (
    "shard",
    "beneficiary",
    "idempotency",
    "fingerprint",
    "client key",
    "cursor",
    "rollup",
    "facility",
    "batch",
    "vaccine",
    "vaccinator",
    "requester",
    "one-time code",
    "figures",
)


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"pramaan store " + purpose.encode()).derive(secret)


def _measured(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def _key_place(shard: int, beneficiary: bytes) -> bytes:
    return bytes(Place("data_keys", "wrapped", shard, beneficiary))


def _decrypted(key: bytes, data: bytes, place: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        raise PramaanError(
            "A stored value does not open under its key: check PRAMAAN_DATA_KEYS and the backup."
        ) from None
