"""Merkle trees over the outcomes of a job, as RFC 9162 section 2.1 has them (those of Certificate Transparency).

A tree stands on hashes of leaves. Since a complete subtree of 2^n leaves is a node of every larger tree, the roots of
equal parts of a job may stand for their leaves: a job of a million rows keeps a thousand hashes and proves any row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + data).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves, or over roots of equal complete subtrees; the last may lack some."""
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        pairs = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree that grows leaf by leaf: its complete subtrees, the largest first, are all that has to be kept of it."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the tree with further leaves, given as their hashes."""
        size, peaks = self.size, list(self.peaks)
        for one in leaves:
            found, size = one, size + 1
            for _ in range((size & -size).bit_length() - 1):  # it completes as many subtrees as the count ends in zeros
                found = _node(peaks.pop(), found)
            peaks.append(found)
        return Frontier(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        return reduce(lambda right, left: _node(left, right), reversed(self.peaks)) if self.peaks else EMPTY


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the inclusion proof of one of the hashes, from the bottom up. Raises IndexError."""
    if not 0 <= index < len(hashes):
        raise IndexError("no such leaf")
    steps, level = [], list(hashes)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            steps.append(level[sibling])
        pairs = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level, index = pairs + level[len(pairs) * 2 :], index // 2
    return steps


def included(leaf_hash: bytes, *, index: int, size: int, steps: Sequence[bytes], root_hash: bytes) -> bool:
    """Tell whether a proof leads from a leaf to the root of a tree of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found, rest = index, size - 1, leaf_hash, list(steps)
    while last > 0:
        if at % 2 or at < last:
            if not rest:
                return False
            step = rest.pop(0)
            found = _node(step, found) if at % 2 else _node(found, step)
        at, last = at // 2, last // 2
    return not rest and found == root_hash


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
