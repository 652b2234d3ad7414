"""The contact index: from a mobile number to persons. A hint, fed through the outbox; the record decides."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from backends.sql.context import Part
from backends.sql.rows import ids_condition
from backends.sql.tables import certificates, contact_index, outbox, records
from credential.jobs import INDEX_CONTACTS


class SqlContacts(Part):
    """Implements `credential.ports.ContactIndex`."""

    async def index_contacts(self, ids: Sequence[str]) -> int:
        """Enter the holders under their numbers and take the jobs out of the outbox; return how many were entered."""
        keys = self._context.keys_of(list(ids))
        if not keys:
            return 0
        own = (records.c.shard == certificates.c.shard) & (records.c.certificate_id == certificates.c.id)
        query = select(records.c.contact, certificates.c.shard, certificates.c.beneficiary).join(certificates, own)
        query = query.where(ids_condition(self._context, keys), records.c.contact.is_not(None)).distinct()
        async with self._database.write() as connection:
            rows = sorted(tuple(row) for row in await connection.execute(query))
            entries = [
                {"contact": contact, "shard": shard, "beneficiary": beneficiary} for contact, shard, beneficiary in rows
            ]
            if entries:
                await self._database.add(connection, contact_index, entries, unless_there=True)
            places = [(shard, INDEX_CONTACTS, text) for shard, text in keys]
            job = (outbox.c.shard, outbox.c.job, outbox.c.certificate_id)
            await connection.execute(delete(outbox).where(self._database.among(job, places)))
        return len(entries)
