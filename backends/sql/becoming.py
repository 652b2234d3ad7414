"""What became of certificates: the one place from which everybody hears of it who is to be told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.changes import Change
from backends.sql.context import Context
from backends.sql.delivering import store_deliveries
from backends.sql.placing import job_row
from backends.sql.tables import outbox
from credential.jobs import NOTIFY


async def tell(context: Context, connection: AsyncConnection, changes: Sequence[Change], now: datetime) -> None:
    """Store whom to tell, in the order given: in the transaction of the act, with the persons locked."""
    acknowledged = [change for change in changes if change.became in context.acknowledged]
    await store_deliveries(context, connection, acknowledged, now)
    noticed = [change for change in changes if context.notices and change.seen]
    jobs = [job_row(change.person.shard, NOTIFY, change.certificate_id, now) for change in noticed]
    await context.database.add(connection, outbox, jobs, unless_there=True)
