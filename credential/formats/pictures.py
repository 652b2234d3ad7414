"""QR codes in a picture: PNG, JPEG or WebP in, the bytes of every code out."""

import io
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageOps

from credential.errors import Unreadable

MAX_PICTURE_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
_RETRY_PIXELS = 4_000_000  # second looks work on a smaller copy, which bounds their time
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_FORMATS = ("PNG", "JPEG", "WEBP")


def read_codes(image: bytes) -> list[bytes]:
    """Return the raw content of each QR code in the picture, never an empty list.

    Raises Unreadable: too large, no PNG, JPEG or WebP, damaged, or no code found.
    """
    picture = _open(image)
    for view in _views(picture):
        codes = _scan(view)
        if codes:
            return codes
    raise Unreadable("No QR code was found in the picture. Take a sharper, straight one that shows the whole code.")


def _open(image: bytes) -> Image.Image:
    if len(image) > MAX_PICTURE_BYTES:
        raise Unreadable(f"The picture is larger than {MAX_PICTURE_BYTES} bytes.")
    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Unreadable(f"The picture has more than {MAX_PIXELS} pixels.")
            return _grey(opened)
    except Image.DecompressionBombError:
        raise Unreadable(f"The picture has more than {MAX_PIXELS} pixels.") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError):
        raise Unreadable("The picture is damaged, or is no PNG, JPEG or WebP.") from None


def _grey(picture: Image.Image) -> Image.Image:
    """Return the first frame in grey, transparent parts white as paper."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    layered = picture.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("L")


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield the picture, then what helps with small, faint, noisy and slanted codes, cheapest first."""
    yield picture
    small = ImageOps.contain(picture, (2000, 2000)) if picture.width * picture.height > _RETRY_PIXELS else picture
    yield ImageOps.expand(ImageOps.autocontrast(small, cutoff=1), border=32, fill=255)
    for factor in (2.0, 3.0, 0.5):
        if small.width * small.height * factor**2 <= 2 * _RETRY_PIXELS and min(small.size) * factor >= 1:
            yield ImageOps.scale(small, factor)
    for angle in (45, 22, 67):
        yield small.rotate(angle, resample=Image.Resampling.BILINEAR, expand=True, fillcolor=255)


def _scan(picture: Image.Image) -> list[bytes]:
    found = zxingcpp.read_barcodes(picture, formats=_QR)
    return [code.bytes for code in found]
