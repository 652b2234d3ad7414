"""Dates and times as certificates write them."""

import re
from datetime import date
from typing import Final

from credential.moments import moment

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTIAL_DATE: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)


def is_date(value: object) -> bool:
    """Tell whether the value is an existing day as YYYY-MM-DD."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_partial_date(value: object) -> bool:
    """Tell whether the value is a year, a month of a year or an existing day."""
    return isinstance(value, str) and bool(_PARTIAL_DATE.fullmatch(value)) and is_date((value + "-01-01")[:10])


def is_date_time(value: object) -> bool:
    """Tell whether the value is an existing time with offset."""
    return isinstance(value, str) and moment(value) is not None
