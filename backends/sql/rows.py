"""Rows of certificates, and how they become values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.people import Person, credentials_place, record_place
from backends.sql.tables import certificates, data_keys, records, revocations
from backends.sql.types import AnyRow, AnySelect
from credential.certificate import Certificate, RevocationReason, Status
from credential.keys import Profile
from credential.record import Kind, VaccinationRecord, record_from_json
from credential.status.positions import StatusPosition


@dataclass(frozen=True, slots=True)
class Sibling:
    """A version of a dose, without personal data: enough to tell what came before and after, and the corrections."""

    person: Person
    programme: str
    dose: int
    version: int
    id: str
    status: Status
    signed: bool
    counted: bool

    @property
    def listed(self) -> bool:
        """Whether the version was issued or may be: a PENDING version that was replaced never was."""
        return self.signed or self.status is not Status.SUPERSEDED


def full_rows() -> AnySelect:
    """Return the query of certificates with their records, wrapped keys and revocations."""
    revoked = and_(
        revocations.c.shard == certificates.c.shard,
        revocations.c.certificate_id == certificates.c.id,
        revocations.c.purpose == "REVOKED",
    )
    told = (revocations.c.at.label("revoked_at"), revocations.c.reason.label("revocation_reason"))
    return recorded_rows().add_columns(*told).outerjoin(revocations, revoked)


def recorded_rows() -> AnySelect:
    """Return the query of certificates with their records and wrapped keys: enough for what is not revoked."""
    own_record = and_(records.c.shard == certificates.c.shard, records.c.certificate_id == certificates.c.id)
    own_key = and_(data_keys.c.shard == certificates.c.shard, data_keys.c.beneficiary == certificates.c.beneficiary)
    return (
        select(
            certificates,
            records.c.data,
            records.c.contact,
            data_keys.c.key_id.label("wrapping_key_id"),
            data_keys.c.wrapped,
        )
        .join(records, own_record)
        .join(data_keys, own_key)
    )


async def siblings_of(
    context: Context, connection: AsyncConnection, people: Iterable[Person]
) -> dict[tuple[Person, str, int], list[Sibling]]:
    """Return all versions of the persons' certificates per (person, programme, dose), oldest first."""
    columns, wanted = certificates.c, [tuple(person) for person in sorted(set(people))]
    query = (
        select(
            columns.shard,
            columns.beneficiary,
            columns.programme,
            columns.dose,
            columns.version,
            columns.id,
            columns.status,
            columns.credentials.is_not(None).label("signed"),
            columns.counted,
        )
        .where(context.database.among((columns.shard, columns.beneficiary), wanted))
        .order_by(columns.version)
    )
    found: dict[tuple[Person, str, int], list[Sibling]] = {}
    for row in await connection.execute(query):
        person = Person(row.shard, row.beneficiary)
        sibling = Sibling(
            person,
            row.programme,
            row.dose,
            row.version,
            row.id,
            Status(row.status),
            bool(row.signed),
            bool(row.counted),
        )
        found.setdefault((person, row.programme, row.dose), []).append(sibling)
    return found


def person_of_row(row: AnyRow) -> Person:
    """Return whom a certificate's row is about."""
    return Person(row.shard, row.beneficiary)


def position_of(row: AnyRow) -> StatusPosition | None:
    """Return the bit of a row in the status lists, None where it has none."""
    return None if row.status_list is None else StatusPosition(row.status_list, row.status_index)


def key_of_row(context: Context, row: AnyRow) -> bytes:
    """Return the person's data key."""
    return context.vault.unwrapped(row.wrapping_key_id, row.wrapped, row.shard, row.beneficiary)


def record_text(context: Context, row: AnyRow, key: bytes) -> bytes:
    """Return the record's JSON."""
    return context.vault.opened(key, row.data, record_place(row.shard, row.id))


def record_of(context: Context, row: AnyRow) -> VaccinationRecord:
    """Return the record of a full row."""
    return record_from_json(record_text(context, row, key_of_row(context, row)))


async def people_of(context: Context, connection: AsyncConnection, keys: Sequence[tuple[int, str]]) -> list[Person]:
    """Return whom certificates are about."""
    query = select(certificates.c.shard, certificates.c.beneficiary).where(ids_condition(context, keys))
    return [Person(row.shard, row.beneficiary) for row in await connection.execute(query)]


def sealed_credentials(context: Context, row: AnyRow, key: bytes, texts: Mapping[Profile, str], record: bytes) -> bytes:
    """Seal the credentials' texts. The record helps to compress them: most of what they say is in it."""
    packed = msgspec.msgpack.encode({profile.value: text for profile, text in texts.items()})
    return context.vault.sealed(key, packed, credentials_place(row.shard, row.id), record)


def opened_credentials(context: Context, row: AnyRow, key: bytes, record: bytes) -> dict[Profile, str]:
    """Return the credentials' texts, the primary profile first."""
    if row.credentials is None:
        return {}
    packed = context.vault.opened(key, row.credentials, credentials_place(row.shard, row.id), record)
    texts = msgspec.msgpack.decode(packed, type=dict[str, str])
    return {Profile(profile): text for profile, text in texts.items()}


def certificate_of(context: Context, row: AnyRow, family: Sequence[Sibling]) -> Certificate:
    """Return the certificate that a full row and the versions of its dose tell of."""
    key = key_of_row(context, row)
    text = record_text(context, row, key)
    return _certificate(row, record_from_json(text), opened_credentials(context, row, key, text), family)


def _certificate(
    row: AnyRow, record: VaccinationRecord, texts: dict[Profile, str], family: Sequence[Sibling]
) -> Certificate:
    before = [sibling.id for sibling in family if sibling.signed and sibling.version < row.version]
    after = [sibling.id for sibling in family if sibling.signed and sibling.version > row.version]
    used = sum(sibling.counted and (sibling.signed or sibling.status is Status.PENDING) for sibling in family)
    return Certificate(
        id=row.id,
        record=record,
        kind=Kind(row.kind),
        status=Status(row.status),
        version=row.version,
        live=bool(row.live),
        created_at=row.created_at,
        client_id=row.client_id,
        issued_at=row.issued_at if texts else None,
        key_id=row.key_id if texts else None,
        credentials=texts,
        previous_id=before[-1] if before else None,
        next_id=after[0] if after else None,
        corrections=used,
        revoked_at=row.revoked_at,
        revocation_reason=None if row.revocation_reason is None else RevocationReason(row.revocation_reason),
        failure=row.failure,
    )


def ids_condition(context: Context, keys: Sequence[tuple[int, str]]) -> ColumnElement[bool]:
    """Return the condition that a certificate is one of (shard, id)."""
    return context.database.among((certificates.c.shard, certificates.c.id), keys)
