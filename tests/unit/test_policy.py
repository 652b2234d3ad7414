"""Rules of revoking by dose (Co-WIN specification 4.4)."""

import pytest

from credential.errors import BadUserInput, NotFound
from credential.policy import doses_to_revoke


@pytest.mark.parametrize(("wanted", "found"), [(None, (1, 2, 3)), ((3,), (3,)), ((3, 2), (2, 3)), ((2, 3, 3), (2, 3))])
def test_doses_that_may_be_revoked(wanted: tuple[int, ...] | None, found: tuple[int, ...]) -> None:
    assert doses_to_revoke({1, 2, 3}, wanted) == found


@pytest.mark.parametrize("wanted", [(), (1, 3), (1, 2)], ids=["none", "a gap", "without the highest"])
def test_doses_that_break_the_rule(wanted: tuple[int, ...]) -> None:
    with pytest.raises(BadUserInput):
        doses_to_revoke({1, 2, 3}, wanted)


@pytest.mark.parametrize(("held", "wanted"), [(set(), None), (set(), (1,)), ({2}, (1, 2)), ({2}, (2, 3))])
def test_doses_that_nobody_holds(held: set[int], wanted: tuple[int, ...] | None) -> None:
    with pytest.raises(NotFound):
        doses_to_revoke(held, wanted)
