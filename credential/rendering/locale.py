"""Dates, digits and names of languages as CLDR has them.

Dates are in the locale's long form, the shortest that names the month in every language. Two rules where babel or CLDR
falls short: digits are those of the locale's default numbering system, in place of babel's Latin ones; and
where CLDR has no names of months (Manipuri in Meetei Mayek) the date is day-month-year in numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date

from credential.rendering.translation import translation

# Each numbering system of an Indian locale by its zero: Unicode puts the ten digits of a system one after another.
_ZEROS = {"latn": "0", "deva": "०", "beng": "০", "arab": "٠", "arabext": "۰", "olck": "᱐", "mtei": "꯰"}
_LONG = "long"
_NUMERIC = "dd-MM-y"


@dataclass(frozen=True, slots=True)
class _Conventions:
    locale: Locale
    digits: Mapping[int, int]
    date_format: str


def local_date(day: date, code: str) -> str:
    """Return a day as 6 May 2022, in the words and digits of a language. Raises BadUserInput for an unknown one."""
    known = _conventions(code)
    return format_date(day, known.date_format, known.locale).translate(known.digits)


def local_number(number: int, code: str) -> str:
    """Return a whole number in the digits of a language, ungrouped. Raises BadUserInput for an unknown language."""
    return str(number).translate(_conventions(code).digits)


def language_name(code: str) -> str:
    """Return what a language calls itself, or its English name where CLDR has none. Raises BadUserInput."""
    locale = _conventions(code).locale
    name: str = locale.languages.get(locale.language, translation(code).name)
    return name


@cache
def _conventions(code: str) -> _Conventions:
    """Return what CLDR says of a language: reading its files takes tens of milliseconds, so each is read once."""
    locale = Locale.parse(translation(code).locale)
    zero = ord(_ZEROS[locale.default_numbering_system])
    digits = {ord("0") + value: zero + value for value in range(10)}
    return _Conventions(locale, digits, _LONG if _names_months(locale) else _NUMERIC)


def _names_months(locale: Locale) -> bool:
    """Return whether CLDR has names for the months: where it has none, its root calls them M01 to M12."""
    return not locale.months["format"]["wide"][1].startswith("M0")
