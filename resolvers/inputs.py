"""Inputs of mutations.

Every member of a record may be left out here: the domain says which are required, so that a missing one spoils only
its own record, and updates use the same types, in which an absent member is unchanged and null clears.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from credential.certificate import RevocationReason
from credential.record import DEFAULT_PROGRAMME, Kind
from resolvers.scalars import Date, DateTime, MobileNumber, PartialDate, RecordList


def optional(description: str) -> Any:  # noqa: ANN401 - a dataclass field's default
    """Return an input field that may be absent, which is not null."""
    return strawberry.field(default=UNSET, description=description)


KEY = (
    "Makes the request safe to send again for 7 days: the same key with the same input gives the same answer. "
    "Scoped to client and mutation."
)
WAIT = "Wait up to so many milliseconds, at most 10,000, until nothing is pending."
PROGRAMME = "Vaccination programme."


@strawberry.input(description="A postal address; lines to 80 characters, other parts to 60.")
class AddressInput:
    """`credential.record.Address`."""

    line1: str | None = optional("First line.")
    line2: str | None = optional("Second line.")
    city: str | None = optional("City or village.")
    district: str | None = optional("District.")
    state: str | None = optional("State or union territory.")
    postal_code: str | None = optional("Postal code.")
    country: str | None = optional("Country.")


@strawberry.input(description="Who was vaccinated.")
class RecipientInput:
    """`credential.record.Recipient`."""

    name: str | None = optional("Name, to 80 characters. Required on issue.")
    age: int | None = optional("Age in years, 0 to 130; a domestic certificate needs it or a date of birth.")
    date_of_birth: PartialDate | None = optional("Date of birth; an international certificate needs a full one.")
    gender: str | None = optional("Gender.")
    nationality: str | None = optional("Nationality.")
    identity: str | None = optional("Identity document; never printed into the QR code unless configured.")
    uhid: str | None = optional("Unique health id.")
    mobile: MobileNumber | None = optional("Mobile number. This or email is required on issue.")
    email: str | None = optional("Address for electronic mail, to 254 characters.")
    address: AddressInput | None = optional("Postal address; kept, not printed.")


@strawberry.input(description="What was given and when.")
class VaccinationInput:
    """`credential.record.Vaccination`."""

    name: str | None = optional("Vaccine. Required on issue.")
    batch: str | None = optional("Batch of the vaccine. Required on issue.")
    manufacturer: str | None = optional("Manufacturer of the vaccine. Required on issue.")
    date: DateTime | None = optional("When it was given, not in the future. Required on issue.")
    effective_start: Date | None = optional("First day of effect.")
    effective_until: Date | None = optional("Last day of effect, not before the first.")
    dose: int | None = optional("Number of the dose, from 1, to two beyond totalDoses. Required on issue.")
    total_doses: int | None = optional("How many doses the schedule has. Required on issue.")


@strawberry.input(description="Who gave it.")
class VaccinatorInput:
    """`credential.record.Vaccinator`."""

    id: str | None = optional("The source system's id of the vaccinator.")
    name: str | None = optional("Name, to 80 characters.")


@strawberry.input(description="Where it was given.")
class FacilityInput:
    """`credential.record.Facility`."""

    id: str | None = optional("The source system's id of the facility.")
    name: str | None = optional("Name, to 80 characters. Required on issue.")
    address: AddressInput | None = optional("Address of the facility.")


@strawberry.input(description="An earlier dose as the source system now holds it.")
class EarlierDoseInput:
    """`credential.record.EarlierDose`."""

    dose: int | None = optional("Number of the dose, lower than this one. Required.")
    date: DateTime | None = optional("When it was given. Required.")
    name: str | None = optional("Vaccine.")
    batch: str | None = optional("Batch of the vaccine.")
    manufacturer: str | None = optional("Manufacturer of the vaccine.")


@strawberry.input(description="One dose given to one beneficiary.")
class VaccinationRecordInput:
    """`credential.record.VaccinationRecord`."""

    beneficiary_id: strawberry.ID | None = optional(
        "The source system's id of the person: letters, digits, dot, hyphen, underscore. Required."
    )
    programme: str | None = optional(f"{PROGRAMME} The default is `{DEFAULT_PROGRAMME}`.")
    recipient: RecipientInput | None = optional("Who was vaccinated. Required.")
    vaccination: VaccinationInput | None = optional("What was given and when. Required.")
    vaccinator: VaccinatorInput | None = optional("Who gave it.")
    facility: FacilityInput | None = optional("Where it was given. Required.")
    earlier_doses: list[EarlierDoseInput] | None = optional("Earlier doses, at most 10.")
    kind: Kind | None = optional("Where the certificate is for; the input's kind where absent.")


@strawberry.input(
    description="Input of issueCertificates: exactly one of `records` and `recordsJson`, 1 to 1,000 records."
)
class IssueCertificatesInput:
    """Typed records for people and small batches, JSON for bulk."""

    records: list[VaccinationRecordInput] | None = optional("Typed records, for people and small batches.")
    records_json: RecordList | None = optional("Records as JSON, for bulk: much cheaper to read.")
    kind: Kind = strawberry.field(default=Kind.DOMESTIC, description="Kind of records that name none.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    wait_ms: int = strawberry.field(default=0, description=WAIT)


@strawberry.input(
    description="Input of updateCertificate: `certificateId`, or `beneficiaryId` and `dose`; and what changes. An"
    " absent member is unchanged, null clears."
)
class UpdateCertificateInput:
    """What to correct, and how."""

    certificate_id: strawberry.ID | None = strawberry.field(default=None, description="The certificate to correct.")
    beneficiary_id: strawberry.ID | None = strawberry.field(default=None, description="Whose certificate to correct.")
    programme: str = strawberry.field(default=DEFAULT_PROGRAMME, description=PROGRAMME)
    dose: int | None = strawberry.field(default=None, description="Which dose's certificate to correct.")
    recipient: RecipientInput | None = optional("Changes to who was vaccinated.")
    vaccination: VaccinationInput | None = optional("Changes to what was given; the dose cannot change.")
    vaccinator: VaccinatorInput | None = optional("Changes to who gave it.")
    facility: FacilityInput | None = optional("Changes to where it was given.")
    earlier_doses: list[EarlierDoseInput] | None = optional("The earlier doses, all of them.")
    kind: Kind | None = strawberry.field(default=None, description="Another kind; does not use up a correction.")
    expected_version: int | None = strawberry.field(
        default=None,
        description="Refuse with STALE_VERSION unless the certificate has this version; people who logged in must say.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    wait_ms: int = strawberry.field(default=0, description=WAIT)


@strawberry.input(description="Some doses of a beneficiary.")
class DosesTarget:
    """Consecutive doses, with the highest one held."""

    beneficiary_id: strawberry.ID = strawberry.field(description="Whose certificates.")
    doses: list[int] = strawberry.field(description="Consecutive doses that include the highest one held.")
    programme: str = strawberry.field(default=DEFAULT_PROGRAMME, description=PROGRAMME)


@strawberry.input(description="All doses of a beneficiary.")
class AllDosesTarget:
    """Everything that the beneficiary holds in a programme."""

    beneficiary_id: strawberry.ID = strawberry.field(description="Whose certificates.")
    programme: str = strawberry.field(default=DEFAULT_PROGRAMME, description=PROGRAMME)


@strawberry.input(description="What certificates have in common: all members that are given, at least one.")
class RevocationWhere:
    """`credential.reach.Where`."""

    batch: str | None = optional("Batch of the vaccine, in any case and spacing.")
    facility: str | None = optional("The source system's id of the facility, or its name where it has none.")
    vaccine: str | None = optional("Vaccine, in any case and spacing.")
    vaccinator: str | None = optional("The source system's id of the vaccinator, or the name, in any case and spacing.")
    client: strawberry.ID | None = optional("Id of the client that sent the records in.")
    key_id: strawberry.ID | None = optional("Id of the key that signed, as `issuer` lists it.")
    from_: DateTime | None = strawberry.field(
        name="from", default=UNSET, description="First moment of issue; of intake as long as nothing is signed."
    )
    to: DateTime | None = optional("The moment after the last one; never later than the dry run.")


@strawberry.input(
    name="RevocationTarget",
    description="What to revoke: all of it or nothing; of `where` by a job.",
    one_of=True,
)
class RevocationTargetInput:
    """Exactly one."""

    ids: list[strawberry.ID] | None = optional("These certificates, 1 to 1,000.")
    doses: DosesTarget | None = optional("Some doses of a beneficiary.")
    all_doses: AllDosesTarget | None = optional("All doses of a beneficiary.")
    where: RevocationWhere | None = optional(
        "All that a batch, facility, vaccinator, client, key or time reaches: first with `dryRun`, then its digest."
    )


@strawberry.input(description="Input of revokeCertificates.")
class RevokeCertificatesInput:
    """What to revoke, and why."""

    target: RevocationTargetInput = strawberry.field(description="What to revoke.")
    reason: RevocationReason = strawberry.field(description="Why.")
    dry_run: bool = strawberry.field(default=False, description="Count what `where` reaches, and change nothing.")
    digest: str | None = strawberry.field(default=None, description="That of the dry run; with `where` alone.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="What a partner shows to prove that it acts for the beneficiary.", one_of=True)
class BeneficiaryProof:
    """Exactly one."""

    mobile: MobileNumber | None = optional("The registered mobile number.")
    date_of_birth: PartialDate | None = optional("The date of birth, compared at the recorded precision.")


def to_json(value: Any) -> Any:  # noqa: ANN401 - any input
    """Return an input as JSON: camelCase members, absent ones left out."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [to_json(item) for item in value]
    definition = get_object_definition(value)
    return value if definition is None else members(value, [one.python_name for one in definition.fields])


def members(value: object, names: list[str]) -> Mapping[str, Any]:
    """Return some members of an input as JSON, absent ones left out."""
    given = ((name, getattr(value, name)) for name in names)
    return {to_camel_case(name): to_json(item) for name, item in given if item is not UNSET}
