"""Deny by default: the rules themselves. That every field has one is in test_schema.py."""

import pytest

from credential.access import ANYONE, Caller, Scope
from resolvers import permissions
from resolvers.errors import Refused
from resolvers.schema import executable

HOLDER = Caller(holder_of=("default", "1"))
SOURCE = Caller(client_id="1", scopes=frozenset({Scope.ISSUE}))
PARTNER = Caller(client_id="2", scopes=frozenset({Scope.FETCH}))
ANALYST = Caller(client_id="3", scopes=frozenset({Scope.STATS}))
ADMIN = Caller(client_id="4", scopes=frozenset({Scope.ADMIN}))


def allowed(rule: permissions.Rule, **arguments: object) -> list[Caller]:
    return [one for one in (ANYONE, HOLDER, SOURCE, PARTNER, ANALYST, ADMIN) if rule(one, arguments)]


def test_the_rules() -> None:
    assert allowed(permissions.nobody) == []
    assert allowed(permissions.readers) == [HOLDER, SOURCE, PARTNER, ADMIN]
    assert allowed(permissions.issuers_own) == [SOURCE, ADMIN]
    assert allowed(permissions.scoped(Scope.ISSUE)) == [SOURCE, ADMIN]
    assert len(allowed(permissions.public_totals)) == 6
    assert len(allowed(permissions.public_totals, where=None)) == 6
    assert allowed(permissions.public_totals, where={}) == [ANALYST, ADMIN]


CODES = {"Mutation.requestOneTimeCode", "Mutation.confirmOneTimeCode"}


def test_no_mutation_is_for_anyone_but_those_of_codes() -> None:
    rules = {name: rule for name, rule in permissions.FIELDS.items() if name.startswith("Mutation.")}
    assert {name for name, rule in rules.items() if rule is permissions.anyone} == CODES
    rules = {name: rule for name, rule in rules.items() if name not in CODES}
    assert len(rules) >= 5
    for rule in rules.values():
        assert not rule(ANYONE, {})
        assert not rule(PARTNER, {})
    assert {name for name, rule in rules.items() if rule(ANALYST, {})} == {"Mutation.exportStats"}


@pytest.mark.parametrize(("caller", "code"), [(ANYONE, "UNAUTHENTICATED"), (ANALYST, "FORBIDDEN")])
def test_what_a_refusal_says(caller: Caller, code: str) -> None:
    with pytest.raises(Refused) as caught:
        permissions.refuse_unless(permissions.nobody, caller, {})
    assert caught.value.code == code


def test_the_rules_stand_in_front_of_the_resolvers() -> None:
    schema = executable()
    for name, rule in permissions.FIELDS.items():
        type_name, field_name = name.split(".")
        resolve = schema.type_map[type_name].fields[field_name].resolve  # type: ignore[attr-defined]
        assert (resolve.__name__ == "guarded") == (rule is not permissions.anyone), name
