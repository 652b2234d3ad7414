"""What a certificate says, read where its structure passed (Co-WIN specification 10, the portal's table)."""

from collections.abc import Mapping
from typing import Any, Final

from credential.certificate import stage_of
from credential.keys import Profile
from credential.verification.result import Facts
from credential.verification.structure import UNDEFINED, certificate_id

_DEFAULT_TOTAL: Final = 2


def read_facts(document: Mapping[str, Any], profile: Profile) -> Facts:
    """Return the facts; empty members are None. A missing number of doses is 2, as the old readers take it."""
    vc2 = profile is Profile.VC2
    subject = document["credentialSubject"]
    event = subject["vaccination"] if vc2 else document["evidence"][0]
    address = event["facility"].get("address", {})
    identifier = certificate_id(document, profile)
    dose = _number(event["dose"])
    total = _number(event["totalDoses"]) or (_DEFAULT_TOTAL if dose else None)
    return Facts(
        name=_text(subject, "name"),
        age=_text(subject, "age"),
        date_of_birth=_text(subject, "birthDate" if vc2 else "dob"),
        gender=_text(subject, "gender"),
        certificate_id=None if identifier == UNDEFINED else identifier,
        beneficiary_id=_text(subject, "beneficiaryId" if vc2 else "refId"),
        vaccine=_text(event, "vaccine"),
        vaccine_type=_text(event, "prophylaxis"),
        batch=_text(event, "batch"),
        manufacturer=_text(event, "manufacturer"),
        date=_text(event, "date"),
        dose=dose,
        total_doses=total,
        stage=stage_of(dose, total) if dose and total else None,
        facility=_text(event["facility"], "name"),
        district=_text(address, "district"),
        state=_text(address, "region" if vc2 else "addressRegion"),
        country=_text(address, "country" if vc2 else "addressCountry"),
    )


def _text(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name)
    return None if value is None or value == "" else str(value)


def _number(value: str | int) -> int | None:
    return int(value) if value != "" else None
