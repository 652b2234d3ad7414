"""What the page tells about a vaccine that the record does not: its type, and when the next dose is due.

A vaccine is known by a word in its name (Co-WIN specification 2.4 and 9.3).
"""

from datetime import date, timedelta

from credential.valuesets import icd11_code, prophylaxis

_INTERVALS = {
    "covaxin": (28, 42),
    "covishield": (84, 112),
    "sputnik": (21, 90),
    "zycov": (28, 28),
    "corbevax": (28, 28),
    "gemcovac": (28, 28),
    "incovacc": (28, 28),
    "covovax": (21, 21),
}
_OTHER_INTERVAL = (20, 20)


def vaccine_type(name: str) -> str:
    """Return the prophylaxis of a vaccine, or "" for an unknown one."""
    return prophylaxis(icd11_code(name))


def next_dose_window(name: str, given_on: date) -> tuple[date, date]:
    """Return the first and last day on which the next dose is due; equal where it is one day."""
    known = name.casefold()
    first, last = next((days for word, days in _INTERVALS.items() if word in known), _OTHER_INTERVAL)
    return given_on + timedelta(days=first), given_on + timedelta(days=last)
