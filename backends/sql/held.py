"""What is held of a dose: the version that counts or is to count next, or else the one that was revoked."""

from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.people import Person
from backends.sql.rows import person_of_row, record_of
from backends.sql.tables import certificates, data_keys, records
from backends.sql.types import AnyRow, AnySelect
from credential.access import Visibility
from credential.certificate import Status
from credential.reconciliation.findings import Holding
from credential.record import Kind

OPEN = (Status.PENDING, Status.ISSUED)
DoseKey = tuple[Person, str, int]


def recorded_rows() -> AnySelect:
    """Return the query of certificates with their records, without what was signed."""
    columns = certificates.c
    own_record = and_(records.c.shard == columns.shard, records.c.certificate_id == columns.id)
    own_key = and_(data_keys.c.shard == columns.shard, data_keys.c.beneficiary == columns.beneficiary)
    names = ("shard", "id", "beneficiary", "programme", "dose", "version", "status", "kind", "client_id")
    keys = (data_keys.c.key_id.label("wrapping_key_id"), data_keys.c.wrapped)
    query = select(*(columns[name] for name in names), records.c.data, *keys)
    return query.join(records, own_record).join(data_keys, own_key)


async def held_rows(context: Context, connection: AsyncConnection, people: Iterable[Person]) -> dict[DoseKey, AnyRow]:
    """Return per (person, programme, dose) the row of what is held."""
    columns = certificates.c
    among = context.database.among((columns.shard, columns.beneficiary), [tuple(one) for one in sorted(set(people))])
    query = recorded_rows().where(among, columns.status != Status.SUPERSEDED).order_by(columns.version)
    held: dict[DoseKey, AnyRow] = {}
    for row in await connection.execute(query):
        key = (person_of_row(row), row.programme, row.dose)
        if row.status in OPEN or key not in held or held[key].status not in OPEN:
            held[key] = row
    return {key: row for key, row in held.items() if row.status != Status.FAILED}


def holding_of(context: Context, row: AnyRow, visible: Visibility) -> Holding:
    """Return what a row says is held; the record only where it is the asker's to see."""
    own = visible.client_id is None or row.client_id == visible.client_id
    record = record_of(context, row) if own else None
    return Holding(row.id, row.version, Status(row.status), Kind(row.kind), record, own)
