"""Links: of use to nobody but who was given them, and not for long."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.access import ANYONE, Caller
from credential.operations.links import LIFETIME, TOKEN_LENGTH, link_to, linked

NOW = datetime(2022, 3, 4, 20, 0, 0, 999_000, tzinfo=UTC)
SECRET = bytes(range(32))
NAME = "ab" * 32
CLIENT = Caller("c1", "Sample client")
HOLDER = Caller(holder_of=("covid-19", "10000000000001"))


@pytest.mark.parametrize("caller", [CLIENT, HOLDER])
def test_a_link_leads_its_bearer_to_the_artifact(caller: Caller) -> None:
    link = link_to(NAME, caller, secret=SECRET, now=NOW)
    assert len(link.token) == TOKEN_LENGTH
    assert timedelta() <= NOW + LIFETIME - link.expires_at < timedelta(seconds=1)
    assert linked(link.token, caller, secret=SECRET, now=NOW) == NAME


@pytest.mark.parametrize(
    "other",
    [
        ANYONE,
        Caller("c2", "Sample client"),
        Caller("holder\0covid-19\x0010000000000001"),
        Caller(holder_of=("covid-19", "10000000000002")),
        HOLDER,
    ],
)
def test_it_is_of_no_use_to_others(other: Caller) -> None:
    token = link_to(NAME, CLIENT, secret=SECRET, now=NOW).token
    assert linked(token, other, secret=SECRET, now=NOW) is None


def test_a_link_given_to_nobody_leads_nobody() -> None:
    assert linked(link_to(NAME, ANYONE, secret=SECRET, now=NOW).token, ANYONE, secret=SECRET, now=NOW) is None


def test_it_ends_after_fifteen_minutes() -> None:
    link = link_to(NAME, CLIENT, secret=SECRET, now=NOW)
    assert linked(link.token, CLIENT, secret=SECRET, now=link.expires_at - timedelta(seconds=1)) == NAME
    assert linked(link.token, CLIENT, secret=SECRET, now=link.expires_at) is None


def test_another_deployment_does_not_take_it() -> None:
    token = link_to(NAME, CLIENT, secret=SECRET, now=NOW).token
    assert linked(token, CLIENT, secret=bytes(32), now=NOW) is None


@given(place=st.integers(0, TOKEN_LENGTH - 2), letter=st.sampled_from("AQgw-_z09"))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    token = link_to(NAME, CLIENT, secret=SECRET, now=NOW).token
    altered = token[:place] + letter + token[place + 1 :]
    assert (linked(altered, CLIENT, secret=SECRET, now=NOW) == NAME) == (altered == token)


@given(st.text(max_size=100) | st.text("A-_=é\n", min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH))
def test_what_is_no_token_leads_nowhere(token: str) -> None:
    assert linked(token, CLIENT, secret=SECRET, now=NOW) is None
