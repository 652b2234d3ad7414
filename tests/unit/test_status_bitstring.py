"""The bits of a list as the specification writes them."""

import gzip
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import StatusListRefused
from credential.status.bitstring import (
    EMPTY,
    LIST_BYTES,
    decode,
    difference,
    digest,
    encode,
    is_set,
    set_indexes,
    with_set,
)
from credential.status.positions import LIST_SIZE

indexes = st.sets(st.integers(0, LIST_SIZE - 1), max_size=50)
OF_THE_SPECIFICATION = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def encoded(data: bytes) -> str:
    return "u" + urlsafe_b64encode(data).rstrip(b"=").decode()


def test_the_specifications_own_empty_list_is_ours() -> None:
    assert decode(OF_THE_SPECIFICATION) == EMPTY
    assert len(EMPTY) == 16_384


@given(indexes)
def test_what_is_set_is_read_back_and_nothing_else(chosen: set[int]) -> None:
    bits = decode(encode(with_set(EMPTY, chosen)))
    assert set(set_indexes(bits)) == chosen
    assert all(is_set(bits, index) for index in chosen)


def test_index_zero_is_the_left_most_bit() -> None:
    assert with_set(EMPTY, [0])[0] == 0b1000_0000
    assert with_set(EMPTY, [7])[0] == 0b0000_0001
    assert with_set(EMPTY, [LIST_SIZE - 1])[-1] == 0b0000_0001


@given(indexes, indexes)
def test_the_difference_leads_from_either_to_the_other(some: set[int], others: set[int]) -> None:
    one, other = with_set(EMPTY, some), with_set(EMPTY, others)
    flipped = difference(one, other)
    assert set(set_indexes(flipped)) == some ^ others
    assert difference(one, flipped) == other
    assert (digest(one) == digest(other)) == (some == others)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "z" + OF_THE_SPECIFICATION[1:],
        OF_THE_SPECIFICATION[:-8],
        encoded(EMPTY),
        encoded(gzip.compress(bytes(LIST_BYTES - 1), mtime=0)),
        encoded(gzip.compress(bytes(LIST_BYTES + 1), mtime=0)),
        encoded(gzip.compress(bytes(100_000_000), mtime=0)),
        "u!!!!",
        "ué",
    ],
)
def test_what_is_no_list_of_131072_bits_is_refused(text: str) -> None:
    with pytest.raises(StatusListRefused):
        decode(text)
