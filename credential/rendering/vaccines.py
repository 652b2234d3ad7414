"""What the page tells about a vaccine that the record does not: its type, and when the next dose is due.

A vaccine is known by a word in its name (Co-WIN specification 2.4 and 9.3).
"""

from datetime import date, timedelta

_INACTIVATED = "COVID-19 vaccine, inactivated virus"
_VECTOR = "COVID-19 vaccine, non-replicating viral vector"
_REPLICATING = "COVID-19 vaccine, replicating viral vector"
_DNA = "COVID-19 vaccine, DNA based"
_PROTEIN = "COVID-19 vaccine, virus protein subunit"
_RNA = "COVID-19 vaccine, mRNA based vaccine"

_TYPES = {
    _INACTIVATED: ("covaxin", "covilo", "bbibp", "sinopharm", "coronavac", "sinovac"),
    _VECTOR: ("covishield", "sputnik", "convidecia", "vaxzevria", "astrazeneca", "incovacc"),
    _DNA: ("zycov",),
    _PROTEIN: ("covovax", "corbevax", "novavax", "nuvaxovid"),
    _RNA: ("spikevax", "spike vax", "moderna", "modema", "comirnaty", "pfizer", "biontech", "gemcovac"),
    _REPLICATING: ("janssen",),
}
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
    known = name.casefold()
    return next((kind for kind, words in _TYPES.items() if any(word in known for word in words)), "")


def next_dose_window(name: str, given_on: date) -> tuple[date, date]:
    """Return the first and last day on which the next dose is due; equal where it is one day."""
    known = name.casefold()
    first, last = next((days for word, days in _INTERVALS.items() if word in known), _OTHER_INTERVAL)
    return given_on + timedelta(days=first), given_on + timedelta(days=last)
