"""Positions in status lists: a keyed permutation per list, so that no two certificates meet."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from credential.permutation import Permutation
from credential.status.positions import LIST_SIZE, ListPurpose, StatusPositions, list_url

secrets = st.binary(min_size=16, max_size=64)


def test_a_list_is_used_whole_and_no_index_twice() -> None:
    found = StatusPositions(b"a secret of the test").positions(range(3 * LIST_SIZE, 4 * LIST_SIZE))
    assert {one.number for one in found} == {3}
    assert sorted(one.index for one in found) == list(range(LIST_SIZE))


@given(secrets, st.integers(0, 2**40))
def test_the_same_secret_gives_the_same_position(secret: bytes, counted: int) -> None:
    position = StatusPositions(secret).position(counted)
    assert position == StatusPositions(secret).position(counted)
    assert position.number == counted // LIST_SIZE
    assert 0 <= position.index < LIST_SIZE


def test_neighbours_lie_apart_and_lists_differ() -> None:
    positions = StatusPositions(b"a secret of the test")
    first, second = ([positions.position(start + n).index for n in range(1000)] for start in (0, LIST_SIZE))
    assert sum(one == other for one, other in zip(first, second, strict=True)) < 10
    steps = sorted(abs(one - other) for one, other in pairwise(first))
    assert LIST_SIZE / 5 < steps[len(steps) // 2] < LIST_SIZE / 2  # of two random places: 0.29 of the list


@given(secrets, st.integers(1, 12), st.data())
def test_a_permutation_has_an_inverse_below_any_span(secret: bytes, half_bits: int, data: st.DataObject) -> None:
    span = data.draw(st.integers(4**half_bits // 4 + 1, 4**half_bits))
    permutation = Permutation(secret, half_bits=half_bits, span=span)
    number = data.draw(st.integers(0, span - 1))
    assert 0 <= permutation.place(number) < span
    assert permutation.number(permutation.place(number)) == number


@given(secrets, st.integers(65, 256))
def test_a_permutation_of_a_small_span_meets_every_place_once(secret: bytes, span: int) -> None:
    permutation = Permutation(secret, half_bits=4, span=span)
    assert sorted(map(permutation.place, range(span))) == list(range(span))


def test_the_lists_of_a_number_have_an_address_per_purpose() -> None:
    urls = [list_url("https://certificates.example/status", purpose, 7) for purpose in ListPurpose]
    assert urls == [f"https://certificates.example/status/{name}/7" for name in ("revocation", "refresh")]
