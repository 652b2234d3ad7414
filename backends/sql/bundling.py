"""Bundles: orders cut into parts, which workers lease one by one (credential.ports.Bundles)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.context import Part, client_of
from backends.sql.tables import bundle_parts, bundles, certificates, jobs
from backends.sql.types import AnyRow
from backends.sql.visibility import visible_condition
from credential.access import Caller, Visibility
from credential.certificate import Status
from credential.errors import BadUserInput
from credential.ports import BundleOrder, BundlePart, BundleSelection, JobReport, JobState, Request

BUNDLE_KIND = "createBundle"
MAX_CERTIFICATES = 10_000
PART_SIZE = 25
LEASE = timedelta(minutes=2)
JOB_ID_BYTES = 12


class SqlBundles(Part):
    """Implements `credential.ports.Bundles`. Bundles are kept as long as idempotency rows: seven days."""

    async def create_bundle(
        self, request: Request, selection: BundleSelection, order: BundleOrder, *, visible: Visibility
    ) -> str:
        """Store job, order and parts in one transaction."""
        job_id = "job_" + self._context.randomness(JOB_ID_BYTES).hex()
        ticket = ledger.ticket_of(self._context, request, request.key or job_id)
        async with self._database.write() as connection:
            ticket = await ledger.claim(self._context, connection, request, ticket, job_id)
            if ticket.job_id is not None and ticket.job_id != job_id:
                return ticket.job_id
            ids = selection.ids or await self._of_facility(connection, selection, visible)
            if not 1 <= len(ids) <= MAX_CERTIFICATES:
                raise BadUserInput(f"Select 1 to {MAX_CERTIFICATES:,} certificates; fewer ids or days make a bundle.")
            job = {"id": job_id, "client_id": client_of(request.caller), "kind": BUNDLE_KIND}
            more = {"request": ticket.request, "shards": b"", "created_at": request.now}
            await connection.execute(insert(jobs), {**job, **more})
            parts = [tuple(ids[start : start + PART_SIZE]) for start in range(0, len(ids), PART_SIZE)]
            row = _order_row(job_id, request, order, visible)
            await connection.execute(insert(bundles), {**row, "parts": len(parts), "total": len(ids)})
            await self._database.add(connection, bundle_parts, _part_rows(job_id, parts, request.now))
            await ledger.settle(connection, ticket, None)
        return job_id

    async def lease_part(self, *, now: datetime) -> BundlePart | None:
        """Take the part that has been due longest, of parts due alike the first."""
        columns = bundle_parts.c
        query = (
            select(columns.bundle, columns.number)
            .where(columns.available_at <= now)
            .order_by(columns.available_at, columns.bundle, columns.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            found = (await connection.execute(query)).one_or_none()
            if found is None:
                return None
            own = (columns.bundle == found.bundle) & (columns.number == found.number)
            values = {"attempts": columns.attempts + 1, "available_at": now + LEASE}
            await connection.execute(update(bundle_parts).where(own).values(values))
            whole = select(bundles, columns.number, columns.ids, columns.attempts).join(
                bundle_parts, bundles.c.id == columns.bundle
            )
            row = (await connection.execute(whole.where(own))).one()
        return _part(row)

    async def finish_part(self, part: BundlePart, *, done: int, failed: int, now: datetime) -> bool:
        """Close the part; whoever closes the last but one makes the last one due: the order's row is the lock."""
        columns = bundle_parts.c
        of_bundle = columns.bundle == part.job_id
        closed = {"finished": True, "available_at": None, "done": done, "failed": failed}
        async with self._database.write() as connection:
            order = select(bundles.c.id).where(bundles.c.id == part.job_id).with_for_update()
            await connection.execute(order)
            own = update(bundle_parts).where(of_bundle, columns.number == part.number, ~columns.finished)
            if (await connection.execute(own.values(closed).returning(columns.number))).first() is None:
                return False
            if part.is_last:
                await connection.execute(update(bundles).where(bundles.c.id == part.job_id).values(finished_at=now))
                return True
            still_open = select(columns.number).where(of_bundle, columns.number < part.parts, ~columns.finished)
            if (await connection.execute(still_open.limit(1))).first() is None:
                last = update(bundle_parts).where(of_bundle, columns.number == part.parts)
                await connection.execute(last.values(available_at=now))
        return True

    async def expired_bundle(self, *, now: datetime) -> tuple[str, int] | None:
        """Return the oldest bundle, where it is older than what is kept."""
        query = select(bundles.c.id, bundles.c.parts).where(bundles.c.created_at < now - ledger.KEPT)
        async with self._database.read() as connection:
            row = (await connection.execute(query.order_by(bundles.c.created_at).limit(1))).one_or_none()
        return None if row is None else (row.id, row.parts)

    async def drop_bundle(self, job_id: str) -> None:
        """Remove the rows of a bundle and of its job."""
        async with self._database.write() as connection:
            await connection.execute(delete(bundle_parts).where(bundle_parts.c.bundle == job_id))
            await connection.execute(delete(bundles).where(bundles.c.id == job_id))
            await connection.execute(delete(jobs).where(jobs.c.id == job_id))

    async def _of_facility(
        self, connection: AsyncConnection, selection: BundleSelection, visible: Visibility
    ) -> tuple[str, ...]:
        """Return the ids of a facility's certificates in the order of their issue; one more than may be, if need be."""
        columns = certificates.c
        query = (
            select(columns.id)
            .where(
                columns.facility == self._context.vault.facility(selection.facility or ""),
                columns.status == literal(Status.ISSUED, literal_execute=True),  # as the partial index has it
                visible_condition(self._context, visible),
                self._issued_in(selection.start, selection.end),
            )
            .order_by(columns.issued_at, columns.id)
            .limit(MAX_CERTIFICATES + 1)
        )
        return tuple((await connection.execute(query)).scalars())

    def _issued_in(self, start: date | None, end: date | None) -> ColumnElement[bool]:
        condition = true() & true()
        if start is not None:
            condition &= certificates.c.issued_at >= self._midnight(start)
        return condition if end is None else condition & (certificates.c.issued_at < self._midnight(end))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._context.timezone)


async def bundle_report(connection: AsyncConnection, job: AnyRow) -> JobReport:
    """Return how far the bundle of a job is."""
    columns = bundle_parts.c
    counts = select(func.sum(columns.done).label("done"), func.sum(columns.failed).label("failed"))
    row = (await connection.execute(select(bundles.c.total, bundles.c.finished_at).where(bundles.c.id == job.id))).one()
    counted = (await connection.execute(counts.where(columns.bundle == job.id))).one()
    return JobReport(
        id=job.id,
        kind=job.kind,
        state=JobState.RUNNING if row.finished_at is None else JobState.FINISHED,
        total=row.total,
        done=int(counted.done),
        failed=int(counted.failed),
        created_at=job.created_at,
        finished_at=row.finished_at,
    )


def _order_row(job_id: str, request: Request, order: BundleOrder, visible: Visibility) -> dict[str, object]:
    return {
        "id": job_id,
        "format": order.format,
        "language": order.language,
        "layout": order.layout,
        "visible_client": visible.client_id,
        "caller_id": request.caller.client_id,
        "caller": request.caller.name,
        "purpose": request.caller.purpose,
        "channel": request.caller.channel,
        "created_at": request.now,
    }


def _part_rows(job_id: str, parts: Sequence[Sequence[str]], now: datetime) -> list[dict[str, object]]:
    """Return the rows of the parts, and of the last, which is not due yet."""
    return [
        {
            "bundle": job_id,
            "number": number,
            "ids": " ".join(ids),
            "attempts": 0,
            "available_at": None if number == len(parts) else now,
            "done": 0,
            "failed": 0,
            "finished": False,
        }
        for number, ids in enumerate([*parts, ()])
    ]


def _part(row: AnyRow) -> BundlePart:
    caller = Caller(row.caller_id, row.caller, channel=row.channel, purpose=row.purpose)
    return BundlePart(
        job_id=row.id,
        number=row.number,
        parts=row.parts,
        ids=tuple(row.ids.split()),
        attempts=row.attempts,
        order=BundleOrder(row.format, row.language, row.layout),
        visible=Visibility(client_id=row.visible_client),
        caller=caller,
    )
