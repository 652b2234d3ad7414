"""Cells of a CSV file as spreadsheets write them: texts, numbers, dates. No formula is ever evaluated.

A cell that cannot be read as what its column holds stays as it is and is refused by the record's rules; only what would
be misread silently is refused here.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

from credential.errors import BadUserInput
from credential.formats.members import Path, whole

FORMULA = "The cell is a formula; put its value there (in Excel: copy, paste special, values)."
SHORTENED = "The cell is a number in short form such as 9.9E+9, whose digits are lost; format the column as text."
MONTH_FIRST = "The day comes first: 30-11-2021 or 30/11/2021. Written 2021-11-30 it cannot be misread."
INDIA = timezone(timedelta(hours=5, minutes=30))
LAST_YEAR = 2100
"""Of the numbers of four digits, those up to it are years where a year may stand, the rest count days."""

Read = Callable[[str], str | int]

_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone; 1900 system, right from 1 March 1900 on
_PIVOT = 30
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)  # noqa: SIM905
}
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_WHOLE_NUMBER = re.compile(r"\d+\.0+")
_SHORT_NUMBER = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SERIAL = re.compile(r"\d{4,5}(?:\.\d+)?")
_TIME = r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?: ?(?P<half>[APap][Mm]))?)?"
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2}|[A-Za-z]{3,9})[-/. ](?P<year>\d{4}|\d\d)" + _TIME)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME.replace("T", ""))
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\ufeff": " "})


def text(cell: str) -> str:
    """Return a cell's text: outer and non-breaking spaces gone, Excel's marks of text (`="0123"`, `'0123`) as well.

    Raises BadUserInput for any other formula.
    """
    given = (cell if cell.isascii() else cell.translate(_SPACES)).strip()
    if given[:1] == "'":
        return given[1:].lstrip()
    if given[:1] != "=":
        return given
    match = _TEXT_FORMULA.fullmatch(given)
    if match is None:
        raise BadUserInput(FORMULA)
    return match[1].replace('""', '"').strip()


def digits(cell: str) -> str:
    """Return what is made of digits, though a spreadsheet wrote it as a number: 560034.0 is 560034.

    Raises BadUserInput for 9.9E+9.
    """
    given = text(cell)
    if given.isdecimal():
        return given
    if _SHORT_NUMBER.fullmatch(given):
        raise BadUserInput(SHORTENED)
    return given.partition(".")[0] if _WHOLE_NUMBER.fullmatch(given) else given


def number(cell: str) -> str | int:
    """Return a whole number, 2.0 as well."""
    given = text(cell)
    read: str | int | None = whole(given)
    return given if read is None else read


def day(cell: str) -> str:
    """Return a date as 2021-06-01; a time beside it is left out. A year, or a year and a month, stays as it is."""
    given = text(cell)
    if _ISO_DAY.fullmatch(given) or (len(given) == 4 and given.isdecimal() and int(given) <= LAST_YEAR):  # noqa: PLR2004
        return given
    found = _found(given)
    return given if found is None else found.date().isoformat()


def moment(cell: str) -> str:
    """Return a date-time. A date alone is midnight UTC, as the old system read it; a time without offset is India's."""
    given = text(cell)
    if _ISO_DAY.fullmatch(given):
        return f"{given}T00:00:00.000Z"
    found = _found(given)
    if found is None:
        return given
    if found.time() == datetime.min.time():
        return f"{found.date().isoformat()}T00:00:00.000Z"
    return found.replace(tzinfo=INDIA).isoformat()


READERS: dict[Path, Read] = {
    ("beneficiaryId",): digits,
    ("recipient", "mobile"): digits,
    ("recipient", "identity"): digits,
    ("recipient", "uhid"): digits,
    ("recipient", "age"): number,
    ("recipient", "dateOfBirth"): day,
    ("recipient", "address", "postalCode"): digits,
    ("vaccination", "batch"): digits,
    ("vaccination", "date"): moment,
    ("vaccination", "effectiveStart"): day,
    ("vaccination", "effectiveUntil"): day,
    ("vaccination", "dose"): number,
    ("vaccination", "totalDoses"): number,
    ("vaccinator", "id"): digits,
    ("facility", "id"): digits,
    ("facility", "address", "postalCode"): digits,
}
"""How the members of a record are read that are more than text."""


def _found(given: str) -> datetime | None:
    """Return the date that a spreadsheet means, None for what is no such date."""
    if _SERIAL.fullmatch(given):
        return _EXCEL_ZERO + timedelta(seconds=round(float(given) * 86_400))
    match = _DAY_FIRST.fullmatch(given) or _YEAR_FIRST.fullmatch(given)
    if match is None:
        return None
    month = match["month"]
    found = int(month) if month.isdecimal() else _MONTHS.get(month[:3].lower(), 0)
    if month.isdecimal() and found > 12 >= int(match["day"]):  # noqa: PLR2004 - months of a year
        raise BadUserInput(MONTH_FIRST)
    try:
        on = date(_year(match["year"]), found, int(match["day"]))
        return datetime.combine(on, datetime.min.time()) + _clock(match)
    except ValueError:
        return None


def _year(written: str) -> int:
    """Return a year; of two digits as Excel reads them: 00 to 29 are of this century, 30 to 99 of the last."""
    year = int(written)
    if len(written) > 2:  # noqa: PLR2004
        return year
    return year + (2000 if year < _PIVOT else 1900)


def _clock(match: re.Match[str]) -> timedelta:
    """Return the time of day. Raises ValueError for one that does not exist."""
    if match["hour"] is None:
        return timedelta()
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004
            raise ValueError(half)
        hour = hour % 12 + (12 if half == "pm" else 0)
    on = datetime(1900, 1, 1, hour, int(match["minute"]), int(match["second"] or 0))  # noqa: DTZ001
    return on - datetime(1900, 1, 1)  # noqa: DTZ001
