"""What a reach is in SQL: the condition of its certificates, and the pages in which they are looked through."""

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.tables import certificates
from backends.sql.visibility import visible_condition
from credential.access import Visibility
from credential.certificate import Status
from credential.ports import Spot
from credential.reach import Reach, Where

columns = certificates.c
PLACE = (columns.shard, columns.id)
REVOCABLE = or_(
    columns.status.in_((Status.PENDING, Status.ISSUED)),
    and_(columns.status == Status.SUPERSEDED, columns.credentials.is_not(None)),  # the others never were
)
_TIME = func.coalesce(columns.issued_at, columns.created_at)


async def page_of(
    context: Context, connection: AsyncConnection, reach: Reach, after: Spot, through: int
) -> tuple[ColumnElement[bool], Spot | None]:
    """Return the condition of the next rows to look through, and the last of them, None where no more follow.

    The rows are those of the batch or facility, in the order of an index; else all, so that a page takes no longer
    where little is found.
    """
    after_it = tuple_(*PLACE) > (after.shard, after.id)
    span = [_indexed(context, reach.where), columns.shard >= after.shard, after_it]
    query = select(*PLACE).where(*span).order_by(*PLACE).offset(through - 1).limit(1)
    last = (await connection.execute(query)).one_or_none()
    if last is None:
        return and_(*span), None
    return and_(*span, columns.shard <= last.shard, tuple_(*PLACE) <= (last.shard, last.id)), Spot(last.shard, last.id)


def reached(context: Context, reach: Reach) -> ColumnElement[bool]:
    """Return the condition that a certificate is reached, in whatever state."""
    return and_(named(context, reach.rows, reach.where), columns.created_at < reach.cut)


def named(context: Context, rows: Visibility, where: Where) -> ColumnElement[bool]:
    """Return the condition that `where` is, whenever a certificate was taken in."""
    vault, found = context.vault, [visible_condition(context, rows), _indexed(context, where)]
    if where.batch is not None and where.facility is not None:
        found.append(columns.facility == vault.facility(where.facility))
    if where.vaccine is not None:
        found.append(columns.vaccine == vault.named("vaccine", where.vaccine))
    if where.vaccinator is not None:
        found.append(columns.vaccinator == vault.named("vaccinator", where.vaccinator))
    if where.client is not None:
        found.append(columns.client_id == where.client)
    if where.key_id is not None:
        found.append(columns.key_id == where.key_id)
    if where.start is not None:
        found.append(where.start <= _TIME)
    if where.end is not None:
        found.append(where.end > _TIME)
    return and_(*found)


def _indexed(context: Context, where: Where) -> ColumnElement[bool]:
    """Return the condition by which rows are found through an index."""
    if where.batch is not None:
        return columns.batch == context.vault.named("batch", where.batch)
    return true() if where.facility is None else columns.facility == context.vault.facility(where.facility)
