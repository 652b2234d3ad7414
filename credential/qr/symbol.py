"""Content into a QR symbol (ISO/IEC 18004): codewords, parity, placement and mask, through the tables of its layout."""

from dataclasses import dataclass
from functools import reduce
from operator import getitem, xor

from credential.errors import DocumentError
from credential.qr.layout import MAX_VERSION, Layout, Level, layout
from credential.qr.layout import capacity as version_capacity

CAPACITY = version_capacity(MAX_VERSION, "M")  # 2,331 bytes
_MASK = 3  # any of the eight reads alike on compressed, signed content; weighing all of them costs a hundredfold
_BYTE_MODE = 0b0100
_PADDING = b"\xec\x11"


class QrTooLong(DocumentError):  # noqa: N818 - named as the other faults of a document are
    """The content does not fit the largest QR code of the level."""

    code = "QR_TOO_LONG"


@dataclass(frozen=True, slots=True)
class Matrix:
    """The modules of a symbol without its quiet zone: `size` rows of `size` characters, "1" dark and "0" light."""

    version: int
    size: int
    rows: tuple[str, ...]


def capacity(level: Level = "M") -> int:
    """Return how many bytes the largest symbol of the level holds."""
    return version_capacity(MAX_VERSION, level)


def fits(data: bytes) -> bool:
    """Return whether the data fits a certificate's QR code, which is level M."""
    return len(data) <= CAPACITY


def matrix(data: bytes, level: Level = "M", *, version: int | None = None, mask: int = _MASK) -> Matrix:
    """Return the symbol for the data: the smallest version that fits, or the given one.

    Raises QrTooLong when the data does not fit.
    """
    chosen = version if version is not None else smallest_version(len(data), level)
    if len(data) > version_capacity(chosen, level):
        raise QrTooLong(f"{len(data)} bytes do not fit QR version {chosen}-{level}.")
    tables = layout(chosen, level)
    codewords = _codewords(data, tables)
    stream = tables.interleave(codewords) + tables.interleave_parity(_parity(codewords, tables))
    bits = f"{int.from_bytes(bytes(stream), 'big'):0{tables.stream_bits}b}0".encode("ascii")
    size = tables.size
    placed = int.from_bytes(bytes(tables.place(bits)), "big")
    # The digits "0" and "1" differ in their last bit, so turning that bit turns the module.
    text = (placed ^ tables.backgrounds[mask]).to_bytes(size * size, "big").decode("ascii")
    return Matrix(chosen, size, tuple(text[at : at + size] for at in range(0, size * size, size)))


def smallest_version(length: int, level: Level) -> int:
    """Return the smallest version that holds so many bytes; raises QrTooLong."""
    for version in range(1, MAX_VERSION + 1):
        if length <= version_capacity(version, level):
            return version
    raise QrTooLong(f"{length} bytes do not fit a QR code; {capacity(level)} is the most at level {level}.")


def _codewords(data: bytes, tables: Layout) -> bytes:
    """Return mode, count, data and terminator, which are whole bytes together, padded to the symbol's length."""
    header = _BYTE_MODE << tables.count_bits | len(data)
    content = (header << 8 * len(data) | int.from_bytes(data, "big")) << 4
    used = content.to_bytes((tables.count_bits + 8) // 8 + len(data), "big")
    missing = sum(tables.block_lengths) - len(used)
    return used + (_PADDING * (missing // 2 + 1))[:missing]


def _parity(codewords: bytes, tables: Layout) -> bytes:
    """Return the Reed-Solomon parity of each block, one after the other."""
    longest = len(tables.parity_of)
    parts = []
    start = 0
    for length in tables.block_lengths:
        added = map(getitem, tables.parity_of[longest - length :], codewords[start : start + length])
        parts.append(reduce(xor, added).to_bytes(tables.parity_length, "big"))
        start += length
    return b"".join(parts)
