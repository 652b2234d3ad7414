"""What is held of a dose: the version that counts or is to count next, or else the one that was revoked.

One statement per table: a join of the three, planned for any number of persons, would go through whole partitions.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.people import Person, keys_of_people, record_place
from backends.sql.rows import person_of_row
from backends.sql.tables import certificates, records
from backends.sql.types import AnyRow
from credential.access import Visibility
from credential.certificate import Status
from credential.reconciliation.findings import Holding
from credential.record import Kind, VaccinationRecord, record_from_json

OPEN = (Status.PENDING, Status.ISSUED)
DoseKey = tuple[Person, str, int]
_NAMES = ("shard", "id", "beneficiary", "programme", "dose", "version", "status", "kind", "client_id")


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """A certificate's row without what was signed, and its sealed record."""

    row: AnyRow
    key: bytes
    data: bytes

    def record(self, context: Context) -> VaccinationRecord:
        """Open the record."""
        place = record_place(self.row.shard, self.row.id)
        return record_from_json(context.vault.opened(self.key, self.data, place))


async def recorded_rows(
    context: Context, connection: AsyncConnection, chosen: ColumnElement[bool]
) -> list[RecordedRow]:
    """Return the chosen certificates, lower versions first."""
    columns, among = certificates.c, context.database.among
    query = select(*(columns[name] for name in _NAMES)).where(chosen).order_by(columns.version)
    rows = (await connection.execute(query)).all()
    if not rows:
        return []
    keys = await keys_of_people(context, connection, {person_of_row(row) for row in rows})
    places = [(row.shard, row.id) for row in rows]
    texts = select(records.c.certificate_id, records.c.data).where(
        among((records.c.shard, records.c.certificate_id), places)
    )
    data = {row.certificate_id: row.data for row in await connection.execute(texts)}
    return [
        RecordedRow(row, keys[person_of_row(row)], data[row.id])
        for row in rows
        if person_of_row(row) in keys and row.id in data  # of the erased nothing is left to compare
    ]


async def held_rows(
    context: Context, connection: AsyncConnection, people: Iterable[Person]
) -> dict[DoseKey, RecordedRow]:
    """Return per (person, programme, dose) the row of what is held."""
    columns = certificates.c
    among = context.database.among((columns.shard, columns.beneficiary), [tuple(one) for one in sorted(set(people))])
    held: dict[DoseKey, RecordedRow] = {}
    for one in await recorded_rows(context, connection, among & (columns.status != Status.SUPERSEDED)):
        key = (person_of_row(one.row), one.row.programme, one.row.dose)
        if one.row.status in OPEN or key not in held or held[key].row.status not in OPEN:
            held[key] = one
    return {key: one for key, one in held.items() if one.row.status != Status.FAILED}


def holding_of(context: Context, one: RecordedRow, visible: Visibility) -> Holding:
    """Return what a row says is held; the record only where it is the asker's to see."""
    row = one.row
    own = visible.client_id is None or row.client_id == visible.client_id
    record = one.record(context) if own else None
    return Holding(row.id, row.version, Status(row.status), Kind(row.kind), record, own)
