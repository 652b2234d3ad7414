"""A keyed permutation of the numbers below a span: no two meet, and none tells what its neighbour is.

A balanced Feistel network of ten rounds over the smallest even number of bits that holds the span; what falls outside
goes round again (cycle walking), which keeps it a permutation of the span.
"""

import hashlib

_ROUNDS = 10
_TABLED_BITS = 10
"""Halves of up to so many bits have their rounds worked out once, in 5 ms; a place then costs a few microseconds."""


class Permutation:
    """One permutation and its inverse."""

    def __init__(self, key: bytes, *, half_bits: int, span: int) -> None:
        """Take a secret of up to 64 bytes, and a span of at most 4 ** half_bits, with up to 24 bits in each half."""
        self._key = key
        self._bits = half_bits
        self._mask = (1 << half_bits) - 1
        self._span = span
        self._tables: list[list[int]] | None = None
        if half_bits <= _TABLED_BITS:
            self._tables = [[self._hashed(turn, half) for half in range(1 << half_bits)] for turn in range(_ROUNDS)]

    def place(self, number: int) -> int:
        """Return where a number below the span goes."""
        number = self._forth(number)
        while number >= self._span:
            number = self._forth(number)
        return number

    def number(self, place: int) -> int:
        """Return what goes to a place below the span."""
        place = self._back(place)
        while place >= self._span:
            place = self._back(place)
        return place

    def _forth(self, number: int) -> int:
        left, right = number >> self._bits, number & self._mask
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._round(turn, right)
        return left << self._bits | right

    def _back(self, number: int) -> int:
        left, right = number >> self._bits, number & self._mask
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._round(turn, left), left
        return left << self._bits | right

    def _round(self, turn: int, half: int) -> int:
        return self._tables[turn][half] if self._tables else self._hashed(turn, half)

    def _hashed(self, turn: int, half: int) -> int:
        data = bytes((turn,)) + half.to_bytes(3, "big")
        return int.from_bytes(hashlib.blake2b(data, key=self._key, digest_size=3).digest(), "big") & self._mask
