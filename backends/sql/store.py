"""The store: all ports of the domain on one database."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text

from backends.sql import delivering, importing, ledger, reports, uploading, working
from backends.sql.acting import SqlApplying
from backends.sql.bundling import SqlBundles
from backends.sql.clients import SqlClients
from backends.sql.closing import SqlClosing
from backends.sql.comparing import SqlComparing
from backends.sql.contacting import SqlContacting
from backends.sql.contacts import SqlContacts
from backends.sql.context import Context, IdScheme
from backends.sql.correction_requests import SqlCorrections
from backends.sql.counting import SqlCounting
from backends.sql.database import Database
from backends.sql.delivering import SqlDeliveries
from backends.sql.earlier import SqlEarlierDoses
from backends.sql.feed import SqlFeed
from backends.sql.figures import SqlFigures
from backends.sql.filing import SqlFiles
from backends.sql.fingerprints import require_same
from backends.sql.following import SqlJobs
from backends.sql.giving_up import SqlGivenUp
from backends.sql.holding import SqlOneTimeCodes, forget_codes
from backends.sql.importing import SqlImports
from backends.sql.intake import SqlIntake
from backends.sql.keyring import SqlKeyRing
from backends.sql.migrating import migrate, migrate_connection, require_current
from backends.sql.noticing import SqlNotices
from backends.sql.overseeing import SqlOverseeing
from backends.sql.partners import SqlAccessLog, SqlReadBudgets, SqlTrustedDocuments, forget_reads
from backends.sql.reaching import SqlReaching
from backends.sql.reading import SqlReading
from backends.sql.rebuilding import SqlRebuilding
from backends.sql.relaying import SqlOutbox
from backends.sql.reports import SqlReports
from backends.sql.revoking import SqlRevoking
from backends.sql.sharing import SqlSharing, forget_shares
from backends.sql.signing import SqlSigning
from backends.sql.status_rebuilding import SqlStatusRebuilding
from backends.sql.tending import SqlStatistics
from backends.sql.trusting import SqlTrust
from backends.sql.uploading import SqlUploads
from backends.sql.vault import StoreKeys, Vault
from backends.sql.working import SqlWorks
from credential.acknowledgement import Became
from credential.certificate_id import CertificateIds
from credential.status.positions import StatusPositions

INDIA = ZoneInfo("Asia/Kolkata")


class SqlStore(
    SqlIntake,
    SqlSigning,
    SqlOutbox,
    SqlReading,
    SqlApplying,
    SqlRevoking,
    SqlReaching,
    SqlFeed,
    SqlCounting,
    SqlClosing,
    SqlFigures,
    SqlContacts,
    SqlClients,
    SqlJobs,
    SqlBundles,
    SqlUploads,
    SqlFiles,
    SqlKeyRing,
    SqlTrust,
    SqlOneTimeCodes,
    SqlNotices,
    SqlCorrections,
    SqlContacting,
    SqlRebuilding,
    SqlAccessLog,
    SqlReadBudgets,
    SqlTrustedDocuments,
    SqlStatusRebuilding,
    SqlDeliveries,
    SqlWorks,
    SqlComparing,
    SqlReports,
    SqlEarlierDoses,
    SqlImports,
    SqlOverseeing,
    SqlGivenUp,
    SqlSharing,
    SqlStatistics,
):
    """Implements every port of the store, from Intake to Bundles."""

    async def ping(self) -> None:
        """Return when the database answers. Raises Unavailable."""
        async with self._database.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def finish(self) -> None:
        """Return when nothing is at work any more whose caller has given up."""
        await self._singles.close()
        await self._asking.close()

    async def purge(self, *, now: datetime) -> int:
        """Forget keys, jobs, work, uploads and deliveries older than seven days, codes and counts that are over.

        Return how many rows went.
        """
        forgetting = (
            ledger.purge,
            importing.purge,
            working.purge,
            reports.purge,
            uploading.purge,
            delivering.purge,
            forget_codes,
            forget_reads,
            forget_shares,
        )
        async with self._database.write() as connection:
            return sum([await forget(connection, now) for forget in forgetting])


@asynccontextmanager
async def open_store(
    url: str,
    keys: StoreKeys,
    *,
    id_scheme: IdScheme = "random",
    randomness: Callable[[int], bytes] = os.urandom,
    timezone: ZoneInfo = INDIA,
    migrate: bool = True,
    commit_groups: int = 1,
    notices: bool = False,
    acknowledged: frozenset[Became] = frozenset(),
    corrects_earlier: bool = True,
) -> AsyncIterator[SqlStore]:
    """Open the store at a SQLAlchemy URL for this event loop; another loop opens its own.

    SQLite is brought to this release's schema unless `migrate` is False; PostgreSQL never is. `commit_groups` cuts a
    batch by ranges of shard into at most so many transactions: 1 where one server holds all partitions, more where
    they live on several. `acknowledged`: what the source system is told of. Raises ConfigurationError for a wrong URL,
    another schema or other secrets than the store's own, Unavailable.
    """
    database = Database(url)
    try:
        if migrate and not database.postgresql:
            async with database.write() as connection:
                await migrate_connection(connection)
        async with database.read() as connection:
            await require_current(connection)
        await require_same(database, keys)
        ids = CertificateIds(keys.shard_key)
        vault, positions = Vault(keys, randomness), StatusPositions(keys.shard_key)
        choices = id_scheme, randomness, timezone, commit_groups, positions, notices, acknowledged, corrects_earlier
        store = SqlStore(Context(database, vault, ids, *choices))
        try:
            yield store
        finally:
            await store.finish()
    finally:
        await database.close()


__all__ = ["SqlStore", "StoreKeys", "migrate", "open_store"]
