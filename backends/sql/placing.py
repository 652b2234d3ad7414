"""New certificate rows: who holds what, new ids, and the rows of a record."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Context, client_of
from backends.sql.people import Person, record_place
from backends.sql.tables import audit, certificates, counters, outbox, records
from backends.sql.vault import Vault
from credential.certificate import Status
from credential.certificate_id import RANDOM_BYTES
from credential.jobs import NUDGE, SIGN, JobName
from credential.ports import AuditEntry, Request
from credential.record import Kind, VaccinationRecord, record_to_json


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version about to be stored as PENDING, and who asked for it.

    `client_id`: whose it is, where it is not the asker's: a correction stays with who sent the record.
    """

    request: Request
    id: str
    person: Person
    record: VaccinationRecord
    kind: Kind
    version: int
    live: bool = True
    counted: bool = False
    client_id: str | None = None


def person_of(context: Context, record: VaccinationRecord) -> Person:
    """Return whom a record is about, as the tables know the person."""
    return person_named(context, record.beneficiary_id)


def person_named(context: Context, beneficiary_id: str) -> Person:
    """Return a beneficiary as the tables know one."""
    return Person(context.vault.shard(beneficiary_id), context.vault.beneficiary(beneficiary_id))


async def new_ids(context: Context, connection: AsyncConnection, shards: Sequence[int]) -> list[str]:
    """Return one new certificate id per shard given, in order."""
    if context.id_scheme == "random":
        return [context.ids.random(shard, context.randomness(RANDOM_BYTES)) for shard in shards]
    sequences = await _allotted(context, connection, Counter(shards))
    return [context.ids.cowin(shard, next(sequences[shard])) for shard in shards]


async def _allotted(context: Context, connection: AsyncConnection, wanted: Counter[int]) -> dict[int, Iterator[int]]:
    statement = context.database.insert(counters)
    statement = statement.on_conflict_do_update(
        index_elements=["shard"], set_={"next": counters.c.next + statement.excluded.next}
    )
    sequences: dict[int, Iterator[int]] = {}
    for shard, count in sorted(wanted.items()):
        end = (
            await connection.execute(statement.returning(counters.c.next), {"shard": shard, "next": count})
        ).scalar_one()
        sequences[shard] = iter(range(end - count, end))
    return sequences


async def store_versions(
    context: Context,
    connection: AsyncConnection,
    versions: Sequence[NewVersion],
    *,
    keys: dict[Person, bytes],
) -> None:
    """Insert certificates PENDING with records, outbox and audit rows, a few statements for any number."""
    if not versions:
        return
    add = context.database.add
    await add(connection, certificates, [_certificate(context, version) for version in versions])
    await add(connection, records, [_record(context, version, keys) for version in versions])
    await add(
        connection, outbox, [job_row(new.person.shard, SIGN, new.id, new.request.now + NUDGE) for new in versions]
    )
    entries = [AuditEntry(by.caller, by.operation, new.id, by.now) for new in versions for by in (new.request,)]
    await add(connection, audit, audit_rows(context, entries))


def _certificate(context: Context, new: NewVersion) -> dict[str, object]:
    facility = new.record.facility
    return {
        "shard": new.person.shard,
        "id": new.id,
        "beneficiary": new.person.beneficiary,
        "programme": new.record.programme,
        "dose": new.record.vaccination.dose,
        "version": new.version,
        "kind": new.kind,
        "status": Status.PENDING,
        "live": new.live,
        "counted": new.counted,
        "attempts": 0,
        "client_id": new.client_id or client_of(new.request.caller),
        "facility": context.vault.facility(facility.id or facility.name),
        **reach_values(context.vault, new.record),
        "created_at": new.request.now,
        "changed_at": new.request.now,
    }


def reach_values(vault: Vault, record: VaccinationRecord) -> dict[str, bytes | None]:
    """Return what a certificate is found by when all of a batch, vaccine or vaccinator are to be revoked."""
    given, who = record.vaccination, record.vaccinator.id or record.vaccinator.name
    return {
        "batch": vault.named("batch", given.batch),
        "vaccine": vault.named("vaccine", given.name),
        "vaccinator": vault.named("vaccinator", who) if who else None,
    }


def _record(context: Context, new: NewVersion, keys: dict[Person, bytes]) -> dict[str, object]:
    shard, mobile = new.person.shard, new.record.recipient.mobile
    data = context.vault.sealed(keys[new.person], record_to_json(new.record), record_place(shard, new.id))
    contact = context.vault.contact(mobile) if mobile else None
    return {"shard": shard, "certificate_id": new.id, "contact": contact, "data": data}


def job_row(shard: int, name: JobName, certificate_id: str, available_at: datetime) -> dict[str, object]:
    """Return the outbox row of a job that nobody has tried yet."""
    return {
        "shard": shard,
        "job": name,
        "certificate_id": certificate_id,
        "attempts": 0,
        "available_at": available_at,
    }


@dataclass(frozen=True, slots=True)
class Held:
    """What a person holds for a dose: the live certificate's id, and the number of the last version."""

    live_id: str | None
    version: int


async def held_doses(
    context: Context, connection: AsyncConnection, people: Iterable[Person]
) -> dict[tuple[Person, str, int], Held]:
    """Return per (person, programme, dose) what is held."""
    columns = certificates.c
    live = func.max(columns.id).filter(columns.live)
    query = (
        select(
            columns.shard,
            columns.beneficiary,
            columns.programme,
            columns.dose,
            func.max(columns.version).label("version"),
            live.label("live_id"),
        )
        .where(context.database.among((columns.shard, columns.beneficiary), [tuple(person) for person in set(people)]))
        .group_by(columns.shard, columns.beneficiary, columns.programme, columns.dose)
    )
    rows = (await connection.execute(query)).all()
    return {
        (Person(row.shard, row.beneficiary), row.programme, row.dose): Held(row.live_id, row.version) for row in rows
    }
