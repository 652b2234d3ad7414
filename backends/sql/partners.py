"""Partner apps: who received what, reads per day, trusted documents."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.partner_tables import client_reads, trusted_documents
from backends.sql.placing import person_named
from backends.sql.tables import audit, certificates
from backends.sql.types import AnyRow
from backends.sql.visibility import visible_condition
from credential.access import Visibility
from credential.ports import Access, Page, TrustedDocument

_SCOPE = "accesses"
READS = "action = 'read'"
"""In the very words of the index: with a parameter in their place it would not be known to fit."""
KEPT_DAYS = timedelta(days=30)


class SqlAccessLog(Part):
    """Implements `credential.ports.AccessLog`: one shard, by an index of the audit's reads."""

    async def accesses(
        self, programme: str, beneficiary_id: str, *, visible: Visibility, first: int, after: str | None
    ) -> Page[Access]:
        """Return a page of reads of all of a person's versions that are visible."""
        person, own = person_named(self._context, beneficiary_id), certificates.c
        ids = select(own.id).where(
            own.shard == person.shard,
            own.beneficiary == person.beneficiary,
            own.programme == programme,
            visible_condition(self._context, visible),
        )
        columns = audit.c
        query = select(audit).where(columns.shard == person.shard, text(READS), columns.certificate_id.in_(ids))
        if after is not None:
            query = query.where(columns.id < bytes.fromhex(str(after_cursor(self._vault, _SCOPE, after)[0])))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(columns.id.desc()).limit(first + 1))).all()
        cursors = tuple(cursor(self._vault, _SCOPE, row.id.hex()) for row in rows[:first])
        return Page(tuple(_access(row) for row in rows[:first]), cursors, has_next=len(rows) > first)


class SqlReadBudgets(Part):
    """Implements `credential.ports.ReadBudgets`."""

    async def spend_reads(self, client_id: str, day: date, number: int) -> int:
        """Add up in one statement."""
        statement = self._database.insert(client_reads)
        statement = statement.on_conflict_do_update(
            index_elements=["client_id", "day"], set_={"reads": client_reads.c.reads + statement.excluded.reads}
        )
        async with self._database.write() as connection:
            row = {"client_id": client_id, "day": day, "reads": number}
            found = await connection.execute(statement.returning(client_reads.c.reads), row)
            return int(found.scalar_one())


class SqlTrustedDocuments(Part):
    """Implements `credential.ports.TrustedDocuments`."""

    async def trust_documents(self, documents: Sequence[TrustedDocument]) -> None:
        """Add what is not there."""
        rows = [
            {"sha256": one.sha256, "text": one.text, "name": one.name, "added_at": one.added_at} for one in documents
        ]
        async with self._database.write() as connection:
            await self._database.add(connection, trusted_documents, rows, unless_there=True)

    async def distrust_document(self, sha256: str) -> bool:
        """Remove one."""
        gone = delete(trusted_documents).where(trusted_documents.c.sha256 == sha256)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount > 0

    async def trusted_document(self, sha256: str) -> str | None:
        """Read one."""
        query = select(trusted_documents.c.text).where(trusted_documents.c.sha256 == sha256)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def trusted_documents(self) -> list[TrustedDocument]:
        """Read all."""
        query = select(trusted_documents).order_by(func.lower(trusted_documents.c.name), trusted_documents.c.sha256)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [TrustedDocument(row.sha256, row.text, row.name, row.added_at) for row in rows]


async def forget_reads(connection: AsyncConnection, now: datetime) -> int:
    """Remove the counts of days that are long over; return how many rows went."""
    gone = delete(client_reads).where(client_reads.c.day < now.date() - KEPT_DAYS)
    return (await connection.execute(gone)).rowcount


def _access(row: AnyRow) -> Access:
    return Access(
        at=row.at,
        certificate_id=row.certificate_id,
        caller=row.caller,
        channel=row.channel,
        purpose=row.purpose,
        legal_basis=row.legal_basis or "",
        how=row.detail,
    )
