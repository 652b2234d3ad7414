"""Tokens of share links: sealed, the same for the same link, of use until they end."""

import secrets
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from credential.one_time_code import Holder, holder_token
from credential.share_link import MAX_TOKEN, Share, share_of, share_token

NOW = datetime(2022, 3, 4, 20, 0, tzinfo=UTC)
SECRET = bytes(range(32))
SHARE = Share("00" * 12, "1ABCDEF", "PDF", "TA", "domestic", "c0ffee", int(NOW.timestamp()) + 600)


def test_a_token_names_what_it_was_made_for_until_it_ends() -> None:
    token = share_token(SHARE, secret=SECRET)
    assert share_of(token, secret=SECRET, now=NOW) == SHARE
    assert share_of(token, secret=SECRET, now=NOW + timedelta(seconds=599)) == SHARE
    assert share_of(token, secret=SECRET, now=NOW + timedelta(seconds=600)) is None


def test_the_same_link_is_the_same_token_and_another_is_another() -> None:
    assert share_token(SHARE, secret=SECRET) == share_token(SHARE, secret=SECRET)
    others = [msgspec.structs.replace(SHARE, id="01" * 12), msgspec.structs.replace(SHARE, contact="")]
    tokens = {share_token(one, secret=SECRET) for one in (SHARE, *others)}
    assert len({token[:16] for token in tokens}) == 3  # no nonce twice


def test_a_token_tells_nothing_and_is_short() -> None:
    token = share_token(SHARE, secret=SECRET)
    assert len(token) < MAX_TOKEN / 2
    assert "1ABCDEF" not in token


@pytest.mark.parametrize("place", range(0, 140, 7))
def test_an_altered_token_is_none(place: int) -> None:
    token = share_token(SHARE, secret=SECRET)
    other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert share_of(other, secret=SECRET, now=NOW) is None


@pytest.mark.parametrize("text", ["", "x", "é", "....", "A" * 10_000, "\x00", "%2e"])
def test_what_is_no_token_is_none(text: str) -> None:
    assert share_of(text, secret=SECRET, now=NOW) is None
    assert share_of(share_token(SHARE, secret=secrets.token_bytes(32)), secret=SECRET, now=NOW) is None


def test_a_holders_token_opens_no_link() -> None:
    token, _ = holder_token(Holder("default", "1", "c"), secret=SECRET, nonce=bytes(12), now=NOW)
    assert share_of(token.removeprefix("holder_"), secret=SECRET, now=NOW) is None
