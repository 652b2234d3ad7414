"""Acknowledgements in the tables: written with the act, leased one per beneficiary, kept a while when they ended."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.changes import Change
from backends.sql.context import Context, Part
from backends.sql.database import Database
from backends.sql.delivery_tables import deliveries
from backends.sql.people import Person
from backends.sql.rows import record_of
from backends.sql.tables import audit, certificates, data_keys, records
from backends.sql.types import AnyRow, AnySelect
from credential.access import Caller
from credential.acknowledgement import MAX_ATTEMPTS, Became, Delivery, DeliveryState
from credential.errors import PramaanError, Unavailable
from credential.ports import AuditEntry, DeliveryReport, Ended, Request
from credential.record import Kind

KEPT = timedelta(days=7)
NEVER_ENDED = "Taken too often without an end; see the workers' log."
UNREADABLE = "The certificate's record is gone or cannot be read."


async def store_deliveries(
    context: Context, connection: AsyncConnection, changes: Sequence[Change], now: datetime
) -> None:
    """Store what is to be acknowledged. The persons are locked: nobody else counts for them meanwhile."""
    if not changes:
        return
    last = await _last(context, connection, {change.person for change in changes})
    clock, rows = int(now.timestamp() * 1_000_000), []
    for change in changes:
        # By the clock, so that the order stays when older rows were forgotten; never below the one before.
        last[change.person] = max(clock, last.get(change.person, 0) + 1)
        rows.append(_row(context, change, last[change.person], now))
    await context.database.add(connection, deliveries, rows)


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget what was delivered a week ago; return how many. What was given up stays."""
    columns = deliveries.c
    old = and_(columns.state == DeliveryState.DELIVERED, columns.available_at < now - KEPT)
    return (await connection.execute(delete(deliveries).where(old))).rowcount


class SqlDeliveries(Part):
    """Implements `credential.ports.acknowledging.Deliveries`."""

    async def lease_deliveries(self, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Lease the first that waits of each beneficiary, where it is due."""
        async with self._database.write() as connection:
            rows = (await connection.execute(_due(now, limit))).all()
            if not rows:
                return []
            tired = [row for row in rows if row.attempts >= MAX_ATTEMPTS]
            leased = [row for row in rows if row.attempts < MAX_ATTEMPTS]
            await self._database.change(connection, deliveries, [_leased(row, now + lease) for row in leased])
            await _bury(self._database, connection, tired, NEVER_ENDED, now)
            subjects = await connection.execute(_subjects(self._context, leased))
            found = _read(self._context, subjects.all())
            await _bury(self._database, connection, [row for row in leased if row.id not in found], UNREADABLE, now)
        return [found[row.id] for row in leased if row.id in found]

    async def settle_deliveries(self, ended: Sequence[Ended], *, now: datetime) -> None:
        """Store how attempts ended."""
        columns = deliveries.c
        done = [_end(self._context, one, now) for one in ended if one.fault is None]
        failed = [one for one in ended if one.fault is not None]
        async with self._database.write() as connection:
            await self._database.change(connection, deliveries, done, columns.state == DeliveryState.WAITING)
            for one in failed:
                held = and_(columns.state == DeliveryState.WAITING, columns.attempts == one.delivery.attempts)
                await self._database.change(connection, deliveries, [_end(self._context, one, now)], held)

    async def deliveries(self, state: DeliveryState, *, limit: int) -> list[DeliveryReport]:
        """Return deliveries of a state, the oldest first."""
        columns = deliveries.c
        query = select(deliveries).where(columns.state == state).order_by(columns.available_at, columns.id).limit(limit)
        async with self._database.read() as connection:
            return [_report(row) for row in await connection.execute(query)]

    async def replay_deliveries(self, ids: Sequence[str] | None, *, caller: Caller, now: datetime) -> list[str]:
        """Let DEAD deliveries wait again, with all their attempts before them."""
        async with self._database.write() as connection:
            return await revive(self._context, connection, ids, Request(caller, "replay", None, b"", now))


async def revive(
    context: Context, connection: AsyncConnection, ids: Sequence[str] | None, request: Request
) -> list[str]:
    """Let DEAD deliveries wait again, all for None; audited."""
    columns = deliveries.c
    dead = update(deliveries).where(columns.state == DeliveryState.DEAD)
    if ids is not None:
        dead = dead.where(context.database.among((columns.id,), [(each,) for each in dict.fromkeys(ids)]))
    again = dead.values(state=DeliveryState.WAITING, attempts=0, available_at=request.now)
    rows = (await connection.execute(again.returning(columns.id, columns.certificate_id))).all()
    entries = [AuditEntry(request.caller, "replay-delivery", row.certificate_id, request.now, row.id) for row in rows]
    await context.database.add(connection, audit, audit_rows(context, entries))
    return sorted(row.id for row in rows)


def _subjects(context: Context, rows: Sequence[AnyRow]) -> AnySelect:
    """Return the query of what leased rows are about."""
    ours, columns = deliveries.c, certificates.c
    own = and_(columns.shard == ours.shard, columns.id == ours.certificate_id)
    own_record = and_(records.c.shard == columns.shard, records.c.certificate_id == columns.id)
    own_key = and_(data_keys.c.shard == columns.shard, data_keys.c.beneficiary == columns.beneficiary)
    return (
        select(
            ours.id.label("delivery_id"),
            *(ours.sequence, ours.became, ours.reason, ours.at, ours.attempts),
            *(columns.shard, columns.id, columns.beneficiary, columns.dose, columns.version, columns.kind),
            *(records.c.data, data_keys.c.key_id.label("wrapping_key_id"), data_keys.c.wrapped),
        )
        .select_from(deliveries)
        .join(certificates, own)
        .join(records, own_record)
        .join(data_keys, own_key)
        .where(context.database.among((ours.shard, ours.id), [(row.shard, row.id) for row in rows]))
    )


def _read(context: Context, rows: Iterable[AnyRow]) -> dict[str, Delivery]:
    """Return the deliveries whose records can be read. Raises Unavailable where a data key is not configured."""
    found = {}
    for row in rows:
        try:
            found[row.delivery_id] = _delivery(row, record_of(context, row).beneficiary_id)
        except Unavailable:
            raise
        except PramaanError:
            continue
    return found


async def _bury(
    database: Database, connection: AsyncConnection, rows: Sequence[AnyRow], fault: str, now: datetime
) -> None:
    values = {"state": DeliveryState.DEAD, "available_at": now, "fault": fault}
    await database.change(connection, deliveries, [{"shard": row.shard, "id": row.id, **values} for row in rows])


def _due(now: datetime, limit: int) -> AnySelect:
    columns, others = deliveries.c, deliveries.alias("others")
    # One look at an index per row, and never a join: the planner cannot know how few wait.
    first = select(func.min(others.c.sequence)).where(
        others.c.shard == columns.shard,
        others.c.beneficiary == columns.beneficiary,
        others.c.state == DeliveryState.WAITING,
    )
    return (
        select(columns.shard, columns.id, columns.attempts)
        .where(
            columns.state == DeliveryState.WAITING,
            columns.available_at <= now,
            columns.sequence == first.scalar_subquery(),
        )
        .order_by(columns.available_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )


async def _last(context: Context, connection: AsyncConnection, people: Iterable[Person]) -> dict[Person, int]:
    columns = deliveries.c
    place = (columns.shard, columns.beneficiary)
    query = select(*place, func.max(columns.sequence).label("last")).group_by(*place)
    query = query.where(context.database.among(place, [tuple(person) for person in sorted(people)]))
    return {Person(row.shard, row.beneficiary): row.last for row in await connection.execute(query)}


def _row(context: Context, change: Change, sequence: int, now: datetime) -> dict[str, object]:
    return {
        "shard": change.person.shard,
        "id": context.row_id(now).hex(),
        "beneficiary": change.person.beneficiary,
        "sequence": sequence,
        "certificate_id": change.certificate_id,
        "became": change.became,
        "reason": change.reason,
        "at": now,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "available_at": now,
    }


def _leased(row: AnyRow, until: datetime) -> dict[str, object]:
    return {"shard": row.shard, "id": row.id, "attempts": row.attempts + 1, "available_at": until}


def _end(context: Context, one: Ended, now: datetime) -> dict[str, object]:
    state = DeliveryState.DELIVERED if one.fault is None else DeliveryState.DEAD
    return {
        "shard": context.shard_of(one.delivery.certificate_id),
        "id": one.delivery.id,
        "state": DeliveryState.WAITING if one.again_at else state,
        "available_at": one.again_at or now,
        "fault": one.fault,
    }


def _delivery(row: AnyRow, beneficiary_id: str) -> Delivery:
    return Delivery(
        id=row.delivery_id,
        certificate_id=row.id,
        sequence=row.sequence,
        became=Became(row.became),
        reason=row.reason,
        at=row.at,
        attempts=row.attempts,
        beneficiary_id=beneficiary_id,
        dose=row.dose,
        version=row.version,
        kind=Kind(row.kind),
    )


def _report(row: AnyRow) -> DeliveryReport:
    return DeliveryReport(
        id=row.id,
        certificate_id=row.certificate_id,
        became=Became(row.became),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.available_at,
        fault=row.fault,
    )
