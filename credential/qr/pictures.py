"""A QR symbol as a picture: PNG of one bit per pixel, or SVG of one path."""

import re
import struct
import zlib
from functools import lru_cache

from credential.qr.symbol import Matrix, matrix

_DARK_RUN = re.compile("1+")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(data: bytes, *, scale: int = 3, border: int = 4) -> bytes:
    """Return a PNG, black on white; `scale` in pixels per module, `border` in modules. Raises QrTooLong."""
    symbol = matrix(data)
    width = (symbol.size + 2 * border) * scale
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)  # one bit of grey, no interlacing
    pixels = zlib.compress(_scanlines(symbol, scale, border), 1)
    return _PNG_SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def svg(data: bytes, *, border: int = 4) -> str:
    """Return an SVG whose unit is one module. Raises QrTooLong."""
    symbol = matrix(data)
    width = symbol.size + 2 * border
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{width}H0z"/><path d="{_outline(symbol, border)}"/></svg>'
    )


def _scanlines(symbol: Matrix, scale: int, border: int) -> bytes:
    """Return the PNG's rows, each with its filter byte. Eight modules make a byte, and `scale` bytes of pixels."""
    width = symbol.size + 2 * border
    padded = width + -width % 8
    stride = -(-width * scale // 8)
    margin, rest = "0" * border, "0" * (padded - border - symbol.size)
    modules = int("".join(margin + row + rest for row in symbol.rows), 2).to_bytes(symbol.size * padded // 8, "big")
    pixels = b"".join(map(_magnified(scale).__getitem__, modules))
    step = padded * scale // 8
    blank = (b"\0" + b"\xff" * stride) * (border * scale)
    lines = ((b"\0" + pixels[at : at + stride]) * scale for at in range(0, len(pixels), step))
    return blank + b"".join(lines) + blank


@lru_cache(maxsize=8)
def _magnified(scale: int) -> tuple[bytes, ...]:
    """Return the pixels of every eight modules: white is 1."""
    light = {"0": "1" * scale, "1": "0" * scale}
    return tuple(
        int("".join(light[module] for module in f"{modules:08b}"), 2).to_bytes(scale, "big") for modules in range(256)
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _outline(symbol: Matrix, border: int) -> str:
    runs = (
        (row, *run.span())
        for row, modules in enumerate(symbol.rows, start=border)
        for run in _DARK_RUN.finditer(modules)
    )
    return "".join(f"M{start + border} {row}h{end - start}v1H{start + border}z" for row, start, end in runs)
