import json
from pathlib import Path

import pytest

from credential import valuesets


@pytest.mark.parametrize(
    ("name", "code", "doses"),
    [
        ("COVISHIELD", "XM9QW8", 2),
        ("Covaxin", "XM1NL1", 2),
        ("ZyCoV-D", "XM6AT1", 3),
        ("CORBEVAX", "XM5JC5", 2),
        ("Sputnik V", "XM9QW8", 2),
        ("Sputnik Light", "XM9QW8", 1),
        ("Janssen COVID-19 vaccine", "XM0CX4", 1),
        ("Spike Vax", "XM0GQ8", 2),
        ("GEMCOVAC®-OM", "XM0GQ8", 2),
        ("CoVax", "", None),
        ("", "", None),
    ],
)
def test_a_vaccine_has_its_code_and_doses(name: str, code: str, doses: int | None) -> None:
    assert valuesets.icd11_code(name) == code
    assert valuesets.doses_of(name) == doses


def test_every_code_of_a_vaccine_has_a_term() -> None:
    assert all(valuesets.prophylaxis(code).startswith("COVID-19 vaccine, ") for _, code in valuesets.VACCINE_CODES)
    assert valuesets.prophylaxis("XM0000") == ""


def test_every_maker_that_is_also_a_vaccines_name_is_a_known_manufacturer() -> None:
    makers = ("pfizer", "biontech", "moderna", "modema", "janssen", "astrazeneca", "sinopharm", "sinovac", "novavax")
    names = {key for key, _ in valuesets.VACCINE_CODES}
    assert names.issuperset(makers)
    assert all(valuesets.known_manufacturer(maker.upper()) for maker in makers)


def test_the_sets_are_those_of_the_old_signer(vectors: Path) -> None:
    theirs = json.loads((vectors / "cowin/valuesets/icd11-mappings.india.json").read_text())
    assert {code: entry["icd11Term"] for code, entry in theirs["ICD11_MAPPINGS"].items()} == dict(valuesets.PROPHYLAXIS)
    mappings = {entry["vaccineName"]: entry["icd11Code"] for entry in theirs["VACCINE_ICD11_MAPPINGS"]}
    assert {name: valuesets.icd11_code(name) for name in mappings} == mappings


def test_the_makers_of_the_old_value_sets_are_known(vectors: Path) -> None:
    theirs = json.loads((vectors / "cowin/valuesets/euVaccineManuf.main.json").read_text())
    assert [name for name in theirs if not valuesets.known_manufacturer(name)] == []
