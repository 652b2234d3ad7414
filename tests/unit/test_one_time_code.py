"""Codes and tokens of holders."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from credential.one_time_code import TOKEN_LIFETIME, Holder, holder_of, holder_token, new_code, shown_name

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SECRET, NONCE = bytes(32), bytes(12)
HOLDER = Holder("default", "1", "mark of a number")


def test_codes_have_six_digits_also_where_they_begin_with_zero() -> None:
    assert new_code(bytes) == "000000"
    assert new_code(lambda number: (1_234_567).to_bytes(number, "big")) == "234567"


def test_codes_are_spread() -> None:
    values = iter((at * 7_919).to_bytes(8, "big") for at in range(1000))
    digits = Counter(new_code(lambda _: next(values))[-1] for _ in range(1000))
    assert set(digits.values()) == {100}


@pytest.mark.parametrize(("name", "shown"), [("Sample Person 1", "S… P… 1…"), ("नमूना", "न…"), ("", "")])
def test_a_name_is_shown_by_its_first_letters(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_a_token_names_one_beneficiary_for_a_while() -> None:
    token, ends = holder_token(HOLDER, secret=SECRET, nonce=NONCE, now=NOW)
    assert ends == NOW + TOKEN_LIFETIME
    assert holder_of(token, secret=SECRET, now=NOW) == HOLDER
    assert holder_of(token, secret=SECRET, now=ends - timedelta(seconds=1)) == HOLDER
    assert holder_of(token, secret=SECRET, now=ends) is None


def test_what_is_no_token_of_ours_names_nobody() -> None:
    token, _ = holder_token(HOLDER, secret=SECRET, nonce=NONCE, now=NOW)
    assert holder_of(token, secret=bytes(31) + b"x", now=NOW) is None
    altered = token[:40] + ("B" if token[40] == "A" else "A") + token[41:]
    for broken in ("holder_", "holder_x", token[:-2], token + "AAAA", altered, "holder_%%%"):
        assert holder_of(broken, secret=SECRET, now=NOW) is None
