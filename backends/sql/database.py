"""One engine for one event loop: transactions, the dialects' differences, and errors that speak our language."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    event,
    false,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from credential.errors import ConfigurationError, PramaanError, Unavailable

Row = dict[str, Any]
POOL_SIZE = 10
PREPARED_STATEMENTS = 500
POOL_TIMEOUT_SECONDS = 10
BUSY_TIMEOUT_MILLISECONDS = 10_000
STATEMENT_TIMEOUT_MILLISECONDS = 30_000
DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")

_SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # accepted means durable, also when the power goes
)
# SQLSTATE classes of what passes: connection, authorisation, no database, rollback, resources, locks, shutdown
_PASSING = ("08", "28", "3D", "40", "53", "55", "57")


class Database:
    """The engine and how to talk to it. Writers of one SQLite engine queue up here: bursts meet no busy errors."""

    def __init__(self, url: str) -> None:
        """Take a SQLAlchemy URL with an async driver; nothing is connected yet. Raises ConfigurationError."""
        self._engine = _engine(url)
        self.postgresql = self._engine.dialect.name == "postgresql"
        self._writer = self._engine.execution_options(immediate=True)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a writing transaction: committed at the end, rolled back on any error."""
        if self.postgresql:
            with _translated():
                async with self._writer.begin() as connection:
                    yield connection
        else:
            async with self._turn:
                with _translated():
                    async with self._writer.begin() as connection:
                        yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that is rolled back at the end."""
        with _translated():
            async with self._engine.connect() as connection:
                yield connection

    async def unhurry(self, connection: AsyncConnection) -> None:
        """Let the statements of this transaction take as long as they need: work that nobody waits for."""
        if self.postgresql:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._engine.dispose()

    def among(self, columns: Sequence[ColumnElement[Any]], rows: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
        """Return the condition that the columns are one of the rows.

        A single row is plain equality, which leaves PostgreSQL one partition to plan for. Any larger number has one
        statement text there: thousands of alternatives would take longer to plan than to answer.
        """
        if not rows:
            return false()
        if len(rows) == 1:
            return and_(*(column == value for column, value in zip(columns, rows[0], strict=True)))
        if not self.postgresql:
            return tuple_(*columns).in_(rows)
        given = _given([(f"k{place}", column.type) for place, column in enumerate(columns)], rows)
        return tuple_(*columns).in_(select(*given.c))

    def by_key(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Select[Any]:
        """Return the query of the table's rows whose named columns, which its primary key begins with, are given.

        Each is looked up by the key whatever the statistics say: a plan made while the table is small lasts while it
        grows, and would go through all of it for every page.
        """
        columns = [table.c[name] for name in names]
        if not self.postgresql or not rows:
            return select(table).where(self.among(columns, rows))
        given = _given([(f"k{place}", column.type) for place, column in enumerate(columns)], rows)
        same = (column == key for column, key in zip(columns, given.c, strict=True))
        found = select(table).where(*same).offset(0).lateral()  # OFFSET keeps the planner from joining it otherwise
        return select(found).select_from(given.join(found, true()))

    async def add(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Row], *, unless_there: bool = False
    ) -> None:
        """Insert rows that all have the same columns, in one statement; `unless_there` leaves existing rows alone."""
        if not rows:
            return
        statement = self._adding(table, rows)
        if unless_there:
            statement = statement.on_conflict_do_nothing()
        await connection.execute(statement, None if self.postgresql else list(rows))

    async def enter(self, connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> set[tuple[Any, ...]]:
        """Insert those rows, all with the same columns, whose key is free; return the keys of these, in one statement.

        It waits for whoever is about to take one of the keys.
        """
        if not rows:
            return set()
        statement = self._adding(table, rows).on_conflict_do_nothing().returning(*table.primary_key.columns)
        entered = await connection.execute(statement, None if self.postgresql else list(rows))
        return {tuple(row) for row in entered}

    def _adding(self, table: Table, rows: Sequence[Row]) -> "postgresql.Insert | sqlite.Insert":
        statement = self.insert(table)
        if not self.postgresql:
            return statement
        names = list(rows[0])
        given = _given([(name, table.c[name].type) for name in names], [tuple(row.values()) for row in rows])
        return statement.from_select(names, select(*given.c))

    async def change(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Row], *where: ColumnElement[bool]
    ) -> None:
        """Update by primary key, where a condition holds: each row has the key's columns and, all alike, new values."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        changed = [name for name in rows[0] if name not in keys]
        if self.postgresql:
            types = [(name, table.c[name].type) for name in rows[0]]
            given = _given(types, [tuple(row.values()) for row in rows])
            statement = update(table).where(*(table.c[name] == given.c[name] for name in keys), *where)
            await connection.execute(statement.values({name: given.c[name] for name in changed}))
        else:
            statement = update(table).where(*(table.c[name] == bindparam(f"at_{name}") for name in keys), *where)
            statement = statement.values({name: bindparam(name) for name in changed})
            await connection.execute(statement, [_renamed(row, keys) for row in rows])

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """Return the dialect's INSERT, which knows ON CONFLICT."""
        return postgresql.insert(table) if self.postgresql else sqlite.insert(table)


def _given(columns: Sequence[tuple[str, TypeEngine[Any]]], rows: Sequence[tuple[Any, ...]]) -> TableValuedAlias:
    """Return rows as a table of PostgreSQL: one array per column."""
    arrays = [
        literal(list(values), ARRAY(kind)) for (_, kind), values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    return func.unnest(*arrays).table_valued(*(name for name, _ in columns)).render_derived()


def _renamed(row: Row, keys: Sequence[str]) -> Row:
    return {(f"at_{name}" if name in keys else name): value for name, value in row.items()}


def _engine(url: str) -> AsyncEngine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError("PRAMAAN_STORE_URL is not a URL: see the documentation for examples.") from None
    if parsed.drivername not in DRIVERS:
        raise ConfigurationError(f"PRAMAAN_STORE_URL must begin with one of: {', '.join(DRIVERS)}.")
    if parsed.drivername.startswith("postgresql"):
        return _postgresql(url)
    engine = create_async_engine(url, hide_parameters=True, pool_timeout=POOL_TIMEOUT_SECONDS)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: str) -> AsyncEngine:
    settings = {
        "application_name": "pramaan",
        "random_page_cost": "1.1",  # the default is that of turning discs: tables are read where a key would do
        "max_parallel_workers_per_gather": "0",  # many short statements at once, none that may have several cores
        "jit": "off",  # compiling plans over 64 partitions costs more than it saves
        "plan_cache_mode": "force_generic_plan",  # planning over 64 partitions once, not per execution
        "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
    }
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        connect_args={"server_settings": settings, "prepared_statement_cache_size": PREPARED_STATEMENTS},
    )


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's adapter
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    cursor = connection.cursor()
    for statement in _SQLITE_SETTINGS:
        cursor.execute(statement)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into ours; its text stays in the chained error, for logs."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
        raise Unavailable("The store does not answer; try again in a moment.") from error
    except DBAPIError as error:
        if error.connection_invalidated or str(getattr(error.orig, "sqlstate", "")).startswith(_PASSING):
            raise Unavailable("The store is busy; try again in a moment.") from error
        raise PramaanError("The store refused a statement.") from error
    except SQLAlchemyError as error:
        raise PramaanError("The store could not run a statement.") from error
