"""The fast way of JCS against the library, which is the oracle."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import CanonicalisationError
from credential.jcs import canonical_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = (
    TEXT
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(JSON)
def test_the_bytes_are_those_of_the_library(value: Any) -> None:  # noqa: ANN401
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        '\x00\x1f\x7f\b\t\n\f\r"\\/',
        "\u2028é𐐷",
        {"b": 1, "a": [{"d": "", "c": -1}]},
        {"é": 1, "z": 1},
        {"\ue000": 1, "𐐷": 2},
    ],
)
def test_escapes_and_order_are_those_of_the_library(value: Any) -> None:  # noqa: ANN401
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {"a": 10**400}]
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:  # noqa: ANN401
    with pytest.raises(CanonicalisationError):
        canonical_json({"member": value})


def test_true_is_not_one() -> None:
    assert json.loads(canonical_json([True, 1])) == [True, 1]
    assert canonical_json([True, 1]) == b"[true,1]"
