"""The payload of a certificate's QR code: a zip with the one entry `certificate.json` (Co-WIN specification 3).

Written as the Go service of Co-WIN lays it out, so that every reader in use accepts it. Read in both forms that are in
people's hands: the zip's own bytes, and those bytes taken as characters and written as UTF-8.
"""

import io
import struct
import zipfile
import zlib

from credential.errors import Unreadable

ENTRY_NAME = "certificate.json"
MAX_INPUT_BYTES = 64 * 1024
MAX_OUTPUT_BYTES = 64 * 1024
MAX_RATIO = 100

_NAME = ENTRY_NAME.encode("ascii")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_LOCAL = struct.Struct(
    "<4sHHHHHIIIHH"
)  # signature, version, flags, method, time, date, CRC, sizes, name and extra length
_DESCRIPTOR = struct.Struct("<4sIII")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_ZIP_VERSION = 20
_FLAG_ENCRYPTED = 0x0001
_FLAG_STREAMED = 0x0008
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, EOFError)


def pack(credential_text: str) -> bytes:
    """Return the zip bytes that the QR code carries. The text goes in as it is; equal texts give equal bytes."""
    content = credential_text.encode("utf-8")
    deflater = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    body = deflater.compress(content) + deflater.flush()
    crc, sizes = zlib.crc32(content), (len(body), len(content))
    version, flags, method, moment = _ZIP_VERSION, _FLAG_STREAMED, zipfile.ZIP_DEFLATED, (0, 0)
    local = _LOCAL.pack(_LOCAL_SIGNATURE, version, flags, method, *moment, 0, 0, 0, len(_NAME), 0) + _NAME
    stream = local + body + _DESCRIPTOR.pack(b"PK\x07\x08", crc, *sizes)
    central = _CENTRAL.pack(
        b"PK\x01\x02", version, version, flags, method, *moment, crc, *sizes, len(_NAME), 0, 0, 0, 0, 0, 0
    )
    directory = central + _NAME
    return stream + directory + _END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(stream), 0)


def unpack(data: bytes) -> str:
    """Return the credential's text from zip bytes, or from their UTF-8 form.

    Raises Unreadable with the reason: not a zip, truncated, encrypted, other entries, too large, too dense, wrong CRC,
    no UTF-8. Declared sizes are never trusted.
    """
    if len(data) > MAX_INPUT_BYTES:
        raise Unreadable(f"The QR payload is larger than {MAX_INPUT_BYTES} bytes.")
    if not data.startswith(_LOCAL_SIGNATURE):
        raise Unreadable("The QR payload is not a zip archive.")
    try:
        return _read(data)
    except Unreadable:
        original = _from_utf8_form(data)
        if original is None:
            raise
    return _read(original)


def _from_utf8_form(data: bytes) -> bytes | None:
    try:
        original = data.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return None
    return None if original == data else original


def _read(archive: bytes) -> str:
    entry = _only_entry(archive)
    content = _inflate(entry.compress_type, _compressed(archive, entry))
    if zlib.crc32(content) != entry.CRC:
        raise Unreadable("The zip entry does not fit its checksum; the QR was read wrongly or is damaged.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("The zip entry is not UTF-8 text.") from None


def _only_entry(archive: bytes) -> zipfile.ZipInfo:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
    except _DAMAGED:
        raise Unreadable("The zip archive is damaged or truncated.") from None
    if len(entries) != 1 or entries[0].orig_filename != ENTRY_NAME:
        raise Unreadable(f"The zip archive must hold one entry, {ENTRY_NAME}, and nothing else.")
    if entries[0].flag_bits & _FLAG_ENCRYPTED:
        raise Unreadable("The zip entry is encrypted.")
    return entries[0]


def _compressed(archive: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return the entry's compressed bytes; the archive must begin with it, so that nothing hides in front."""
    _, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack_from(archive.ljust(_LOCAL.size, b"\0"))
    start = _LOCAL.size + name_length + extra_length
    body = archive[start : start + entry.compress_size]
    agrees = method == entry.compress_type and archive[_LOCAL.size : _LOCAL.size + name_length] == _NAME
    if entry.header_offset != 0 or not agrees or flags & _FLAG_ENCRYPTED:
        raise Unreadable("The zip archive's two descriptions of its entry disagree.")
    if len(body) != entry.compress_size:
        raise Unreadable("The zip archive is truncated.")
    return body


def _inflate(method: int, body: bytes) -> bytes:
    limit = min(MAX_OUTPUT_BYTES, MAX_RATIO * len(body))
    if method == zipfile.ZIP_STORED:
        return body
    if method != zipfile.ZIP_DEFLATED:
        raise Unreadable("The zip entry uses a compression other than DEFLATE.")
    inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(body, limit + 1)
    except zlib.error:
        raise Unreadable("The zip entry's compressed data is damaged.") from None
    if len(content) > limit:
        raise Unreadable(f"The zip entry unpacks to more than {MAX_OUTPUT_BYTES} bytes or {MAX_RATIO} times its size.")
    if not inflater.eof or inflater.unused_data:
        raise Unreadable("The zip entry's compressed data is truncated or followed by other data.")
    return content
