"""Marks: up to when something is done."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.database import Database
from backends.sql.tables import marks
from credential.figures import Bucket

FOLDED = "rollup"
"""Up to when events are folded."""


async def mark(connection: AsyncConnection, name: str) -> datetime | None:
    """Return a mark; None before it was ever set."""
    return (await connection.execute(select(marks.c.at).where(marks.c.name == name))).scalar_one_or_none()


async def set_mark(database: Database, connection: AsyncConnection, name: str, at: datetime) -> None:
    """Set a mark."""
    statement = database.insert(marks)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"at": statement.excluded.at})
    await connection.execute(statement, {"name": name, "at": at})


async def marked_day(
    connection: AsyncConnection, timezone: ZoneInfo, span: Bucket, *, reading: bool = False, writing: bool = False
) -> date:
    """Return the first day that is not closed yet; `date.min` before the first was.

    `reading`: until the transaction ends nobody closes another. `writing`: nobody else reads so, or closes.
    """
    query = select(marks.c.at).where(marks.c.name == closed(span))
    if reading or writing:
        query = query.with_for_update(read=reading)
    at = (await connection.execute(query)).scalar_one_or_none()
    return date.min if at is None else at.astimezone(timezone).date()


async def mark_day(
    database: Database, connection: AsyncConnection, timezone: ZoneInfo, span: Bucket, day: date
) -> None:
    """Set the first day that is not closed yet."""
    await set_mark(database, connection, closed(span), datetime.combine(day, time(), timezone))


def closed(span: Bucket) -> str:
    """Return the name of the mark up to which days, weeks or months are closed."""
    return f"closed {span}"
