"""Our QR codes against two independent programs: `qrcode` draws the same modules, zxing-cpp reads the same bytes."""

import io
import random
import re
from typing import get_args

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode import util

from credential import qr
from credential.errors import DocumentError
from credential.qr.layout import MASKS, layout
from credential.qr.layout import capacity as version_capacity

LEVELS = get_args(qr.Level)
LIBRARY_LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}
EVERY_BLOCK_SHAPE = (1, 2, 5, 6, 7, 9, 10, 14, 27, 28, 40)


def by_library(data: bytes, version: int, level: str, mask: int) -> tuple[str, ...]:
    code = qrcode.QRCode(version=version, error_correction=LIBRARY_LEVELS[level], mask_pattern=mask)
    code.add_data(util.QRData(data, mode=util.MODE_8BIT_BYTE))
    code.make(fit=False)
    return tuple("".join("1" if module else "0" for module in row) for row in code.modules)


def read(picture: bytes) -> list[bytes]:
    return [code.bytes for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


@st.composite
def symbols(draw: st.DrawFn) -> tuple[bytes, int, qr.Level, int]:
    version, level = draw(st.sampled_from(EVERY_BLOCK_SHAPE)), draw(st.sampled_from(LEVELS))
    most = version_capacity(version, level)
    length = draw(st.one_of(st.integers(0, most), st.sampled_from((0, 1, most - 1, most))))
    return random.Random(draw(st.integers(0, 2**32))).randbytes(length), version, level, draw(st.sampled_from(MASKS))


@given(symbols())
@settings(max_examples=12)
def test_modules_equal_those_of_the_library(symbol: tuple[bytes, int, qr.Level, int]) -> None:
    data, version, level, mask = symbol
    assert qr.matrix(data, level, version=version, mask=mask).rows == by_library(data, version, level, mask)


@pytest.mark.parametrize("version", EVERY_BLOCK_SHAPE)
def test_every_shape_of_symbol_equals_the_library(version: int) -> None:
    data = random.Random(version).randbytes(version_capacity(version, "M"))
    assert qr.matrix(data, version=version, mask=version % 8).rows == by_library(data, version, "M", version % 8)


@given(st.binary(min_size=1, max_size=600))
@settings(max_examples=25)
def test_a_reader_gets_the_same_bytes_from_our_png(data: bytes) -> None:
    assert read(qr.png(data)) == [data]


def test_the_largest_certificate_fits_and_reads_back() -> None:
    data = random.Random(40).randbytes(qr.CAPACITY)
    assert (qr.CAPACITY, qr.capacity(), qr.capacity("L")) == (2331, 2331, 2953)
    assert qr.fits(data)
    assert qr.matrix(data).version == 40
    assert read(qr.png(data)) == [data]


def test_one_byte_more_is_too_long() -> None:
    data = bytes(qr.CAPACITY + 1)
    assert not qr.fits(data)
    with pytest.raises(qr.QrTooLong, match="2331 is the most") as caught:
        qr.png(data)
    assert isinstance(caught.value, DocumentError)


def test_a_version_that_is_too_small_is_refused() -> None:
    with pytest.raises(qr.QrTooLong, match="version 1-M"):
        qr.matrix(bytes(15), version=1)


@pytest.mark.parametrize("version", range(1, 41))
def test_the_smallest_version_is_chosen(version: int) -> None:
    most = version_capacity(version, "M")
    library = qrcode.QRCode(error_correction=0)
    library.add_data(util.QRData(bytes(most), mode=util.MODE_8BIT_BYTE))
    assert library.best_fit() == version
    assert qr.matrix(bytes(most)).version == version


def test_png_has_the_size_asked_for_and_a_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr.png(b"quiet zone", scale=5, border=6))).convert("L")
    size = qr.matrix(b"quiet zone").size
    assert picture.size == ((size + 12) * 5, (size + 12) * 5)
    margin = 6 * 5
    assert picture.crop((0, 0, picture.width, margin)).getextrema() == (255, 255)
    assert picture.crop((0, 0, margin, picture.height)).getextrema() == (255, 255)
    assert picture.getpixel((margin, margin)) == 0


def test_svg_draws_the_same_modules() -> None:
    data = random.Random(7).randbytes(300)
    matrix = qr.matrix(data)
    drawn = [["0"] * matrix.size for _ in range(matrix.size)]
    for left, top, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", qr.svg(data, border=4)):
        for column in range(int(left) - 4, int(left) - 4 + int(width)):
            drawn[int(top) - 4][column] = "1"
    assert tuple("".join(row) for row in drawn) == matrix.rows


def test_equal_content_gives_equal_pictures() -> None:
    assert qr.png(b"once") == qr.png(b"once")
    assert qr.svg(b"once") == qr.svg(b"once")


def test_tables_are_learnt_once() -> None:
    assert layout(3, "M") is layout(3, "M")
