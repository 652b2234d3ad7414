"""Certificate and what hangs on it."""

import asyncio
from typing import Annotated

import msgspec
import strawberry

from credential import certificate as domain
from credential.access import Proof
from credential.certificate import RevocationReason, Stage, Status
from credential.differences import differences
from credential.keys import Profile
from credential.operations import documents
from credential.operations.documents import DocumentFormat
from credential.operations.sealing import whole
from credential.record import Address, Kind, VaccinationRecord, printed_age
from credential.rendering import Layout
from resolvers.context import Info
from resolvers.enums import ImageFormat, Language, QrFormat
from resolvers.fields import computed
from resolvers.scalars import Date, DateTime, Json, PartialDate, day, moment
from resolvers.types_document import Document

field = strawberry.field
argument = strawberry.argument


@strawberry.type(description="To whom a certificate belongs.")
class Holder:
    """The printed facts about the person; no contact and no identity number."""

    name: str = field(description="Name as recorded.")
    age: int | None = field(description="Age in years as printed: as given, else on the day of vaccination.")
    date_of_birth: PartialDate | None = field(description="Date of birth, as precise as recorded.")
    gender: str = field(description="Gender as recorded; may be empty.")
    nationality: str = field(description="Nationality as recorded; may be empty.")


@strawberry.type(description="What was given and when.")
class Vaccination:
    """The vaccination."""

    name: str = field(description="Vaccine.")
    batch: str = field(description="Batch of the vaccine.")
    manufacturer: str = field(description="Manufacturer of the vaccine.")
    date: DateTime = field(description="When it was given.")
    effective_start: Date | None = field(description="First day of effect.")
    effective_until: Date | None = field(description="Last day of effect.")
    vaccinator: str = field(description="Who gave it; may be empty.")


@strawberry.type(description="Address of a facility; parts may be empty.")
class FacilityAddress:
    """A postal address."""

    line1: str = field(description="First line.")
    line2: str = field(description="Second line.")
    city: str = field(description="City or village.")
    district: str = field(description="District.")
    state: str = field(description="State or union territory.")
    postal_code: str = field(description="Postal code.")
    country: str = field(description="Country.")


@strawberry.type(description="Where the vaccine was given.")
class Facility:
    """The facility."""

    id: str = field(description="The source system's id of the facility; may be empty.")
    name: str = field(description="Name of the facility.")
    address: FacilityAddress = field(description="Address of the facility.")


@strawberry.type(description="That a certificate was revoked.")
class Revocation:
    """When, and for the issuer's own callers why."""

    at: DateTime = field(description="When it was revoked.")
    reason: RevocationReason = field(description="Why; only for the issuer's own callers.")


@strawberry.type(description="What a version says otherwise than the one before it.")
class FieldChange:
    """A changed field."""

    name: str = field(name="field", description="Path of the field in a record, such as `recipient.name`.")
    before: str | None = field(name="from", description="What the version before says; null where it says nothing.")
    after: str | None = field(name="to", description="What this version says; null where it says nothing.")


Other = Annotated["Certificate", strawberry.lazy("resolvers.types_certificate")]


@strawberry.type(description="One version of the certificate of a dose.")
class Certificate:
    """A view of `credential.certificate.Certificate`; `proof` is the one it was read with."""

    source: strawberry.Private[domain.Certificate]
    proof: strawberry.Private[Proof | None]
    id: strawberry.ID = field(description="Unguessable id of this version.")
    beneficiary_id: strawberry.ID = field(description="The source system's id of the person.")
    dose: int = field(description="Number of the dose, from 1.")
    total_doses: int = field(description="How many doses the schedule has.")
    kind: Kind = field(description="Where it is for.")
    stage: Stage = field(description="How far the schedule is.")
    status: Status = field(description="State of this version.")
    version: int = field(description="Version, from 1; counts on after corrections and revocations.")
    issued_at: DateTime | None = field(description="When it was issued; null until then.")
    failure_reason: str | None = field(description="Why it is FAILED, as a stable code; for the issuer's own callers.")

    @computed("To whom it belongs.")
    def holder(self) -> Holder:
        """Show the recipient."""
        return _holder(self.source.record)

    @computed("What was given and when.")
    def vaccination(self) -> Vaccination:
        """Show the vaccination."""
        return _vaccination(self.source.record)

    @computed("Where it was given.")
    def facility(self) -> Facility:
        """Show the facility."""
        facility = self.source.record.facility
        return Facility(id=facility.id, name=facility.name, address=_address(facility.address))

    @computed("The signed credential, in the primary profile or in the given one; null where there is none.")
    def credential(
        self,
        info: Info,
        profile: Annotated[Profile | None, argument(description="Another profile than the primary one.")] = None,
    ) -> Json | None:
        """Parse the text exactly as stored."""
        texts = self.source.credentials
        text = texts.get(profile) if profile else self.source.text
        if text is None:
            return None
        info.context.accessed(self.source, "JSON")
        return Json(msgspec.json.decode(text))

    @computed("The version that this one corrects.")
    async def previous(self, info: Info) -> Other | None:
        """Read the version before."""
        return await self._version(info, self.source.previous_id)

    @computed("The version that corrects this one.")
    async def next(self, info: Info) -> Other | None:
        """Read the version after."""
        return await self._version(info, self.source.next_id)

    @computed("All versions for this dose, newest first.")
    async def history(self, info: Info) -> list[Other]:
        """Read all versions."""
        return [certificate(one, self.proof) for one in await info.context.history(self.source.id)]

    @computed("What this version says otherwise than the one before it; only for the issuer's own callers.")
    async def changes(self, info: Info) -> list[FieldChange]:
        """Compare with the version before; nothing where there is none."""
        found = await info.context.version(self.source.previous_id, self.proof) if self.source.previous_id else None
        changed = differences(found.record, self.source.record) if found else []
        return [FieldChange(name=one.field, before=one.before, after=one.after) for one in changed]

    @computed("How many corrections of this dose are left.")
    def corrections_remaining(self, info: Info) -> int:
        """Count down from the deployment's limit."""
        return max(0, info.context.deployment.policy.update_limit - self.source.corrections)

    @computed("That it was revoked; null where it was not.")
    def revocation(self) -> Revocation | None:
        """Show when and why."""
        if self.source.revoked_at is None:
            return None
        reason = self.source.revocation_reason or RevocationReason.OTHER
        return Revocation(at=moment(self.source.revoked_at), reason=reason)

    @computed("The QR code; null unless ISSUED.")
    async def qr(
        self,
        info: Info,
        form: Annotated[QrFormat, argument(name="format", description="What the code carries.")] = QrFormat.NATIVE,
        image: Annotated[ImageFormat, argument(description="Kind of picture.")] = ImageFormat.PNG,
    ) -> Document | None:
        """Draw the code in a thread."""
        if not documents.has_documents(self.source):
            return None
        data = await asyncio.to_thread(documents.qr_image, self.source, image.value)
        info.context.accessed(self.source, f"QR_{form.value}")
        kind, suffix = ("image/png", "png") if image is ImageFormat.PNG else ("image/svg+xml", "svg")
        stored = whole(data, media_type=kind, file_name=f"certificate-{self.id}-qr.{suffix}")
        return Document.drawn(stored, f"/certificates/{self.id}.png" if image is ImageFormat.PNG else None)

    @computed("The printable document; null unless ISSUED. The language defaults to that of the facility's state.")
    async def document(
        self,
        info: Info,
        form: Annotated[DocumentFormat, argument(name="format", description="Kind of document.")] = DocumentFormat.PDF,
        language: Annotated[
            Language | None, argument(description="Language of the page; that of the facility's state where absent.")
        ] = None,
        layout: Annotated[
            Layout | None, argument(description="How it is laid out; that of the certificate's kind where absent.")
        ] = None,
    ) -> Document | None:
        """Return it, or ask a worker for it."""
        if not documents.has_documents(self.source):
            return None
        context = info.context
        page = await context.page(self.source, form, language.value if language else None, layout)
        answer = await documents.document(page, shelf=context.press.shelf, queue=context.ports.queue)
        if answer.stored is None:
            return Document.pending(documents.RETRY_AFTER_MS)
        context.accessed(self.source, form.value, page.key.language)
        return Document.of(page.name, answer.stored, context)

    async def _version(self, info: Info, other_id: str | None) -> "Certificate | None":
        found = await info.context.version(other_id, self.proof) if other_id else None
        return certificate(found, self.proof) if found else None


def certificate(source: domain.Certificate, proof: Proof | None = None) -> Certificate:
    """Return the schema's view of a certificate."""
    return Certificate(
        source=source,
        proof=proof,
        id=strawberry.ID(source.id),
        beneficiary_id=strawberry.ID(source.beneficiary_id),
        dose=source.dose,
        total_doses=source.total_doses,
        kind=source.kind,
        stage=source.stage,
        status=source.status,
        version=source.version,
        issued_at=moment(source.issued_at) if source.issued_at and source.text is not None else None,
        failure_reason=source.failure,
    )


def _holder(record: VaccinationRecord) -> Holder:
    person = record.recipient
    return Holder(
        name=person.name,
        age=printed_age(record),
        date_of_birth=PartialDate(person.date_of_birth) if person.date_of_birth else None,
        gender=person.gender,
        nationality=person.nationality,
    )


def _vaccination(record: VaccinationRecord) -> Vaccination:
    given = record.vaccination
    return Vaccination(
        name=given.name,
        batch=given.batch,
        manufacturer=given.manufacturer,
        date=moment(given.date),
        effective_start=day(given.effective_start) if given.effective_start else None,
        effective_until=day(given.effective_until) if given.effective_until else None,
        vaccinator=record.vaccinator.name,
    )


def _address(address: Address) -> FacilityAddress:
    return FacilityAddress(
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        district=address.district,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
    )
