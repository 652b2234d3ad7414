"""Who may see which rows (contract, Who calls)."""

import pytest

from credential.access import ALL_ROWS, ANYONE, NO_ROWS, Caller, Proof, Scope, Visibility, own_rows, visible_rows
from credential.operations.fetch import needed_proof

ADMIN = Caller("a", "admin", frozenset({Scope.ADMIN}))
PARTNER = Caller("p", "partner", frozenset({Scope.FETCH}), channel="digilocker")
SOURCE = Caller("s", "source", frozenset({Scope.ISSUE, Scope.JOBS}))
ANALYST = Caller("n", "analyst", frozenset({Scope.STATS}))
HOLDER = Caller(None, "holder", holder_of=("default", "123"))


@pytest.mark.parametrize(
    ("caller", "rows"),
    [
        (ADMIN, ALL_ROWS),
        (PARTNER, ALL_ROWS),
        (SOURCE, Visibility(client_id="s")),
        (HOLDER, Visibility(beneficiary=("default", "123"))),
        (ANALYST, NO_ROWS),
        (ANYONE, NO_ROWS),
    ],
    ids=lambda value: value.name if isinstance(value, Caller) else "",
)
def test_rows_of_each_caller(caller: Caller, rows: Visibility) -> None:
    assert visible_rows(caller) == rows


@pytest.mark.parametrize(
    ("caller", "rows"),
    [
        (ADMIN, ALL_ROWS),
        (SOURCE, Visibility(client_id="s")),
        (Caller("b", "both", frozenset({Scope.FETCH, Scope.REVOKE})), Visibility(client_id="b")),
        (HOLDER, Visibility(beneficiary=("default", "123"))),
        (ANYONE, Visibility(client_id="")),
    ],
    ids=lambda value: value.name if isinstance(value, Caller) else "",
)
def test_rows_that_each_caller_may_change(caller: Caller, rows: Visibility) -> None:
    assert own_rows(caller) == rows


def test_a_partner_without_a_proof_must_show_one_that_fits_nobody() -> None:
    assert needed_proof(PARTNER, None) == Proof()


@pytest.mark.parametrize("caller", [ADMIN, SOURCE, HOLDER], ids=lambda caller: caller.name)
def test_other_callers_need_no_proof(caller: Caller) -> None:
    assert needed_proof(caller, Proof(mobile="9999999999")) is None


def test_a_partner_that_may_also_write_still_needs_a_proof() -> None:
    both = Caller("b", "both", frozenset({Scope.FETCH, Scope.ISSUE}))
    assert needed_proof(both, None) == Proof()


def test_admin_has_every_scope_and_nobody_else_has_another() -> None:
    assert ADMIN.has(Scope.ISSUE)
    assert not SOURCE.has(Scope.REVOKE)
