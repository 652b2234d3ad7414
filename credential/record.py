"""The vaccination record: what a source system sends, checked field by field (contract, issueCertificates).

`parse_record` takes the JSON shape (camelCase members) and gives a frozen, normalised value or raises `BadUserInput`
with the path of the field. It never echoes a value. Limits: names and address lines 80 characters, other text 60.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers
from msgspec import Meta, Struct

from credential.errors import BadUserInput

INDIA = ZoneInfo("Asia/Kolkata")
DEFAULT_PROGRAMME = "default"
MAX_AGE = 130
EXTRA_DOSES = 2
CLOCK_SKEW = timedelta(minutes=5)
EARLIEST_YEAR = 1900
FULL_DATE = 10  # characters of 1990-06-15

Long = Annotated[str, Meta(max_length=80)]
Text = Annotated[str, Meta(max_length=60)]
Required = Annotated[str, Meta(min_length=1, max_length=60)]
RequiredLong = Annotated[str, Meta(min_length=1, max_length=80)]
Identifier = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9._-]+$")]
PartialDate = Annotated[str, Meta(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
Day = date
Moment = Annotated[datetime, Meta(tz=True)]
DoseNumber = Annotated[int, Meta(ge=1, le=20)]

# Directional controls print another text than the one that is signed; U+FFFE and U+FFFF have no canonical form.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
_INDIAN_MOBILE = re.compile(r"(?:\+91|0)?([1-9]\d{9})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Kind(StrEnum):
    """Where the certificate is for: DOMESTIC prints an age, INTERNATIONAL a date of birth."""

    DOMESTIC = "DOMESTIC"
    INTERNATIONAL = "INTERNATIONAL"


class _Value(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """Base of the record's parts: frozen, closed, camelCase on the wire, defaults left out."""


class Address(_Value, frozen=True):
    """A postal address; every part may be empty. `country` empty means the profile's default."""

    line1: Long = ""
    line2: Long = ""
    city: Text = ""
    district: Text = ""
    state: Text = ""
    postal_code: Text = ""
    country: Text = ""


class Recipient(_Value, frozen=True):
    """Who was vaccinated.

    `age` in years; `date_of_birth` is 1990, 1990-06 or 1990-06-15; `mobile` is E.164 once parsed.
    """

    name: RequiredLong
    age: Annotated[int, Meta(ge=0, le=MAX_AGE)] | None = None
    date_of_birth: PartialDate | None = None
    gender: Text = ""
    nationality: Text = ""
    identity: Text = ""
    uhid: Text = ""
    mobile: Text = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    address: Address = Address()


class Vaccination(_Value, frozen=True):
    """What was given and when. `date` is an instant with offset; `dose` counts from 1."""

    name: Required
    batch: Required
    manufacturer: Required
    date: Moment
    dose: DoseNumber
    total_doses: DoseNumber
    effective_start: Day | None = None
    effective_until: Day | None = None


class Vaccinator(_Value, frozen=True):
    """Who gave it."""

    id: Text = ""
    name: Long = ""


class Facility(_Value, frozen=True):
    """Where it was given."""

    name: RequiredLong
    id: Text = ""
    address: Address = Address()


class EarlierDose(_Value, frozen=True):
    """An earlier dose as the source now holds it."""

    dose: DoseNumber
    date: Moment
    name: Text = ""
    batch: Text = ""
    manufacturer: Text = ""


class VaccinationRecord(_Value, frozen=True):
    """One dose given to one beneficiary."""

    beneficiary_id: Identifier
    recipient: Recipient
    vaccination: Vaccination
    facility: Facility
    vaccinator: Vaccinator = Vaccinator()
    programme: Identifier = DEFAULT_PROGRAMME
    kind: Kind | None = None
    earlier_doses: Annotated[tuple[EarlierDose, ...], Meta(max_length=10)] = ()


def parse_record(data: Any, *, now: datetime, kind: Kind = Kind.DOMESTIC) -> VaccinationRecord:  # noqa: ANN401 - any JSON value may arrive
    """Turn a JSON value into a checked record whose `kind` is set (its own, else `kind`).

    Raises `BadUserInput` with the path of the first field that breaks a rule. `now` is aware.
    """
    record = _shaped(data)
    for path, text in _texts(msgspec.to_builtins(record)):
        if _FORBIDDEN.search(text):
            raise BadUserInput(
                "Control characters, directional ones too, line separators and lone surrogates are not allowed; remove "
                "them.",
                path,
            )
    record = msgspec.structs.replace(record, kind=record.kind or kind, recipient=_recipient(record.recipient))
    _check_readable(record)
    _check_dates(record, now)
    _check_doses(record)
    _check_kind(record)
    return record


def record_to_json(record: VaccinationRecord) -> bytes:
    """Return the record's canonical JSON (camelCase, defaults left out), which `record_from_json` reads back."""
    return msgspec.json.encode(record)


def record_from_json(data: bytes) -> VaccinationRecord:
    """Read what `record_to_json` wrote: no rule is checked again, since rules may have changed since it was stored."""
    return msgspec.json.decode(data, type=VaccinationRecord)


def change_record(record: VaccinationRecord, changes: Mapping[str, Any], *, now: datetime) -> VaccinationRecord:
    """Return the record with the members of `changes` (the record's JSON shape.

    Absent = unchanged, null = cleared) put in.

    Raises `BadUserInput` when a change breaks a rule, or touches what names the certificate (beneficiaryId, programme,
    dose).
    """
    merged = _merge(msgspec.to_builtins(record), changes)
    changed = parse_record(merged, now=now)
    if changed.beneficiary_id != record.beneficiary_id or changed.programme != record.programme:
        raise BadUserInput(
            "A certificate cannot move to another beneficiary or programme; revoke it and issue a new one."
        )
    if changed.vaccination.dose != record.vaccination.dose:
        raise BadUserInput(
            "A certificate cannot move to another dose; revoke it and issue a new one.", ("vaccination", "dose")
        )
    return changed


def completed_years(date_of_birth: str, on: date) -> int | None:
    """Return the age in completed years on a day, or None where a partial date of birth leaves it open."""
    earliest, latest = _bounds(date_of_birth)
    oldest, youngest = (
        on.year - born.year - ((on.month, on.day) < (born.month, born.day)) for born in (earliest, latest)
    )
    return oldest if oldest == youngest else None


def printed_age(record: VaccinationRecord) -> int | None:
    """Return the age as given, else in completed years on the day of vaccination in India, else None."""
    if record.recipient.age is not None:
        return record.recipient.age
    if record.recipient.date_of_birth is None:
        return None
    return completed_years(record.recipient.date_of_birth, record.vaccination.date.astimezone(INDIA).date())


def _shaped(data: Any) -> VaccinationRecord:  # noqa: ANN401
    try:
        return msgspec.convert(_nfc(data), VaccinationRecord)
    except msgspec.ValidationError as error:
        message, path = explain(str(error))
        raise BadUserInput(message, path) from None
    except (RecursionError, OverflowError, UnicodeError):
        raise BadUserInput("The record is not of the documented shape.") from None


def _nfc(value: Any) -> Any:  # noqa: ANN401
    """Normalise text to NFC and drop outer spaces, so that equal names are equal bytes."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip(" ")
    if isinstance(value, dict):
        return {key: _nfc(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_nfc(item) for item in value]
    return value


_AT = re.compile(r" - at `\$(?P<path>.*?)`$")
_STEP = re.compile(r"\.([A-Za-z0-9]+)|\[(\d+|\.\.\.)\]")
_MEMBER = re.compile(r"(?:missing required|unknown) field `([A-Za-z][A-Za-z0-9]{0,39})`")


def explain(text: str) -> tuple[str, tuple[str, ...]]:
    """Turn msgspec's message into ours: the rule and the path, without any value from the input."""
    at = _AT.search(text)
    path = tuple(name or index for name, index in _STEP.findall(at["path"] if at else ""))
    member = _MEMBER.search(text)
    if "unknown field" in text:
        return "Unknown field; remove it or check its spelling against the schema.", (
            *path,
            *(member.groups() if member else ()),
        )
    if "missing required field" in text:
        return "Required field is missing.", (*path, *(member.groups() if member else ()))
    if "enum" in text:
        return "Not one of the allowed values; see the schema.", path
    rule = text[: at.start()] if at else text
    return _wording(rule), path


def _wording(rule: str) -> str:
    if "regex" in rule:
        return "Not in the expected form; see the field's description in the schema."
    if "RFC3339" in rule or "ISO8601" in rule or "timezone" in rule:
        return "Expected an existing date (YYYY-MM-DD), or a date-time with offset such as 2021-12-15T06:00:00Z."
    if rule.startswith("Expected"):
        return rule.replace("`", "") + "."
    return "Not a valid value; see the field's description in the schema."


def _texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:  # noqa: ANN401
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, str(index)))


def _recipient(recipient: Recipient) -> Recipient:
    if not (recipient.mobile or recipient.email):
        raise BadUserInput("A mobile number or an email address is required.", ("recipient", "mobile"))
    if recipient.email and not _EMAIL.fullmatch(recipient.email):
        raise BadUserInput("Not an email address.", ("recipient", "email"))
    if not recipient.mobile:
        return recipient
    return msgspec.structs.replace(recipient, mobile=normal_mobile(recipient.mobile, ("recipient", "mobile")))


def normal_mobile(text: str, path: tuple[str, ...] = ("mobile",)) -> str:
    """Return a telephone number as E.164, read as Indian where it names no country. Raises `BadUserInput`."""
    plain = re.sub(r"[\s()-]", "", text)
    if indian := _INDIAN_MOBILE.fullmatch(plain):
        return "+91" + indian[1]
    try:
        number = phonenumbers.parse(plain, "IN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise BadUserInput("Not a telephone number; give E.164 such as +919999999999, or ten digits for India.", path)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _check_readable(record: VaccinationRecord) -> None:
    """Refuse required text that shows nothing: invisible characters, or punctuation only."""
    given = record.vaccination
    for text, path in (
        (record.recipient.name, ("recipient", "name")),
        (given.name, ("vaccination", "name")),
        (given.batch, ("vaccination", "batch")),
        (given.manufacturer, ("vaccination", "manufacturer")),
        (record.facility.name, ("facility", "name")),
    ):
        if not any(character.isalnum() for character in text):
            raise BadUserInput("Required text needs a letter or a digit.", path)


def _check_dates(record: VaccinationRecord, now: datetime) -> None:
    given = record.vaccination
    for moment, path in [
        (given.date, ("vaccination", "date")),
        *((earlier.date, ("earlierDoses", str(i), "date")) for i, earlier in enumerate(record.earlier_doses)),
    ]:
        if moment.year <= EARLIEST_YEAR:
            raise BadUserInput("The date is too long ago.", path)
        if moment.astimezone(UTC) > now + CLOCK_SKEW:
            raise BadUserInput("The date is in the future.", path)
    start, until = given.effective_start, given.effective_until
    if start and until and until < start:
        raise BadUserInput("effectiveUntil is before effectiveStart.", ("vaccination", "effectiveUntil"))
    _check_birth(record.recipient.date_of_birth, given.date)


def _check_birth(date_of_birth: str | None, vaccinated: datetime) -> None:
    if date_of_birth is None:
        return
    path = ("recipient", "dateOfBirth")
    try:
        earliest, _ = _bounds(date_of_birth)
    except ValueError:
        raise BadUserInput("No such day in the calendar.", path) from None
    day = vaccinated.astimezone(INDIA).date()
    if earliest > day:
        raise BadUserInput("The date of birth is after the day of vaccination.", path)
    if day.year - earliest.year > MAX_AGE:
        raise BadUserInput("The date of birth is too long ago.", path)


def _check_doses(record: VaccinationRecord) -> None:
    dose, total = record.vaccination.dose, record.vaccination.total_doses
    if dose > total + EXTRA_DOSES:
        raise BadUserInput("The dose is more than two beyond totalDoses.", ("vaccination", "dose"))
    for index, earlier in enumerate(record.earlier_doses):
        if earlier.dose >= dose:
            raise BadUserInput("An earlier dose must have a lower number.", ("earlierDoses", str(index), "dose"))


def _check_kind(record: VaccinationRecord) -> None:
    recipient = record.recipient
    if record.kind is Kind.INTERNATIONAL and len(recipient.date_of_birth or "") != FULL_DATE:
        raise BadUserInput("An international certificate needs a full date of birth.", ("recipient", "dateOfBirth"))
    if record.kind is Kind.DOMESTIC and printed_age(record) is None:
        raise BadUserInput(
            "A domestic certificate needs an age, or a date of birth that tells it.", ("recipient", "age")
        )


def _bounds(partial: str) -> tuple[date, date]:
    """Return the first and last day that a partial date may mean. Raises ValueError for a day that does not exist."""
    year, month, day = (*map(int, partial.split("-")), None, None)[:3]
    if month is None:
        return date(year or 1, 1, 1), date(year or 1, 12, 31)
    if day is None:
        first = date(year or 1, month, 1)
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    exact = date(year or 1, month, day)
    return exact, exact


def _merge(old: Any, new: Any) -> Any:  # noqa: ANN401
    if not (isinstance(old, dict) and isinstance(new, Mapping)):
        return new
    merged = {key: _merge(old.get(key), value) for key, value in new.items()}
    return {key: value for key, value in {**old, **merged}.items() if value is not None}
