"""What a QR symbol has before it has content: learnt once per version and level from the `qrcode` library.

The library draws one symbol in 20 to 80 ms, nearly all of it spent on walking modules one by one. All that walking
depends on the version, level and mask only, so it is done once and kept as tables; content then costs a few look-ups.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Literal

import qrcode
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

Level = Literal["L", "M", "Q", "H"]
MAX_VERSION = 40
MASKS = range(8)
_LEVELS: dict[Level, int] = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
_LAST_SHORT_VERSION = 9  # byte mode counts in 8 bits up to here, in 16 above (ISO/IEC 18004, table 3)


@dataclass(frozen=True, slots=True)
class Layout:
    """Tables of one version and level.

    `size`: modules per side. `count_bits`: width of the character count. `block_lengths`: data codewords of each block.
    `parity_length`: parity codewords of every block. `parity_of[i][b]`: what byte b adds (XOR) to its block's parity
    i places into the longest block, as an integer of `parity_length` bytes. `interleave` and `interleave_parity` put
    codewords in transmission order. `stream_bits`: bits in that order, remainder bits left out. `place` picks for each
    module, row by row, its character of the bit string that ends in one "0", taken for modules without data.
    `backgrounds[mask]`: function modules and mask pattern, one byte 0 or 1 per module, row by row, as an integer.
    """

    size: int
    count_bits: int
    block_lengths: tuple[int, ...]
    parity_length: int
    parity_of: tuple[tuple[int, ...], ...]
    interleave: Callable[[bytes], tuple[int, ...]]
    interleave_parity: Callable[[bytes], tuple[int, ...]]
    stream_bits: int
    place: Callable[[bytes], tuple[int, ...]]
    backgrounds: tuple[int, ...]


@cache
def capacity(version: int, level: Level) -> int:
    """Return how many bytes fit into a symbol in byte mode."""
    codewords: int = sum(block.data_count for block in base.rs_blocks(version, _LEVELS[level]))
    return (8 * codewords - 4 - count_bits(version)) // 8


def count_bits(version: int) -> int:
    """Return the width of the character count in byte mode."""
    return 8 if version <= _LAST_SHORT_VERSION else 16


@lru_cache(maxsize=16)
def layout(version: int, level: Level) -> Layout:
    """Return the tables of a version and level; a few hundred ms the first time, and 2 MB each."""
    blocks = base.rs_blocks(version, _LEVELS[level])
    lengths = tuple(block.data_count for block in blocks)
    parity_length = blocks[0].total_count - blocks[0].data_count
    stream_bits = 8 * sum(block.total_count for block in blocks)
    blanks = [_blank(version, level, mask) for mask in MASKS]
    return Layout(
        size=len(blanks[0]),
        count_bits=count_bits(version),
        block_lengths=lengths,
        parity_length=parity_length,
        parity_of=_parity_tables(parity_length, max(lengths)),
        interleave=itemgetter(*_interleaving(lengths)),
        interleave_parity=itemgetter(*_interleaving((parity_length,) * len(lengths))),
        stream_bits=stream_bits,
        place=itemgetter(*_placement(blanks[0], stream_bits)),
        backgrounds=tuple(_background(blank, mask) for blank, mask in zip(blanks, MASKS, strict=True)),
    )


Blank = list[list[bool | None]]


class _Unfilled(qrcode.QRCode):  # type: ignore[misc]  # the library has no types
    """A symbol that draws its function patterns and leaves data modules None."""

    def map_data(self, data: object, mask_pattern: object) -> None:
        """Leave the data modules open."""


def _blank(version: int, level: Level, mask: int) -> Blank:
    symbol = _Unfilled(version=version, error_correction=_LEVELS[level], mask_pattern=mask)
    symbol.make(fit=False)
    modules: Blank = symbol.modules
    return modules


def _background(blank: Blank, mask: int) -> int:
    flips = util.mask_func(mask)
    dark = (
        flips(row, column) if module is None else module
        for row, line in enumerate(blank)
        for column, module in enumerate(line)
    )
    return int.from_bytes(bytes(map(bool, dark)), "big")


def _placement(blank: Blank, stream_bits: int) -> list[int]:
    """Return for each module the index of its bit; `stream_bits` where there is none."""
    size = len(blank)
    indices = [stream_bits] * (size * size)
    open_modules = (row * size + column for row, column in _walk(size) if blank[row][column] is None)
    for index, module in zip(range(stream_bits), open_modules, strict=False):
        indices[module] = index
    return indices


def _walk(size: int) -> list[tuple[int, int]]:
    """Return the modules in the order in which bits are placed, in pairs of columns (ISO/IEC 18004, 7.7.3)."""
    right_columns = chain(range(size - 1, 6, -2), range(5, 0, -2))  # column 6 is the timing pattern
    upwards = range(size - 1, -1, -1)
    downwards = range(size)
    return [
        (row, column)
        for turn, right in enumerate(right_columns)
        for row in (downwards if turn % 2 else upwards)
        for column in (right, right - 1)
    ]


def _interleaving(lengths: Sequence[int]) -> list[int]:
    """Return the order that takes the first of each block, then the second of each, and so on."""
    starts = [sum(lengths[:block]) for block in range(len(lengths))]
    return [
        start + place
        for place in range(max(lengths))
        for start, length in zip(starts, lengths, strict=True)
        if place < length
    ]


def _parity_tables(parity_length: int, longest_block: int) -> tuple[tuple[int, ...], ...]:
    """Return the table of each place, worked out from the last: one place earlier is one more division step."""
    steps = _division_steps(parity_length)
    top = 8 * (parity_length - 1)
    below = (1 << top) - 1
    tables = [steps]
    for _ in range(longest_block - 1):
        tables.append(tuple((added & below) << 8 ^ steps[added >> top] for added in tables[-1]))
    return tuple(reversed(tables))


def _division_steps(parity_length: int) -> tuple[int, ...]:
    """Return each byte's multiple of the generator polynomial without its leading term."""
    generator = base.Polynomial([1], 0)
    for power in range(parity_length):
        generator *= base.Polynomial([1, base.gexp(power)], 0)
    tail = list(generator)[1:]
    return tuple(int.from_bytes(bytes(_times(byte, factor) for factor in tail), "big") for byte in range(256))


def _times(left: int, right: int) -> int:
    product: int = base.gexp((base.glog(left) + base.glog(right)) % 255) if left and right else 0
    return product
