"""The language of a facility's state."""

import pytest

from credential.rendering.states import FALLBACK, default_language
from credential.rendering.translation import LANGUAGES

STATES = {
    "Andaman and Nicobar Islands": "HI",
    "Andhra Pradesh": "TE",
    "Arunachal Pradesh": "HI",
    "Assam": "AS",
    "Bihar": "HI",
    "Chandigarh": "PA",
    "Chhattisgarh": "HI",
    "Dadra and Nagar Haveli and Daman and Diu": "GU",
    "Delhi": "HI",
    "Goa": "KOK",
    "Gujarat": "GU",
    "Haryana": "HI",
    "Himachal Pradesh": "HI",
    "Jammu and Kashmir": "UR",
    "Jharkhand": "HI",
    "Karnataka": "KN",
    "Kerala": "ML",
    "Ladakh": "HI",
    "Lakshadweep": "ML",
    "Madhya Pradesh": "HI",
    "Maharashtra": "MR",
    "Manipur": "BN",
    "Meghalaya": "HI",
    "Mizoram": "HI",
    "Nagaland": "HI",
    "Odisha": "OR",
    "Puducherry": "TA",
    "Punjab": "PA",
    "Rajasthan": "HI",
    "Sikkim": "NE",
    "Tamil Nadu": "TA",
    "Telangana": "TE",
    "Tripura": "BN",
    "Uttar Pradesh": "HI",
    "Uttarakhand": "HI",
    "West Bengal": "BN",
}


@pytest.mark.parametrize(("state", "language"), STATES.items())
def test_every_state_has_its_language(state: str, language: str) -> None:
    assert default_language(state) == language


@pytest.mark.parametrize(
    ("state", "language"),
    [
        ("Andaman & Nicobar Islands", "HI"),
        ("JAMMU & KASHMIR", "UR"),
        ("jammu&kashmir", "UR"),
        ("Daman  & Diu", "GU"),
        ("NCT of Delhi", "HI"),
    ],
)
def test_spellings(state: str, language: str) -> None:
    assert default_language(state) == language


@pytest.mark.parametrize("state", ["", "Atlantis", "NA"])
def test_an_unknown_state_prints_english(state: str) -> None:
    assert default_language(state) == FALLBACK == "EN"


def test_every_language_of_the_table_can_be_printed() -> None:
    assert set(STATES.values()) <= set(LANGUAGES)
