"""Dates, digits and names of languages."""

from collections.abc import Callable
from datetime import date

import pytest
from fontTools import unicodedata as scripts

from credential.errors import BadUserInput
from credential.rendering.locale import language_name, local_date, local_number
from credential.rendering.translation import TRANSLATIONS
from tests.unit.font_chain import missing_glyphs

MONTHS = [date(2022, month, 9) for month in range(1, 13)]
NO_MONTH_NAMES = {"MNI"}  # CLDR has none in Meetei Mayek


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("EN", "6 May 2022"),
        ("HI", "6 मई 2022"),
        ("MR", "६ मे, २०२२"),
        ("NE", "२०२२ मे ६"),
        ("SA", "६ मईमासः २०२२"),
        ("GU", "6 મે, 2022"),
        ("PA", "6 ਮਈ 2022"),
        ("BN", "৬ মে, ২০২২"),
        ("AS", "৬ মে’, ২০২২"),
        ("TA", "6 மே, 2022"),
        ("ML", "2022, മേയ് 6"),
        ("UR", "۶ مئی، ۲۰۲۲"),
        ("SAT", "᱖ ᱢᱮ ᱒᱐᱒᱒"),
        ("MNI", "꯰꯶-꯰꯵-꯲꯰꯲꯲"),
    ],
)
def test_dates(code: str, printed: str) -> None:
    assert local_date(date(2022, 5, 6), code) == printed


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_month_is_named_in_the_languages_script(code: str) -> None:
    printed = [local_date(day, code) for day in MONTHS]
    words = TRANSLATIONS[code]
    letters = {character for text in printed for character in text if character.isalpha()}
    assert len(set(printed)) == len(MONTHS)
    assert all(words.script in scripts.script_extension(letter) for letter in letters)
    assert bool(letters) is (code not in NO_MONTH_NAMES)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_the_digits_of_dates_are_those_of_numbers(code: str) -> None:
    digits = {character for day in MONTHS for character in local_date(day, code) if character.isdigit()}
    assert digits <= set(local_number(1234567890, code))
    assert [int(digit) for digit in local_number(1234567890, code)] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_the_fonts_have_every_month_digit_and_name(code: str) -> None:
    text = "".join((*(local_date(day, code) for day in MONTHS), local_number(1234567890, code), language_name(code)))
    assert missing_glyphs(TRANSLATIONS[code], text) == set()


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_language_is_called_what_its_speakers_call_it(code: str) -> None:
    script = TRANSLATIONS[code].script
    assert all(script in scripts.script_extension(letter) for letter in language_name(code) if letter.isalpha())


@pytest.mark.parametrize(("code", "name"), [("EN", "English"), ("HI", "हिन्दी"), ("MR", "मराठी"), ("PA", "ਪੰਜਾਬੀ")])
def test_names_of_languages(code: str, name: str) -> None:
    assert language_name(code) == name


@pytest.mark.parametrize(
    "asked", [lambda code: local_date(MONTHS[0], code), lambda code: local_number(1, code), language_name]
)
def test_an_unknown_language_is_refused(asked: Callable[[str], str]) -> None:
    with pytest.raises(BadUserInput, match="must be one of"):
        asked("XX")
