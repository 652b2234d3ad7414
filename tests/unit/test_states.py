"""The language of a facility's state."""

import pytest

from credential.rendering.states import default_language


@pytest.mark.parametrize(
    ("state", "language"),
    [("Bihar", "HI"), ("Andaman & Nicobar Islands", "HI"), ("UTTAR PRADESH", "HI"), ("", "EN"), ("Atlantis", "EN")],
)
def test_default_language(state: str, language: str) -> None:
    assert default_language(state) == language
