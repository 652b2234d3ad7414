"""What became of certificates: the one place from which everybody hears of it who is to be told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.changes import Change
from backends.sql.context import Context
from backends.sql.delivering import store_deliveries


async def tell(context: Context, connection: AsyncConnection, changes: Sequence[Change], now: datetime) -> None:
    """Store whom to tell, in the order given: in the transaction of the act, with the persons locked."""
    await store_deliveries(
        context, connection, [change for change in changes if change.became in context.acknowledged], now
    )
