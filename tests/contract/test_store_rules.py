"""What the database refuses by itself, whoever writes to it, and the schema's way up and down."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, event, text

from backends.sql.database import Database
from backends.sql.migrating import migrate
from backends.sql.store import SqlStore, open_store
from backends.sql.tables import metadata, partitioned
from credential.access import ALL_ROWS
from credential.certificate import RevocationReason, Status
from credential.errors import ConfigurationError, PramaanError, Unavailable
from credential.ports import RevocationTarget, SigningFailure
from tests.contract.store_faults import count, execute
from tests.contract.store_samples import KEYS, NOW, ids_of, issued, record, request
from tests.servers.postgresql import PostgreSQL

LEGAL = {
    (Status.PENDING, Status.ISSUED),
    (Status.PENDING, Status.FAILED),
    (Status.PENDING, Status.REVOKED),
    (Status.PENDING, Status.SUPERSEDED),
    (Status.FAILED, Status.PENDING),
    (Status.ISSUED, Status.SUPERSEDED),
    (Status.ISSUED, Status.REVOKED),
    (Status.SUPERSEDED, Status.REVOKED),
}
ILLEGAL = [(old, new) for old in Status for new in Status if old is not new and (old, new) not in LEGAL]
SET = "UPDATE certificates SET status = '{}', live = {}, credentials = {}"


async def refused(store: SqlStore, statement: str) -> bool:
    try:
        await execute(store, statement)
    except PramaanError:
        return True
    return False


async def in_state(store: SqlStore, status: Status) -> None:
    """Bring one certificate into a state by the store's own means."""
    if status in (Status.PENDING, Status.FAILED):
        [certificate_id] = ids_of(await store.accept(request(), [record()]))
        if status is Status.FAILED:
            await store.fail([SigningFailure(certificate_id, "BROKEN", final=True)], now=NOW)
        return
    certificate_id = await issued(store)
    if status is Status.REVOKED:
        target = RevocationTarget(ids=(certificate_id,))
        await store.revoke(request(), target, RevocationReason.OTHER, visible=ALL_ROWS)
    if status is Status.SUPERSEDED:
        await execute(store, SET.format(status, "false", "credentials"))


def changed(new: Status) -> str:
    unsigned = new in (Status.PENDING, Status.FAILED)
    return SET.format(new, "true" if new is Status.ISSUED else "false", "NULL" if unsigned else "credentials")


@pytest.mark.parametrize(("old", "new"), ILLEGAL)
async def test_an_illegal_change_of_state_is_refused(store: SqlStore, old: Status, new: Status) -> None:
    await in_state(store, old)
    assert await refused(store, changed(new))


async def test_legal_changes_pass_by_the_same_statement(store: SqlStore) -> None:
    await in_state(store, Status.ISSUED)
    for new in (Status.SUPERSEDED, Status.REVOKED):
        assert not await refused(store, changed(new))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM certificates",
        "UPDATE certificates SET live = false",
        "UPDATE certificates SET credentials = NULL",
        "UPDATE certificates SET status = 'LOST'",
        "UPDATE certificates SET kind = 'LOCAL'",
        "UPDATE certificates SET shard = 4096",
        "UPDATE certificates SET version = 0",
        "UPDATE audit SET action = 'nothing'",
        "DELETE FROM audit",
        "UPDATE revocation_feed SET purpose = 'SUPERSEDED'",
        "DELETE FROM revocation_feed",
        "UPDATE revocations SET reason = NULL",
    ],
)
async def test_the_database_refuses(store: SqlStore, statement: str) -> None:
    other = await issued(store, record(2))
    target = RevocationTarget(ids=(other,))
    await store.revoke(request(), target, RevocationReason.OTHER, visible=ALL_ROWS)
    await store.publish(now=NOW)
    await issued(store)
    assert await refused(store, statement)


async def test_two_live_versions_of_a_dose_are_refused(store: SqlStore) -> None:
    await issued(store)
    columns = ", ".join(column.name for column in metadata.tables["certificates"].columns)
    values = columns.replace("version,", "version + 1,").replace(" id,", " 'other',")
    copy = f"INSERT INTO certificates ({columns}) SELECT {values} FROM certificates"  # noqa: S608 - our own names
    assert await refused(store, copy)
    assert not await refused(store, copy.replace("SELECT shard, dose", "SELECT shard, dose + 1"))
    assert await count(store, "certificates WHERE live") == 2


async def test_migrations_go_down_and_up_again(store_url: str) -> None:
    if store_url.startswith("postgresql"):
        pytest.skip("has a database of its own below")
    assert await _down_and_up(store_url) == [[], []], "each time the schema is that of the code"


async def test_migrations_go_down_and_up_again_on_postgresql(fresh_postgres_url: str) -> None:
    assert await _down_and_up(fresh_postgres_url) == [[], []], "each time the schema is that of the code"


async def _down_and_up(url: str) -> list[object]:
    found: list[object] = []
    for _ in range(2):
        await migrate(url)
        async with open_store(url, KEYS, migrate=False) as store:
            await issued(store)
            found.append(await _differences(store._database))
        await migrate(url, "base")
        with pytest.raises(ConfigurationError, match="pramaan migrate"):
            async with open_store(url, KEYS, migrate=False):
                pass
    return found


async def _differences(database: Database) -> list[object]:
    """Return what the tables of this release have and the database has not, or the other way round."""

    partitions = tuple(f"{table}_" for table in partitioned())

    def compare(connection: Connection) -> list[object]:
        options = {"include_name": lambda name, kind, _p: kind != "table" or not str(name).startswith(partitions)}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        return [difference for difference in found if not _of_partition(difference)]

    def _of_partition(difference: tuple[Any, ...]) -> bool:
        """Whether it is PostgreSQL's copy of a foreign key for one partition."""
        if difference[0] != "remove_fk":
            return False
        return all(element.target_fullname.startswith(partitions) for element in difference[1].elements)

    async with database.read() as connection:
        return await connection.run_sync(compare)


async def test_postgresql_is_partitioned_by_shard(store: SqlStore) -> None:
    if not store._database.postgresql:
        pytest.skip("SQLite has no partitions")
    for table in partitioned():
        found = await count(store, f"pg_inherits WHERE inhparent = '{table}'::regclass")
        assert found == 64, table


async def test_sqlite_migrates_itself_even_when_two_open_it_at_once(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    async with open_store(url, KEYS) as one, open_store(url, KEYS) as other:
        await issued(one)
        assert await count(other, "certificates") == 1


async def test_postgresql_never_migrates_itself(fresh_postgres_url: str) -> None:
    with pytest.raises(ConfigurationError, match="pramaan migrate"):
        async with open_store(fresh_postgres_url, KEYS):
            pass


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite:///x.db", "postgresql://h/d", "no url"])
async def test_a_wrong_url_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_STORE_URL"):
        async with open_store(url, KEYS):
            pass


async def test_a_database_that_is_away_is_unavailable(postgres: PostgreSQL, tmp_path: Path) -> None:
    for url in (
        f"sqlite+aiosqlite:///{tmp_path}/none/such/store.db",  # first: its thread outlives the failure
        postgres.url("none_such"),
        "postgresql+asyncpg://postgres@127.0.0.1:1/none",
    ):
        with pytest.raises(Unavailable):
            async with open_store(url, KEYS):
                pass


async def test_ping_answers(store: SqlStore) -> None:
    asked: list[str] = []
    engine = store._database._engine
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    await store.ping()
    await engine.dispose()
    await store.ping()
    assert asked.count("SELECT 1") == 2


async def test_a_broken_statement_speaks_no_sql(store: SqlStore) -> None:
    with pytest.raises(PramaanError) as raised:
        await execute(store, "INSERT INTO nowhere VALUES ('secret')")
    assert "nowhere" not in str(raised.value)
    async with store._database.read() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
