"""When two values of a record say the same.

Text is compared by NFC and spacing, days of calendar in Asia/Kolkata, telephone numbers as E.164, a date of birth at
the source's precision. A value that the source leaves empty says nothing.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from credential.errors import BadUserInput
from credential.record import INDIA, normal_mobile

DATE = "vaccination.date"
_DATE_LENGTH = 10  # of 2021-12-15
_IDENTITY = frozenset({"beneficiaryId", "programme", "vaccination.dose", "earlierDoses"})


def spaced(value: Any) -> str:  # noqa: ANN401 - a leaf of JSON
    """Return text in NFC with single spaces."""
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def filled(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value without what is empty: null, blank text, and objects and lists of nothing else; None if all is."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dict):
        return {name: kept for name, item in value.items() if (kept := filled(item)) is not None} or None
    if isinstance(value, list | tuple):
        return [kept for item in value if (kept := filled(item)) is not None] or None
    return value


def leaves(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are compared by their dotted paths: all but those that name the certificate."""
    return {path: value for path, value in _leaves(record) if path not in _IDENTITY}


def same(path: str, ours: Any, theirs: Any) -> bool:  # noqa: ANN401 - leaves of JSON
    """Tell whether two values, neither of them empty, say the same."""
    return _RULES.get(path, _same_text)(ours, theirs)


def plain(path: str, value: Any) -> str:  # noqa: ANN401
    """Return a value in the one form that all values have which say the same; of a date of birth the value itself."""
    if path in _DAYS and (day := day_of(value)) is not None:
        return day.isoformat()
    return _number(value) if path == "recipient.mobile" else spaced(value)


def day_of(value: Any) -> date | None:  # noqa: ANN401
    """Return the calendar day in Asia/Kolkata of a date or a date-time with offset; None where it is neither."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == _DATE_LENGTH:
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value.replace("z", "Z"))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(INDIA).date()


def adopted(path: str, ours: Any, theirs: Any) -> Any:  # noqa: ANN401
    """Return the source's value as our record takes it over.

    A bare date of vaccination keeps our time of day: a day is all that it says.
    """
    day = day_of(theirs)
    if day is None or path not in _DAYS:
        return theirs
    if path != DATE:
        return day.isoformat()
    if len(theirs) != _DATE_LENGTH:
        return theirs
    at = datetime.fromisoformat(ours).astimezone(INDIA) if ours else datetime(1, 1, 1, tzinfo=INDIA)
    return datetime.combine(day, at.time(), INDIA).isoformat()


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    if isinstance(value, dict) and path not in _IDENTITY:
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif value is not None and value != "":
        yield path, value


def _same_text(ours: Any, theirs: Any) -> bool:  # noqa: ANN401
    return spaced(ours) == spaced(theirs)


def _same_day(ours: Any, theirs: Any) -> bool:  # noqa: ANN401
    day = day_of(theirs)
    return day is not None and day == day_of(ours)


def _same_birth(ours: Any, theirs: Any) -> bool:  # noqa: ANN401
    """Tell whether ours says what theirs says: 1990-06-15 fits 1990."""
    return spaced(ours).startswith(spaced(theirs))


def _same_number(ours: Any, theirs: Any) -> bool:  # noqa: ANN401
    return _number(ours) == _number(theirs)


def _number(value: Any) -> str:  # noqa: ANN401
    try:
        return normal_mobile(spaced(value))
    except BadUserInput:
        return spaced(value)


_DAYS = frozenset({DATE, "vaccination.effectiveStart", "vaccination.effectiveUntil"})
_RULES: Mapping[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(_DAYS, _same_day),
    "recipient.dateOfBirth": _same_birth,
    "recipient.mobile": _same_number,
}
