"""Artifacts in their envelopes: encrypted, found under keyed hashes, read back whole or in sections."""

from hashlib import sha256

import pytest

from backends.artifacts.memory import MemoryArtifacts
from credential.errors import Unavailable
from credential.operations.sealing import Envelope, Section, Shelf, Stored, whole

SECRET = bytes(range(32))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(MemoryArtifacts(), SECRET)


async def test_what_is_kept_is_found_with_its_facts(shelf: Shelf) -> None:
    stored = whole(b"\x00page", media_type="application/pdf", file_name="x.pdf", template="abc")
    assert (stored.envelope.sha256, stored.envelope.size) == (sha256(b"\x00page").hexdigest(), 5)
    name = shelf.name("document", "1")
    await shelf.keep(name, stored)
    assert await shelf.fetch(name) == stored
    assert await shelf.fetch(shelf.name("document", "2")) is None


async def test_nothing_of_it_can_be_read_without_the_secret(shelf: Shelf) -> None:
    name = shelf.name("document", "1")
    await shelf.keep(name, whole(b"Sample Person 1", media_type="application/pdf", file_name="x.pdf"))
    raw = await shelf.artifacts.get(name) or b""
    assert b"Sample" not in raw
    assert b"application" not in raw
    other = Shelf(shelf.artifacts, bytes(32))
    assert other.name("document", "1") != name
    assert await other.fetch(name) is None


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1], lambda raw: raw[:5] + b"x" + raw[6:], lambda _: b""])
async def test_what_was_altered_or_cut_counts_as_absent(shelf: Shelf, spoil: object) -> None:
    assert callable(spoil)
    name = shelf.name("document", "1")
    await shelf.keep(name, whole(b"page", media_type="application/pdf", file_name="x.pdf"))
    await shelf.artifacts.put(name, spoil(await shelf.artifacts.get(name)))
    assert await shelf.fetch(name) is None


async def test_what_was_moved_under_another_name_counts_as_absent(shelf: Shelf) -> None:
    one, other = shelf.name("document", "1"), shelf.name("document", "2")
    await shelf.keep(one, whole(b"page", media_type="application/pdf", file_name="x.pdf"))
    await shelf.artifacts.put(other, await shelf.artifacts.get(one) or b"")
    assert await shelf.fetch(other) is None


async def sectioned(shelf: Shelf, *parts: bytes) -> Stored:
    sections = []
    for number, data in enumerate(parts):
        sections.append(Section(shelf.name("part", str(number)), len(data)))
        await shelf.keep(sections[-1].name, whole(data, media_type="application/octet-stream", file_name=""))
    joined = b"".join(parts)
    facts = Envelope("application/zip", "x.zip", sha256(joined).hexdigest(), len(joined), sections=tuple(sections))
    return Stored(facts, b"")


async def test_sections_are_read_in_any_range(shelf: Shelf) -> None:
    stored = await sectioned(shelf, b"abc", b"", b"defgh", b"i")
    for start in range(10):
        for end in range(start, 10):
            found = b"".join([part async for part in shelf.stream(stored, start, end)])
            assert found == b"abcdefghi"[start:end]


async def test_a_section_that_is_gone_is_not_passed_over(shelf: Shelf) -> None:
    stored = await sectioned(shelf, b"abc", b"def")
    await shelf.remove(stored.envelope.sections[1].name)
    with pytest.raises(Unavailable):
        _ = [part async for part in shelf.stream(stored, 0, 6)]
    assert [part async for part in shelf.stream(stored, 0, 3)] == [b"abc"]
