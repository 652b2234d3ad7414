"""ZIPs made in parts: what an ordinary reader finds in them."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from credential.formats.zip_parts import File, finish, pack

AT = datetime(2021, 6, 1, 20, 0, tzinfo=UTC)  # 2 June, 1:30 in India
CONTENTS = st.lists(st.tuples(st.binary(max_size=300), st.booleans()), max_size=8)


def whole(parts: Sequence[Sequence[File]], last: Sequence[File]) -> bytes:
    packed = [pack(files) for files in parts]
    return b"".join([*(one.data for one in packed), finish(last, [(one.entries, len(one.data)) for one in packed])])


@given(st.lists(CONTENTS, max_size=5))
def test_every_file_of_every_part_is_read_back(parts: list[list[tuple[bytes, bool]]]) -> None:
    files = [
        [File(f"{number}/{place}", data, AT, compressed) for place, (data, compressed) in enumerate(part)]
        for number, part in enumerate(parts)
    ]
    last = File("list.csv", b"a,b\r\n" * 50, AT, compressed=True)
    with zipfile.ZipFile(io.BytesIO(whole(files, [last]))) as archive:
        assert archive.testzip() is None
        found = {info.filename: archive.read(info) for info in archive.infolist()}
    expected = {file.name: file.data for part in files for file in part}
    assert found == {**expected, last.name: last.data}


def test_the_same_files_make_the_same_bytes_in_whatever_order_the_parts_were_made() -> None:
    one, other = [File("a.pdf", b"one" * 100, AT)], [File("b.svg", b"two" * 100, AT, compressed=True)]
    later = pack(other)
    assert whole([one, other], []) == pack(one).data + later.data + finish(
        [], [(pack(one).entries, len(pack(one).data)), (later.entries, len(later.data))]
    )


def test_sizes_stand_before_the_data_and_times_are_those_of_india() -> None:
    data = whole([[File("a.pdf", b"one", AT)]], [File("z", b"", AT)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [info, _] = archive.infolist()
    assert info.date_time == (2021, 6, 2, 1, 30, 0)
    assert info.flag_bits & 0x08 == 0
    assert int.from_bytes(data[18:22], "little") == len(b"one")
    assert info.external_attr >> 16 == 0o644
