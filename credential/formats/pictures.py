"""QR codes in a picture: PNG, JPEG or WebP in, the bytes of every code out.

A photograph of a page is 12 million pixels, in which a module of the code is 3 to 5 pixels wide, lit from one side,
noisy, and softened by the lens and by JPEG. Two ways to tell dark from light see different ones of them: the local one
stands uneven light, the global one noise. The views and their numbers were chosen on such photographs.
"""

import io
import math
from collections.abc import Iterator
from typing import cast

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from credential.errors import Unreadable

MAX_PICTURE_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 25_000_000
_WORK_PIXELS = 12_500_000  # larger pictures are made smaller first, which bounds the time of every view
_SMALL_PIXELS = 1_000_000  # below it, modules may be too few pixels to find, so enlarging helps
_NO_CONTRAST = 16  # of 255 levels of grey
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_BINARIZERS = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)
_FORMATS = ("PNG", "JPEG", "WEBP")


def read_codes(image: bytes) -> list[bytes]:
    """Return the raw content of each QR code in the picture, never an empty list.

    Raises Unreadable: too large, no PNG, JPEG or WebP, damaged, or no code found.
    """
    codes = scan(_open(image))
    if not codes:
        raise Unreadable("No QR code was found in the picture. Take a sharper, straight one that shows the whole code.")
    return codes


def scan(picture: Image.Image) -> list[bytes]:
    """Return the raw content of each QR code in a grey picture, [] where none is found."""
    darkest, lightest = cast("tuple[int, int]", picture.getextrema())  # grey has one channel
    if lightest - darkest < _NO_CONTRAST:
        return []
    for view in _views(_bounded(picture)):
        for binarizer in _BINARIZERS:
            # Codes are found at any angle; `try_rotate` is for other barcodes.
            found = zxingcpp.read_barcodes(view, formats=_QR, try_rotate=False, binarizer=binarizer)
            if found:
                return [code.bytes for code in found]
    return []


def _open(image: bytes) -> Image.Image:
    if len(image) > MAX_PICTURE_BYTES:
        raise Unreadable(f"The picture is larger than {MAX_PICTURE_BYTES} bytes.")
    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Unreadable(f"The picture has more than {MAX_PIXELS} pixels; send a smaller one.")
            opened.draft("L", opened.size)  # a JPEG is decoded to grey alone, in a third of the time
            return _grey(opened)
    except Image.DecompressionBombError:
        raise Unreadable(f"The picture has more than {MAX_PIXELS} pixels; send a smaller one.") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError):
        raise Unreadable("The picture is damaged, or is no PNG, JPEG or WebP.") from None


def _grey(picture: Image.Image) -> Image.Image:
    """Return the first frame in grey, transparent parts white as paper."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    layered = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    paper = Image.new("L", layered.size, 255)
    return Image.composite(layered.convert("L"), paper, layered.getchannel("A"))


def _bounded(picture: Image.Image) -> Image.Image:
    factor = math.sqrt(_WORK_PIXELS / (picture.width * picture.height))
    return ImageOps.scale(picture, factor, Image.Resampling.BILINEAR) if factor < 1 else picture


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield the picture, then what helps with small, noisy, dark and soft codes."""
    yield picture
    if picture.width * picture.height <= _SMALL_PIXELS:
        framed = ImageOps.expand(ImageOps.autocontrast(picture, cutoff=1), border=32, fill=255)
        yield framed
        yield ImageOps.scale(framed, 2)
        yield ImageOps.scale(framed, 3)
    smooth = picture.filter(ImageFilter.BoxBlur(1))
    yield smooth
    # Three times the way from the surroundings to the picture: soft edges become steep.
    yield Image.blend(picture.filter(ImageFilter.BoxBlur(4)), smooth, 3)
