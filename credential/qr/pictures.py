"""A QR symbol as a picture: PNG of one bit per pixel, or SVG of one path."""

import re
import struct
import zlib

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
    stride = -(-(symbol.size + 2 * border) * scale // 8)
    blank = (b"\0" + b"\xff" * stride) * (border * scale)
    pixels = {ord("1"): "0" * scale, ord("0"): "1" * scale}
    margin = "1" * (border * scale)
    lines = [(margin + row.translate(pixels) + margin).ljust(8 * stride, "1") for row in symbol.rows]
    return blank + b"".join((b"\0" + int(line, 2).to_bytes(stride)) * scale for line in lines) + blank


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _outline(symbol: Matrix, border: int) -> str:
    runs = (
        (row, *run.span())
        for row, modules in enumerate(symbol.rows, start=border)
        for run in _DARK_RUN.finditer(modules)
    )
    return "".join(f"M{start + border} {row}h{end - start}v1H{start + border}z" for row, start, end in runs)
