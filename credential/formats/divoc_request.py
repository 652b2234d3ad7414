"""The old system's certification request, V1 and V2, as our record (Co-WIN specification 1.1 and 2.1).

What Go wrote for an absent value ("0001-01-01", empty text, 0) is absent here. `meta` carries nothing but the earlier
doses; `meta.previousCertificateId` above all is never believed: with it a caller could get round the duplicate check.
"""

import re
from typing import Any

from credential.errors import BadUserInput
from credential.formats.members import Converted, Member, Path, convert, plain, source_path, text, whole

DEFAULT_TOTAL_DOSES = 2
_ZERO_DATE = "0001-01-01"
_BARE_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_KINDS = {"certifyv2": "DOMESTIC", "certifyv3": "INTERNATIONAL"}
_EARLIER = ("name", "batch", "manufacturer")


def _day(value: Any) -> Any:  # noqa: ANN401 - any JSON value may arrive
    return None if isinstance(value, str) and value.startswith(_ZERO_DATE) else plain(value)


def _moment(value: Any) -> Any:  # noqa: ANN401
    """Return a date-time; a bare date means midnight UTC, as the old reconciliation read it (specification 1.7)."""
    given = _day(value)
    return f"{given}T00:00:00.000Z" if isinstance(given, str) and _BARE_DATE.fullmatch(given) else given


def _contact(scheme: str, contacts: Any) -> Any:  # noqa: ANN401
    if contacts is None or isinstance(contacts, str):
        contacts = [contacts or ""]
    if not isinstance(contacts, list) or not all(isinstance(each, str) for each in contacts):
        raise BadUserInput("Expected a list such as tel:9999999999.", ("recipient", "contact"))
    found = (each.strip()[len(scheme) :] for each in contacts if each.strip().lower().startswith(scheme))
    return next((plain(each) for each in found if each.strip()), None)


def _telephone(contacts: Any) -> Any:  # noqa: ANN401
    return _contact("tel:", contacts)


def _mail(contacts: Any) -> Any:  # noqa: ANN401
    return _contact("mailto:", contacts)


def _dose(value: Any) -> Any:  # noqa: ANN401
    """Return a dose number; 0 is how the old gateway wrote an absent one."""
    return whole(value) or None


def _kind(value: Any) -> Any:  # noqa: ANN401
    return _KINDS.get(value.lower()) if isinstance(value, str) else None


def _earlier(items: Any) -> Any:  # noqa: ANN401
    """Return the earlier doses that can be used: those with a number and a date."""
    if not isinstance(items, list):
        return None
    return [each for each in map(_earlier_dose, items) if each] or None


def _earlier_dose(item: Any) -> dict[str, Any] | None:  # noqa: ANN401
    if not isinstance(item, dict):
        return None
    dose, date = _dose(item.get("dose")), _moment(item.get("date"))
    if not isinstance(dose, int) or date is None:
        return None
    named = {name: value for name in _EARLIER if (value := text(item.get(name))) is not None}
    return {"dose": dose, "date": date, **named}


def _address(owner: str) -> tuple[Member, ...]:
    names = {
        "addressLine1": "line1",
        "addressLine2": "line2",
        "city": "city",
        "district": "district",
        "state": "state",
        "pincode": "postalCode",
        "pin": "postalCode",
        "country": "country",
    }
    return tuple(Member((owner, "address", old), (owner, "address", new), text) for old, new in names.items())


def _alike(owner: str, *names: str) -> tuple[Member, ...]:
    return tuple(Member((owner, name), (owner, name), text) for name in names)


MEMBERS: tuple[Member, ...] = (
    Member(("preEnrollmentCode",), ("beneficiaryId",), text),
    Member(("programId",), ("programme",), text),
    Member(("certificateType",), ("kind",), _kind),
    *_alike("recipient", "name", "uhid", "gender", "nationality", "identity"),
    Member(("recipient", "age"), ("recipient", "age"), whole),
    Member(("recipient", "dob"), ("recipient", "dateOfBirth"), _day),
    Member(("recipient", "contact"), ("recipient", "mobile"), _telephone),
    Member(("recipient", "contact"), ("recipient", "email"), _mail),
    *_address("recipient"),
    *_alike("vaccination", "name", "batch", "manufacturer"),
    Member(("vaccination", "date"), ("vaccination", "date"), _moment),
    Member(("vaccination", "effectiveStart"), ("vaccination", "effectiveStart"), _day),
    Member(("vaccination", "effectiveUntil"), ("vaccination", "effectiveUntil"), _day),
    Member(("vaccination", "dose"), ("vaccination", "dose"), _dose),
    Member(("vaccination", "totalDoses"), ("vaccination", "totalDoses"), _dose),
    *_alike("vaccinator", "id", "name"),
    *_alike("facility", "id", "name"),
    *_address("facility"),
    Member(("meta", "vaccinations"), ("earlierDoses",), _earlier),
)


def is_divoc_request(data: Any) -> bool:  # noqa: ANN401
    """Tell the old system's request from our record by the members that only it has."""
    if not isinstance(data, dict) or "beneficiaryId" in data:
        return False
    recipient = data.get("recipient")
    return "preEnrollmentCode" in data or (isinstance(recipient, dict) and bool({"contact", "dob"} & recipient.keys()))


def from_divoc_request(data: Any) -> Converted:  # noqa: ANN401
    """Return the record's JSON for one request object, and the members left out.

    Raises BadUserInput with the source's path: no id, no dose, no object or list where one belongs.
    """
    converted = convert(data, MEMBERS)
    record = converted.record
    if "beneficiaryId" not in record:
        raise BadUserInput("preEnrollmentCode is missing; it becomes the beneficiary id.", ("preEnrollmentCode",))
    vaccination = record.setdefault("vaccination", {})
    if "dose" not in vaccination:
        raise BadUserInput("The dose number is missing.", ("vaccination", "dose"))
    vaccination.setdefault("totalDoses", DEFAULT_TOTAL_DOSES)
    _keep_lower_doses(record)
    return converted


def divoc_path(path: Path) -> Path:
    """Return where the request has what our record has at `path`, for messages to whoever wrote the request."""
    return source_path(path, MEMBERS)


def _keep_lower_doses(record: dict[str, Any]) -> None:
    """Drop what is no earlier dose; the old reconciliation looked at lower doses only (Co-WIN specification 1.7)."""
    dose = record["vaccination"]["dose"]
    if isinstance(dose, int) and "earlierDoses" in record:
        record["earlierDoses"] = [each for each in record["earlierDoses"] if each["dose"] < dose]
