"""PLAUSIBILITY: values that no genuine certificate has, whatever signed them."""

from collections.abc import Iterator, Mapping
from typing import Any

from credential.keys import Profile
from credential.verification.dates import is_date, is_date_time, is_partial_date
from credential.verification.result import Check, CheckCode, failed, passed


def check_plausibility(document: Mapping[str, Any], profile: Profile) -> Check:
    """Check doses, the order of dates and the members' forms of a document whose structure passed."""
    subject = document["credentialSubject"]
    event = subject["vaccination"] if profile is Profile.VC2 else document["evidence"][0]
    born = subject.get("birthDate" if profile is Profile.VC2 else "dob", "")
    fault = next(_faults(document, event, born), None)
    if fault:
        return failed(CheckCode.PLAUSIBILITY, fault)
    return passed(CheckCode.PLAUSIBILITY, "Doses and dates are plausible.")


def _faults(document: Mapping[str, Any], event: Mapping[str, Any], born: str) -> Iterator[str]:
    for name in ("issuanceDate", "expirationDate", "validFrom", "validUntil"):
        if name in document and not is_date_time(document[name]):
            yield f"{name} is no date and time."
    for name in ("dose", "totalDoses"):
        if event[name] != "" and int(event[name]) < 1:
            yield f"{name} is less than 1."
    if event["date"] and not is_date_time(event["date"]):
        yield "date is no date and time."
    start, until = event.get("effectiveStart", ""), event.get("effectiveUntil", "")
    for name, day in (("effectiveStart", start), ("effectiveUntil", until)):
        if day and not is_date(day):
            yield f"{name} is no date."
    if start and until and start > until:
        yield "effectiveStart is after effectiveUntil."
    if born and not is_partial_date(born):
        yield "The date of birth is no date."
