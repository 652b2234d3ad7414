"""Revocation by reach, page by page (contract, revokeCertificates: `where`)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.completing import dose_of
from backends.sql.context import Context, Part
from backends.sql.people import lock_people
from backends.sql.placing import reach_values
from backends.sql.reach_conditions import PLACE, REVOCABLE, columns, named, page_of, reached
from backends.sql.revoking import revoke_rows
from backends.sql.rows import ids_condition, person_of_row, record_of, recorded_rows
from backends.sql.tables import certificates
from backends.sql.types import AnyRow, AnySelect
from backends.sql.work_tables import works
from credential.certificate import RevocationReason, Status
from credential.ports import Request, RevokedPage, Spot, SurveyedPage, WorkKind
from credential.reach import Reach

SURVEYED_THROUGH = 20_000
"""Rows that a page looks through."""
REVOKED_THROUGH = 5_000
REVOKED_AT_ONCE = 500
_NO_RECORD: dict[str, bytes | None] = {"batch": b"", "vaccine": None, "vaccinator": None}


class SqlReaching(Part):
    """Implements `credential.ports.Reaching`."""

    async def survey(self, reach: Reach, after: Spot, *, sample: int) -> SurveyedPage:
        """Count a page."""
        async with self._database.read() as connection:
            page, end = await page_of(self._context, connection, reach, after, SURVEYED_THROUGH)
            chosen = and_(page, reached(self._context, reach), REVOCABLE)
            count = (await connection.execute(select(func.count()).where(chosen))).scalar_one()
            some = select(columns.id).where(chosen).order_by(*PLACE).limit(sample)
            ids = tuple((await connection.execute(some)).scalars()) if sample and count else ()
        return SurveyedPage(count, ids, end)

    async def revoke_reached(
        self, request: Request, reach: Reach, reason: RevocationReason, after: Spot, *, since: datetime | None
    ) -> RevokedPage:
        """Find a page, lock its persons, look again, revoke."""
        async with self._database.write() as connection:
            page, end = await page_of(self._context, connection, reach, after, REVOKED_THROUGH)
            found = (await connection.execute(_candidates(self._context, reach, page, since))).all()
            standing = [row for row in found if row.status != Status.REVOKED]
            rows = await _locked(self._context, connection, reach, standing) if standing else []
            if rows:
                await revoke_rows(self._context, connection, request, rows, reason)
        if len(found) == REVOKED_AT_ONCE:
            end = Spot(found[-1].shard, found[-1].id)
        return RevokedPage(len(found), end)

    async def undecided(self, reach: Reach) -> bool:
        """Look for what has no key and no time of issue yet, where these decide."""
        if reach.where.key_id is None and reach.where.start is None:
            return False
        pending = columns.status == literal(Status.PENDING, literal_execute=True)  # as the partial index has it
        unsigned = and_(pending, columns.issued_at.is_(None), columns.created_at < reach.cut)
        whatever = msgspec.structs.replace(reach.where, key_id=None, start=None, end=None)
        return await self._is_there(and_(unsigned, named(self._context, reach.rows, whatever)))

    async def is_begun(self, subject: bytes) -> bool:
        """Look for the work."""
        return await self._is_there(and_(works.c.kind == WorkKind.REVOKE, works.c.subject == subject))

    async def unread(self) -> bool:
        """Look for a certificate without a batch."""
        return await self._is_there(columns.batch.is_(None))

    async def read_on(self, *, limit: int) -> int:
        """Open the records of some, and store what they say."""
        some = select(*PLACE).where(columns.batch.is_(None)).order_by(*PLACE).limit(limit)
        async with self._database.write() as connection:
            places = [(row.shard, row.id) for row in await connection.execute(some.with_for_update(skip_locked=True))]
            rows = (await connection.execute(recorded_rows().where(ids_condition(self._context, places)))).all()
            said = {(row.shard, row.id): reach_values(self._vault, record_of(self._context, row)) for row in rows}
            values = [{"shard": place[0], "id": place[1], **said.get(place, _NO_RECORD)} for place in places]
            await self._database.change(connection, certificates, values)
        return len(places)

    async def _is_there(self, condition: ColumnElement[bool]) -> bool:
        async with self._database.read() as connection:
            return bool((await connection.execute(select(exists().where(condition)))).scalar_one())


def _candidates(context: Context, reach: Reach, page: ColumnElement[bool], since: datetime | None) -> AnySelect:
    wanted = REVOCABLE
    if since is not None:
        wanted = or_(wanted, and_(columns.status == Status.REVOKED, columns.changed_at >= since))
    names = (*PLACE, columns.beneficiary, columns.programme, columns.dose, columns.status)
    query: AnySelect = select(*names).where(page, reached(context, reach), wanted)
    return query.order_by(*PLACE).limit(REVOKED_AT_ONCE)


async def _locked(context: Context, connection: AsyncConnection, reach: Reach, found: Sequence[AnyRow]) -> list[AnyRow]:
    """Lock the persons; return what stands now for the doses: a correction made since the cut goes, too, where it fits.

    Signed or about to be, it says the same of batch or facility, and would be in force in the other's place.
    """
    people = [person_of_row(row) for row in found]
    await lock_people(context, connection, people)
    theirs = context.database.among((columns.shard, columns.beneficiary), [tuple(one) for one in set(people)])
    # In the list of columns, not in WHERE: the planner would go through all of the batch instead of a few persons.
    fits = and_(named(context, reach.rows, reach.where), REVOCABLE).label("fits")
    query = select(*PLACE, columns.beneficiary, columns.programme, columns.dose, fits).where(theirs)
    doses = {dose_of(row) for row in found}
    chosen = [(row.shard, row.id) for row in await connection.execute(query) if row.fits and dose_of(row) in doses]
    return list(await connection.execute(recorded_rows().where(ids_condition(context, chosen))))
