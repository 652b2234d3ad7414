"""Where a certificate's bit stands: which list, and which of its 131,072 bits.

A position is a number of one counter for all shards. The counter's upper part names the list; the lower part goes
through a permutation that is keyed and another one in every list. So no two certificates ever meet, nothing is
searched, and an index tells neither when nor for whom a certificate was made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from credential.permutation import Permutation

LIST_SIZE: Final = 131_072
"""Bits of a list: the least that Bitstring Status List v1.0 allows, for the privacy of those in it."""

_HALF_BITS: Final = 9
_KEY_BYTES: Final = 32
_LISTS_KEPT: Final = 64


class ListPurpose(StrEnum):
    """What a set bit says (Bitstring Status List v1.0, statusPurpose).

    REVOCATION: it no longer counts. REFRESH: a corrected certificate has taken its place; such a one has both bits.
    """

    REVOCATION = "revocation"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True, order=True)
class StatusPosition:
    """A certificate's bit in the lists of every purpose: the list's number from 0, the index from 0 to 131,071."""

    number: int
    index: int


def list_url(status_url: str, purpose: ListPurpose, number: int) -> str:
    """Return the address, which is the id too, of a list below that of all lists."""
    return f"{status_url}/{purpose.value}/{number}"


class StatusPositions:
    """Turns the counter into positions under one secret, which stays the same for the life of the store."""

    def __init__(self, secret: bytes) -> None:
        """Take the deployment's shard key; the key of each list is derived from it by HKDF."""
        self._secret = secret
        self._permutation = lru_cache(_LISTS_KEPT)(self._made)

    def position(self, counted: int) -> StatusPosition:
        """Return the position of a count from 0 on."""
        number, place = divmod(counted, LIST_SIZE)
        return StatusPosition(number, self._permutation(number).place(place))

    def positions(self, counted: Iterable[int]) -> list[StatusPosition]:
        """Return the positions of counts, in order."""
        return [self.position(one) for one in counted]

    def _made(self, number: int) -> Permutation:
        purpose = b"pramaan status list " + str(number).encode()
        key = HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(self._secret)
        return Permutation(key, half_bits=_HALF_BITS, span=LIST_SIZE)
