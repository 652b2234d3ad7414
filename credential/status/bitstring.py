"""The bits of a list, and how credentials write them (Bitstring Status List v1.0, Bitstring Encoding).

Index 0 is the left-most bit: the highest of the first byte.
"""

import gzip
import hashlib
import zlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from typing import Final

from credential.errors import StatusListRefused
from credential.status.positions import LIST_SIZE

LIST_BYTES: Final = LIST_SIZE // 8
EMPTY: Final = bytes(LIST_BYTES)

_MULTIBASE: Final = "u"  # base64url without padding
_SHA256: Final = b"\x12\x20"  # of a multihash: the function, and 32 bytes
_GZIP: Final = 16 + zlib.MAX_WBITS


def with_set(bits: bytes, indexes: Iterable[int]) -> bytes:
    """Return the bits with those at the indexes set."""
    changed = bytearray(bits)
    for index in indexes:
        changed[index >> 3] |= 0x80 >> (index & 7)
    return bytes(changed)


def is_set(bits: bytes, index: int) -> bool:
    """Tell whether the bit at an index is set."""
    return bool(bits[index >> 3] & 0x80 >> (index & 7))


def difference(bits: bytes, others: bytes) -> bytes:
    """Return the bits that are not the same; applied to either, it gives the other."""
    return (int.from_bytes(bits, "big") ^ int.from_bytes(others, "big")).to_bytes(len(bits), "big")


def set_indexes(bits: bytes) -> Iterator[int]:
    """Yield the indexes of the bits that are set, in order."""
    return (index for index in range(len(bits) * 8) if bits[index >> 3] and is_set(bits, index))


def encode(bits: bytes) -> str:
    """Return the multibase base64url text of the gzipped bits; equal bits give equal texts."""
    return _MULTIBASE + _base64url(gzip.compress(bits, 9, mtime=0))


def decode(text: str) -> bytes:
    """Return the bits of a text. Raises StatusListRefused where they are no list of 131,072 bits."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        padded = text[1:] + "=" * (-(len(text) - 1) % 4)
        packed = b64decode(padded, b"-_", validate=True) if text.startswith(_MULTIBASE) else b""
        bits = unpacking.decompress(packed, LIST_BYTES + 1)
    except (ValueError, zlib.error):
        bits = b""
    if len(bits) != LIST_BYTES or not unpacking.eof:
        raise StatusListRefused(f"The encoded list is no gzipped string of {LIST_SIZE} bits.")
    return bits


def digest(bits: bytes) -> str:
    """Return the multibase base64url text of the SHA-256 multihash of the bits themselves."""
    return _MULTIBASE + _base64url(_SHA256 + hashlib.sha256(bits).digest())


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
