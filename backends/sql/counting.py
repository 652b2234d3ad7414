"""Counting: events are folded into rollups exactly once (contract, stats)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.counting_rows import event_rows
from backends.sql.figure_tables import COARSE, DIMENSIONS, coarse_rollups, rollups
from backends.sql.marking import FOLDED, marked_day, set_mark
from backends.sql.tables import audit
from backends.sql.tables import events as events_table
from backends.sql.types import AnyRow
from credential.figures import Bucket
from credential.ports import AuditEntry, Event

_COARSE_KEY = ("day", "measure", *COARSE)


class SqlCounting(Part):
    """Implements `credential.ports.Counting`."""

    async def audit(self, entries: Sequence[AuditEntry]) -> None:
        """Write audit rows."""
        if entries:
            async with self._database.write() as connection:
                await self._database.add(connection, audit, audit_rows(self._context, entries))

    async def append(self, events: Sequence[Event]) -> None:
        """Append events."""
        if events:
            async with self._database.write() as connection:
                await self._database.add(connection, events_table, event_rows(self._context, events))

    async def rollup(self, *, now: datetime, limit: int = 10_000) -> int:
        """Fold events: added up and gone in one transaction, so that each counts once whatever stops in between."""
        columns = events_table.c
        query = select(events_table).order_by(columns.shard, columns.id).limit(limit).with_for_update(skip_locked=True)
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            if rows:
                gone = [(row.shard, row.id) for row in rows]
                await self._add(connection, rows)
                await connection.execute(
                    delete(events_table).where(self._database.among((columns.shard, columns.id), gone))
                )
            await self._mark_folded(connection, now)
        return len(rows)

    async def _add(self, connection: AsyncConnection, rows: Sequence[AnyRow]) -> None:
        """Add events up. What comes after its day was closed counts on the first day that is open."""
        opened = await marked_day(connection, self._context.timezone, Bucket.DAY, reading=True)
        sums = Counter((max(self._day(row.at), opened), row.measure, row.dimensions) for row in rows)
        folded = [_rollup(day, measure, text, value) for (day, measure, text), value in sums.items()]
        await connection.execute(self._increment(rollups, ["key"]), sorted(folded, key=itemgetter("key")))
        coarse = Counter[tuple[object, ...]]()
        for row in folded:
            coarse[tuple(row[name] for name in _COARSE_KEY)] += row["value"]
        together = [{**dict(zip(_COARSE_KEY, key, strict=True)), "value": coarse[key]} for key in sorted(coarse)]
        await connection.execute(self._increment(coarse_rollups, _COARSE_KEY), together)

    async def _mark_folded(self, connection: AsyncConnection, now: datetime) -> None:
        """Store up to when everything is counted: until now, or until the oldest event that is left."""
        left = (await connection.execute(select(func.min(events_table.c.at)))).scalar_one_or_none()
        await set_mark(self._database, connection, FOLDED, now if left is None else min(now, left))

    def _increment(self, table: Table, key: Sequence[str]) -> Any:  # noqa: ANN401 - the dialect's INSERT
        statement = self._database.insert(table)
        total = table.c.value + statement.excluded.value
        return statement.on_conflict_do_update(index_elements=key, set_={"value": total})

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._context.timezone).date()


def _rollup(day: date, measure: str, text: str, value: int) -> dict[str, Any]:
    dimensions = msgspec.json.decode(text, type=dict[str, str])
    key = hashlib.blake2b(f"{day}/{measure}/{text}".encode(), digest_size=16).digest()
    named = {column: dimensions.get(name, "") for name, column in DIMENSIONS.items()}
    return {"key": key, "day": day, "measure": measure, "value": value, **named}
