"""What source systems send and are answered: the old system's request as types, and our answers.

No member of a request is required here: the record's rules say which are missing. Members that are not named are left
out, as the old gateway did.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

Text = str | int | None
DATE = r"^(\d{4}(-\d{2}(-\d{2}([Tt ].*)?)?)?)?$"
Date = Annotated[str, Meta(pattern=DATE, description="YYYY-MM-DD; empty or 0001-01-01 is absent.")] | None
Moment = Annotated[str, Meta(pattern=DATE, description="Date-time with offset; a bare date is midnight UTC.")] | None
Count = Annotated[int | float | str | None, Meta(description="A whole number; 0 is absent.")]


class OldAddress(Struct, frozen=True, rename="camel"):
    """An address as the old system has it."""

    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    district: str | None = None
    state: str | None = None
    country: str | None = None
    pincode: Text = None
    pin: Text = None


class OldRecipient(Struct, frozen=True, rename="camel"):
    """Who was vaccinated."""

    name: str | None = None
    uhid: Text = None
    dob: Date = None
    age: Count = None
    gender: str | None = None
    nationality: str | None = None
    identity: Text = None
    contact: Annotated[list[str] | str | None, Meta(description="tel:9999999999 or mailto:somebody@example.org.")] = (
        None
    )
    address: OldAddress | None = None


class OldVaccination(Struct, frozen=True, rename="camel"):
    """What was given and when."""

    name: str | None = None
    batch: Text = None
    manufacturer: str | None = None
    date: Moment = None
    effective_start: Date = None
    effective_until: Date = None
    dose: Count = None
    total_doses: Count = None


class OldVaccinator(Struct, frozen=True, rename="camel"):
    """Who gave it."""

    id: Text = None
    name: str | None = None


class OldFacility(Struct, frozen=True, rename="camel"):
    """Where it was given."""

    id: Text = None
    name: str | None = None
    operator_id: Text = None
    operator_name: str | None = None
    address: OldAddress | None = None


class CertificationRequest(Struct, frozen=True, rename="camel"):
    """CertificationRequest and CertificationRequestV2 of the old system, which differ in `uhid` alone."""

    pre_enrollment_code: Annotated[Text, Meta(description="The beneficiary's id.")] = None
    program_id: Text = None
    recipient: OldRecipient | None = None
    vaccination: OldVaccination | None = None
    vaccinator: OldVaccinator | None = None
    facility: OldFacility | None = None
    meta: Annotated[
        dict[str, Any] | None,
        Meta(
            description="`vaccinations` are the earlier doses: name, dose, manufacturer, date, batch. All else is taken"
            " and not kept; `previousCertificateId` is not believed."
        ),
    ] = None


class Problem(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One thing that is wrong; `path` leads to it from the body, in the source's own names, without values."""

    code: str
    message: str
    path: list[str] = []
    existing_certificate_id: str | None = None
    current_version: int | None = None


class Error(Struct, frozen=True, rename="camel"):
    """An error: `code` and `message` as ever, and each problem by itself."""

    code: str
    message: str
    errors: list[Problem] = []
    request_id: str = ""


class Result(Struct, frozen=True, rename="camel"):
    """What became of one item of the request."""

    index: int
    certificate_id: Annotated[str | None, Meta(description="Pending until a worker has signed it.")] = None
    kind: str | None = None
    error: Problem | None = None


class Taken(Struct, frozen=True, rename="camel"):
    """What became of a request. `job` is to follow over GraphQL; null for a single item."""

    job: str | None
    results: list[Result]


class BatchError(Error, frozen=True, rename="camel"):
    """A request of which nothing was stored, or an update that somebody else's change ran into: see `results`."""

    results: list[Result] = []


class Revoked(Struct, frozen=True, rename="camel"):
    """What is revoked now."""

    certificates: list[str]


class Standing(Struct, frozen=True, rename="camel"):
    """Whether a certificate still counts."""

    revoked: bool
    verdict: str
