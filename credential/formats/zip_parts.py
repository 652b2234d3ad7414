"""A ZIP made in parts that know nothing of each other: files with their local headers, and at the end the directory.

Local headers hold no offsets, so the parts can be made in any order and by several workers; only the directory, made
last, says where each file is. Sizes stand before the data, so that readers of streams need not guess. Equal files give
equal bytes.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from credential.record import INDIA

_UNIX = 3
_READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class File:
    """A file to pack. `at` is aware; ZIP keeps local time, here that of India. PDF and PNG are not compressed again."""

    name: str
    data: bytes
    at: datetime
    compressed: bool = False


class Entry(Struct, frozen=True):
    """A packed file as the directory tells of it; `offset` is from the start of its part."""

    name: str
    crc: int
    size: int
    packed_size: int
    method: int
    at: tuple[int, int, int, int, int, int]
    offset: int


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a ZIP, and the entries in them."""

    data: bytes
    entries: tuple[Entry, ...]


def pack(files: Sequence[File]) -> Part:
    """Return a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file in files:
            archive.writestr(_info(file), file.data)
    out.truncate(archive.start_dir)  # without the directory, which comes once for all parts
    return Part(out.getvalue(), tuple(_entry(info) for info in archive.infolist()))


def finish(files: Sequence[File], parts: Sequence[tuple[Sequence[Entry], int]]) -> bytes:
    """Return the end of a ZIP: more files, and the directory of all.

    `parts` are the entries and the length in bytes of each part before, in their order.
    """
    entries, base = [], 0
    for own, length in parts:
        entries += [replace(entry, offset=base + entry.offset) for entry in own]
        base += length
    out = _Behind(base)
    with zipfile.ZipFile(out, "w") as archive:
        for file in files:
            archive.writestr(_info(file), file.data)
        archive.filelist[:0] = [_listed(entry) for entry in entries]
    return out.getvalue()


class _Behind(io.BytesIO):
    """Bytes that stand behind others: places are counted from the start of the whole."""

    def __init__(self, base: int) -> None:
        """Take how many bytes stand before."""
        super().__init__()
        self._base = base

    def tell(self) -> int:
        """Return the place in the whole."""
        return self._base + super().tell()

    def seek(self, place: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place of the whole."""
        return self._base + super().seek(place - self._base if whence == io.SEEK_SET else place, whence)


def _info(file: File) -> zipfile.ZipInfo:
    local = file.at.astimezone(INDIA)
    info = zipfile.ZipInfo(file.name, local.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED if file.compressed else zipfile.ZIP_STORED
    info.create_system, info.external_attr = _UNIX, _READABLE
    return info


def _entry(info: zipfile.ZipInfo) -> Entry:
    return Entry(
        info.filename,
        info.CRC,
        info.file_size,
        info.compress_size,
        info.compress_type,
        info.date_time,
        info.header_offset,
    )


def _listed(entry: Entry) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry.name, entry.at)
    info.CRC, info.file_size, info.compress_size = entry.crc, entry.size, entry.packed_size
    info.compress_type, info.header_offset = entry.method, entry.offset
    info.create_system, info.external_attr = _UNIX, _READABLE
    return info
