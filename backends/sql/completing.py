"""The transaction that makes certificates ISSUED: never two live for a dose, never none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.becoming import tell
from backends.sql.changes import Change
from backends.sql.context import Context
from backends.sql.counting_rows import event_rows, issued_event
from backends.sql.placing import job_row
from backends.sql.rows import ids_condition, key_of_row, person_of_row, record_of, record_text, sealed_credentials
from backends.sql.tables import certificates, events, outbox, revocations
from backends.sql.types import AnyRow
from credential.acknowledgement import Became
from credential.certificate import Status
from credential.jobs import INDEX_CONTACTS, NUDGE, PUBLISH_REVOCATIONS, SIGN
from credential.ports import SignedCertificate
from credential.record import Kind

Dose = tuple[int, bytes, str, int]
Signed = Sequence[tuple[AnyRow, SignedCertificate]]


async def complete(context: Context, connection: AsyncConnection, signed: Signed, now: datetime) -> None:
    """Promote PENDING rows whose persons are locked: old versions first, then the new ones, then what follows."""
    if not signed:
        return
    rows = [row for row, _ in signed]
    superseded = await _demote(context, connection, rows, now)
    await context.database.change(connection, certificates, [_issued(context, row, item, now) for row, item in signed])
    await _follow_up(context, connection, rows, superseded, now=now)
    await tell(context, connection, [_change(row, superseded) for row in rows], now)


def dose_of(row: AnyRow) -> Dose:
    """Return what a certificate is for: at most one live version each."""
    return row.shard, row.beneficiary, row.programme, row.dose


async def _demote(
    context: Context, connection: AsyncConnection, rows: Sequence[AnyRow], now: datetime
) -> dict[Dose, str]:
    """Supersede the ISSUED versions beside the rows; return their ids."""
    columns = certificates.c
    place = (columns.shard, columns.beneficiary, columns.programme, columns.dose)
    query = select(*place, columns.id, columns.signature_hashes).where(
        context.database.among(place, [dose_of(row) for row in rows]), columns.status == Status.ISSUED
    )
    old = (await connection.execute(query)).all()
    if old:
        chosen = ids_condition(context, [(row.shard, row.id) for row in old])
        values = {"status": Status.SUPERSEDED, "live": False, "changed_at": now}
        await connection.execute(update(certificates).where(chosen).values(values))
        await context.database.add(connection, revocations, [_superseded(row, now) for row in old])
    return {dose_of(row): row.id for row in old}


def _superseded(row: AnyRow, now: datetime) -> dict[str, object]:
    return {
        "shard": row.shard,
        "certificate_id": row.id,
        "purpose": "SUPERSEDED",
        "at": now,
        "client_id": "",
        "signature_hashes": row.signature_hashes,
        "published": False,
    }


def _issued(context: Context, row: AnyRow, item: SignedCertificate, now: datetime) -> dict[str, object]:
    key = key_of_row(context, row)
    text = record_text(context, row, key)
    return {
        "shard": row.shard,
        "id": row.id,
        "status": Status.ISSUED,
        "live": True,
        "changed_at": now,
        "signature_hashes": " ".join(item.signature_hashes),
        "credentials": sealed_credentials(context, row, key, item.credentials, text),
    }


def _change(row: AnyRow, superseded: dict[Dose, str]) -> Change:
    became = Became.UPDATED if dose_of(row) in superseded else Became.ISSUED
    return Change(person_of_row(row), row.id, became, seen=True)


async def _follow_up(
    context: Context, connection: AsyncConnection, rows: Sequence[AnyRow], superseded: dict[Dose, str], *, now: datetime
) -> None:
    """Append events and the jobs that come next, and take the signing jobs out of the outbox."""
    happened = [
        issued_event(record_of(context, row), Kind(row.kind), row.id, now, updated=dose_of(row) in superseded)
        for row in rows
    ]
    await context.database.add(connection, events, event_rows(context, happened))
    done = [(row.shard, SIGN, row.id) for row in rows]
    job = (outbox.c.shard, outbox.c.job, outbox.c.certificate_id)
    await connection.execute(delete(outbox).where(context.database.among(job, done)))
    jobs = [job_row(row.shard, INDEX_CONTACTS, row.id, now + NUDGE) for row in rows if row.contact is not None]
    jobs += [job_row(dose[0], PUBLISH_REVOCATIONS, old_id, now) for dose, old_id in superseded.items()]
    await context.database.add(connection, outbox, jobs, unless_there=True)
