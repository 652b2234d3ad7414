"""The QR's zip: what we write, and every way in which what we read may be wrong."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.errors import Unreadable
from credential.formats.qr_zip import ENTRY_NAME, MAX_OUTPUT_BYTES, pack, unpack

TEXT = '{"name": "नमूना व्यक्ति 1", "dose": 1}'
LOCAL_HEADER = 30 + len(ENTRY_NAME)


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return target.getvalue()


def utf8_form(data: bytes) -> bytes:
    return data.decode("latin-1").encode("utf-8")


def forged(content: bytes, *, crc: int, declared: int) -> bytes:
    """Lay a zip out with any checksum and any declared size of the content."""
    deflater = zlib.compressobj(9, wbits=-15)
    body = deflater.compress(content) + deflater.flush()
    name = ENTRY_NAME.encode()
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), declared, len(name), 0) + name
    central = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), declared, len(name), *(0,) * 6
    )
    directory = central + name
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(local + body), 0)
    return local + body + directory + end


@given(st.text(max_size=2000))
def test_what_is_packed_is_unpacked_in_both_forms(text: str) -> None:
    packed = pack(text)
    if len(text.encode()) <= 100 * (len(packed) - 138):
        assert unpack(packed) == text
        assert unpack(utf8_form(packed)) == text


def test_the_layout_is_that_of_a_streamed_zip() -> None:
    packed = pack(TEXT)
    content = TEXT.encode()
    assert struct.unpack_from("<4sHHHHHIIIHH", packed) == (b"PK\x03\x04", 20, 8, 8, 0, 0, 0, 0, 0, 16, 0)
    descriptor = packed.index(b"PK\x07\x08")
    compressed = packed[LOCAL_HEADER:descriptor]
    assert zlib.decompress(compressed, wbits=-15) == content
    assert struct.unpack_from("<III", packed, descriptor + 4) == (zlib.crc32(content), len(compressed), len(content))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        assert opened.read(ENTRY_NAME) == content


def test_equal_texts_give_equal_bytes() -> None:
    assert pack(TEXT) == pack(TEXT)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_zips_of_other_writers_are_read(method: int) -> None:
    assert unpack(archive((ENTRY_NAME, TEXT.encode()), method=method)) == TEXT


def test_a_bomb_by_size_is_refused() -> None:
    with pytest.raises(Unreadable, match="unpacks to more than"):
        unpack(archive((ENTRY_NAME, bytes(10_000_000))))


def test_a_bomb_by_ratio_is_refused() -> None:
    with pytest.raises(Unreadable, match="100 times"):
        unpack(archive((ENTRY_NAME, bytes(60_000))))


def test_a_bomb_that_declares_a_small_size_is_refused() -> None:
    content = bytes(range(256)) * 400
    assert len(content) > MAX_OUTPUT_BYTES
    with pytest.raises(Unreadable, match="unpacks to more than"):
        unpack(forged(content, crc=zlib.crc32(content), declared=10))


def test_a_wrong_declared_size_alone_does_no_harm() -> None:
    assert unpack(forged(TEXT.encode(), crc=zlib.crc32(TEXT.encode()), declared=2**31)) == TEXT


def test_a_wrong_checksum_is_refused() -> None:
    with pytest.raises(Unreadable, match="checksum"):
        unpack(forged(TEXT.encode(), crc=1, declared=len(TEXT.encode())))


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (("other.json", b"{}"),),
        ((ENTRY_NAME, b"{}"), ("other.json", b"{}")),
        (("../" + ENTRY_NAME, b"{}"),),
        ((ENTRY_NAME + ".exe", b"{}"),),
    ],
    ids=["none", "another", "two", "path", "longer"],
)
def test_other_entries_are_refused(entries: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(Unreadable, match=r"one entry|not a zip|damaged"):
        unpack(archive(*entries))


def test_a_name_that_goes_on_after_a_null_byte_is_refused() -> None:
    with pytest.raises(Unreadable, match="one entry"):
        unpack(archive((ENTRY_NAME + "%.exe", b"{}")).replace(b"%", b"\0"))


def test_an_encrypted_entry_is_refused() -> None:
    packed = bytearray(pack(TEXT))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="encrypted"):
        unpack(bytes(packed))


def test_another_compression_is_refused() -> None:
    with pytest.raises(Unreadable, match="other than DEFLATE"):
        unpack(archive((ENTRY_NAME, TEXT.encode()), method=zipfile.ZIP_BZIP2))


def test_bytes_before_the_entry_are_refused() -> None:
    with pytest.raises(Unreadable, match=r"disagree|damaged"):
        unpack(pack("{}")[:LOCAL_HEADER] + pack(TEXT))


def test_a_second_name_in_the_local_header_is_refused() -> None:
    packed = bytearray(pack(TEXT))
    packed[30] = ord("C")
    with pytest.raises(Unreadable, match="disagree"):
        unpack(bytes(packed))


@given(st.data())
def test_a_truncated_zip_is_unreadable(data: st.DataObject) -> None:
    packed = pack(TEXT)
    with pytest.raises(Unreadable):
        unpack(packed[: data.draw(st.integers(0, len(packed) - 1))])


@given(st.binary(max_size=300), st.booleans(), st.integers(0, 400), st.integers(0, 255))
@settings(max_examples=300)
def test_noise_is_unreadable_or_text(noise: bytes, whole: bool, place: int, value: int) -> None:  # noqa: FBT001
    packed = bytearray(pack(TEXT))
    packed[place % len(packed)] = value
    try:
        text = unpack(noise if whole else bytes(packed))
    except Unreadable:
        return
    assert text == TEXT


@pytest.mark.parametrize("data", [b"", b"PK", b"HC1:6BF", b'{"a": 1}', "नमूना".encode()])
def test_what_is_no_zip_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not a zip"):
        unpack(data)


def test_a_huge_input_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unreadable, match="larger than"):
        unpack(b"PK\x03\x04" + bytes(70_000))


def test_an_entry_that_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="not UTF-8"):
        unpack(archive((ENTRY_NAME, b"\xff\xfe{}")))
