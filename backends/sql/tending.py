"""Statistics of partitioned tables, which PostgreSQL takes only when told to."""

from sqlalchemy import text

from backends.sql.context import Part

GROWTH = 8
SMALLEST = 1_000
"""Rows below which plans do not matter."""

# Its own: two workers at it at once would do it twice.
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('pramaan analyze'))")
_GROWN = text(
    "SELECT parent.oid::regclass::text FROM pg_class parent"  # noqa: S608 - two numbers of ours
    " JOIN pg_inherits part ON part.inhparent = parent.oid"
    " JOIN pg_stat_user_tables rows ON rows.relid = part.inhrelid"
    " WHERE parent.relkind = 'p' AND pg_table_is_visible(parent.oid)"
    " GROUP BY parent.oid, parent.reltuples"
    f" HAVING sum(rows.n_live_tup) >= greatest({GROWTH} * parent.reltuples, {SMALLEST})"
    " ORDER BY 1 LIMIT 1"
)


class SqlStatistics(Part):
    """Implements `credential.ports.Statistics`."""

    async def analyze(self) -> int:
        """Analyse the next table that is eight times as large as when it last was; return how many.

        Autovacuum analyses partitions, never the table that they are parts of (PostgreSQL manual, 25.1.3). Without it
        the planner expects hundreds of rows for each one that is looked up by its key, and reads whole tables instead.
        """
        if not self._database.postgresql:
            return 0
        async with self._database.write() as connection:
            if not (await connection.execute(_ALONE)).scalar_one():
                return 0
            name = (await connection.execute(_GROWN)).scalar_one_or_none()
            if name is not None:
                await self._database.unhurry(connection)
                await connection.execute(text(f"ANALYZE {name}"))
        return 0 if name is None else 1
