"""Value sets of the programme: vaccines with their ICD-11 codes, doses and manufacturers (Co-WIN specification 2.4).

Names arrive as free text such as "COVISHIELD" or "Serum Institute of India Pvt Ltd": a key fits a name that contains
it, in any case.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INACTIVATED: Final = "XM1NL1"
REPLICATING_VECTOR: Final = "XM0CX4"
MRNA: Final = "XM0GQ8"
NON_REPLICATING_VECTOR: Final = "XM9QW8"
DNA: Final = "XM6AT1"
PROTEIN_SUBUNIT: Final = "XM5JC5"

PROPHYLAXIS: Final[Mapping[str, str]] = MappingProxyType(
    {
        INACTIVATED: "COVID-19 vaccine, inactivated virus",
        "XM5DF6": "COVID-19 vaccine, live attenuated virus",
        REPLICATING_VECTOR: "COVID-19 vaccine, replicating viral vector",
        MRNA: "COVID-19 vaccine, mRNA based vaccine",
        NON_REPLICATING_VECTOR: "COVID-19 vaccine, non-replicating viral vector",
        DNA: "COVID-19 vaccine, DNA based",
        PROTEIN_SUBUNIT: "COVID-19 vaccine, virus protein subunit",
        "XM1J92": "COVID-19 vaccine, virus like particle (VLP)",
    }
)

# In the order in which the old signer tries them: the first key that a name contains decides.
VACCINE_CODES: Final[tuple[tuple[str, str], ...]] = (
    ("covaxin", INACTIVATED),
    ("covishield", NON_REPLICATING_VECTOR),
    ("sputnik", NON_REPLICATING_VECTOR),
    ("zycov", DNA),
    ("covovax", PROTEIN_SUBUNIT),
    ("corbevax", PROTEIN_SUBUNIT),
    ("novavax", PROTEIN_SUBUNIT),
    ("nuvaxovid", PROTEIN_SUBUNIT),
    ("spikevax", MRNA),
    ("spike vax", MRNA),
    ("moderna", MRNA),
    ("modema", MRNA),
    ("comirnaty", MRNA),
    ("pfizer", MRNA),
    ("biontech", MRNA),
    ("convidecia", NON_REPLICATING_VECTOR),
    ("janssen", REPLICATING_VECTOR),
    ("vaxzevria", NON_REPLICATING_VECTOR),
    ("astrazeneca", NON_REPLICATING_VECTOR),
    ("covilo", INACTIVATED),
    ("bbibp", INACTIVATED),
    ("sinopharm", INACTIVATED),
    ("coronavac", INACTIVATED),
    ("sinovac", INACTIVATED),
    ("gemcovac", MRNA),
    ("incovacc", NON_REPLICATING_VECTOR),
)

# Doses of the primary schedule where it is not two.
_TWO: Final = 2
DOSES: Final[tuple[tuple[str, int], ...]] = (("sputnik light", 1), ("zycov", 3), ("convidecia", 1), ("janssen", 1))

# Every maker whose name is also the name of a vaccine must be here: verification/field_binding.py relies on it.
MANUFACTURERS: Final[tuple[str, ...]] = (
    "astrazeneca",
    "bharat",
    "beijing institute",
    "biological e",
    "biontech",
    "cadila",
    "cansino",
    "cipla",
    "gamaleya",
    "gennova",
    "janssen",
    "johnson",
    "moderna",
    "modema",
    "novavax",
    "pfizer",
    "reddy",
    "serum",
    "sinopharm",
    "sinovac",
    "zydus",
)


def icd11_code(vaccine: str) -> str:
    """Return the ICD-11 code of a vaccine's name, "" where it is not known."""
    name = vaccine.lower()
    return next((code for key, code in VACCINE_CODES if key in name), "")


def prophylaxis(code: str) -> str:
    """Return the term of an ICD-11 code, "" where it is not known."""
    return PROPHYLAXIS.get(code, "")


def doses_of(vaccine: str) -> int | None:
    """Return how many doses the vaccine's primary schedule has, None for a vaccine that is not known."""
    if not icd11_code(vaccine):
        return None
    name = vaccine.lower()
    return next((doses for key, doses in DOSES if key in name), _TWO)


def known_manufacturer(name: str) -> bool:
    """Tell whether the text names a maker of vaccines that we know."""
    lower = name.lower()
    return any(key in lower for key in MANUFACTURERS)
