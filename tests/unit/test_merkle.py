"""Merkle trees: the published roots of Certificate Transparency, every proof, and proofs that were tampered with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.merkle import EMPTY, included, leaf, path, root

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
# The roots over the first n inputs, from the reference tests of Certificate Transparency.
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [leaf(bytes.fromhex(text)) for text in INPUTS]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_the_empty_tree() -> None:
    assert root([]) == EMPTY


def leaves_of(size: int) -> list[bytes]:
    return [leaf(str(number).encode()) for number in range(size)]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_leaf_is_proven(case: tuple[int, int]) -> None:
    size, index = case
    leaves = leaves_of(size)
    assert included(leaves[index], index=index, size=size, steps=path(leaves, index), root_hash=root(leaves))


@given(st.integers(1, 90), st.sampled_from([1, 2, 4, 8]))
def test_roots_of_equal_parts_stand_for_their_leaves(size: int, part: int) -> None:
    leaves = leaves_of(size)
    parts = [leaves[start : start + part] for start in range(0, size, part)]
    roots = [root(each) for each in parts]
    assert root(roots) == root(leaves)
    index = size - 1
    steps = path(parts[index // part], index % part) + path(roots, index // part)
    assert steps == path(leaves, index)


@given(st.integers(2, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), st.data())
def test_a_proof_of_something_else_is_refused(case: tuple[int, int], data: st.DataObject) -> None:
    size, index = case
    leaves = leaves_of(size)
    steps, root_hash = path(leaves, index), root(leaves)
    wrong = data.draw(st.integers(0, len(steps) - 1))
    tampered = [*steps[:wrong], leaf(b"other"), *steps[wrong + 1 :]]
    assert not included(leaves[index], index=index, size=size, steps=tampered, root_hash=root_hash)
    assert not included(leaf(b"other"), index=index, size=size, steps=steps, root_hash=root_hash)
    assert not included(leaves[index], index=index, size=size, steps=[*steps, leaf(b"more")], root_hash=root_hash)
    assert not included(leaves[index], index=index, size=size, steps=steps[:-1], root_hash=root_hash)
    assert not included(leaves[index], index=(index + 1) % size, size=size, steps=steps, root_hash=root_hash)


def test_an_index_beyond_the_tree_is_refused() -> None:
    assert not included(LEAVES[0], index=8, size=8, steps=path(LEAVES, 0), root_hash=root(LEAVES))
    assert not included(LEAVES[0], index=-1, size=8, steps=path(LEAVES, 0), root_hash=root(LEAVES))
    with pytest.raises(IndexError):
        path(LEAVES, 8)
