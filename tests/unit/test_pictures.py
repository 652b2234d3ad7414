"""QR codes in pictures as people send them."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageFilter

from credential import qr
from credential.errors import Unreadable
from credential.formats.pictures import MAX_PICTURE_BYTES, _bounded, _views, read_codes
from credential.formats.received import decode
from tests.papers import Photograph, credential_text, paper, rasterised

DATA = random.Random(1).randbytes(700)


def picture(data: bytes = DATA, scale: int = 3) -> Image.Image:
    return Image.open(io.BytesIO(qr.png(data, scale=scale))).convert("L")


def encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_each_kind_of_picture_is_read(kind: str) -> None:
    assert read_codes(encoded(picture(), kind)) == [DATA]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_each_mode_of_picture_is_read(mode: str) -> None:
    assert read_codes(encoded(picture().convert(mode), "PNG")) == [DATA]


def test_a_transparent_background_is_paper() -> None:
    dark = picture().point(lambda grey: 255 - grey)
    layer = Image.new("RGBA", dark.size, (0, 0, 0, 0))
    layer.putalpha(dark)
    assert read_codes(encoded(layer, "PNG")) == [DATA]


@pytest.mark.parametrize("angle", [90, 180, 270, 12, 45])
def test_a_turned_picture_is_read(angle: int) -> None:
    turned = picture(scale=4).rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert read_codes(encoded(turned, "PNG")) == [DATA]


def test_a_tiny_picture_is_read() -> None:
    assert read_codes(qr.png(DATA, scale=1)) == [DATA]


def test_a_blurred_and_compressed_photograph_is_read() -> None:
    page = Image.new("L", (1200, 1600), 230)
    page.paste(picture().filter(ImageFilter.GaussianBlur(1)), (500, 700))
    assert read_codes(encoded(page, "JPEG", quality=40)) == [DATA]


def test_a_code_without_a_quiet_zone_is_read() -> None:
    assert read_codes(qr.png(DATA, scale=4, border=0)) == [DATA]


def test_every_code_of_a_picture_is_given() -> None:
    page = Image.new("L", (700, 350), 255)
    page.paste(picture(b"first"), (20, 20))
    page.paste(picture(b"second"), (350, 20))
    assert sorted(read_codes(encoded(page, "PNG"))) == [b"first", b"second"]


def test_a_picture_without_a_code_says_what_to_do() -> None:
    with pytest.raises(Unreadable, match="sharper"):
        read_codes(encoded(Image.new("L", (300, 200), 255), "PNG"))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (3, 2)])
def test_odd_sizes_are_no_error_of_ours(size: tuple[int, int]) -> None:
    with pytest.raises(Unreadable, match="No QR code"):
        read_codes(encoded(Image.new("L", size, 255), "PNG"))


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", encoded(picture(), "BMP"), encoded(picture(), "GIF")]
)
def test_what_is_no_known_picture_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged, or is no PNG"):
        read_codes(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_picture_is_unreadable(kind: str) -> None:
    whole = encoded(picture(), kind)
    with pytest.raises(Unreadable):
        read_codes(whole[: len(whole) // 2])


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(Unreadable, match="larger than"):
        read_codes(bytes(MAX_PICTURE_BYTES + 1))


@pytest.mark.parametrize("side", [5_001, 12_000, 60_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_too_many_pixels_are_refused_by_the_header_alone(side: int) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    with pytest.raises(Unreadable, match="pixels"):
        read_codes(data + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")))


TEXT = credential_text()
LIGHT = {"evening": (30, 80), "night": (20, 60), "one window": (20, 255)}


def photograph_is_read(photograph: Photograph) -> bool:
    return decode(photograph.take(rasterised(paper(TEXT)))).text == TEXT


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 20, 45])
def test_a_photograph_of_a_page_is_read_at_any_angle(turn: int) -> None:
    assert photograph_is_read(Photograph(turn=turn))


@pytest.mark.parametrize("light", LIGHT)
def test_a_photograph_of_a_page_is_read_in_bad_light(light: str) -> None:
    assert photograph_is_read(Photograph(light=LIGHT[light]))


@pytest.mark.parametrize("photograph", [Photograph(fill=0.6), Photograph(tilt=0.25), Photograph(fill=0.7, turn=30)])
def test_a_photograph_of_a_page_is_read_from_afar_and_aslant(photograph: Photograph) -> None:
    assert photograph_is_read(photograph)


@pytest.mark.parametrize("photograph", [Photograph(blur=2.6), Photograph(noise=40), Photograph(quality=30)])
def test_a_photograph_of_a_page_is_read_though_soft_or_noisy(photograph: Photograph) -> None:
    assert photograph_is_read(photograph)


def test_a_photograph_too_blurred_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="sharper"):
        photograph_is_read(Photograph(blur=6))


def test_a_page_at_24_million_pixels_is_read() -> None:
    assert photograph_is_read(Photograph(size=(4284, 5712), blur=2, noise=0))


@pytest.mark.parametrize("side", [5000, 1000])
def test_no_view_is_larger_than_what_bounds_its_time(side: int) -> None:
    views = _views(_bounded(Image.new("L", (side, side))))
    assert max(view.width * view.height for view in views) < 12_600_000
