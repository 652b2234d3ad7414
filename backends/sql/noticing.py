"""Notices: jobs of the outbox, and who opted out."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from backends.sql.context import Context, Part
from backends.sql.holder_tables import notice_optouts
from backends.sql.placing import person_named
from backends.sql.rows import ids_condition
from backends.sql.tables import certificates, outbox
from credential.certificate import Status
from credential.jobs import NOTIFY


class SqlNotices(Part):
    """Implements `credential.ports.Notices`."""

    async def wanting_notice(self, ids: Sequence[str]) -> list[str]:
        """Read the jobs that are open, and drop those of persons who opted out."""
        keys = self._context.keys_of(list(ids))
        if not keys:
            return []
        own = (outbox.c.shard == certificates.c.shard) & (outbox.c.certificate_id == certificates.c.id)
        gone = (notice_optouts.c.shard == certificates.c.shard) & (
            notice_optouts.c.beneficiary == certificates.c.beneficiary
        )
        query = (
            select(certificates.c.id, notice_optouts.c.beneficiary.label("optout"))
            .join(outbox, own)
            .outerjoin(notice_optouts, gone)
            .where(ids_condition(self._context, keys), outbox.c.job == NOTIFY)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        for row in rows:
            if row.optout is not None:
                await self.noticed(row.id, None)
        return [row.id for row in rows if row.optout is None]

    async def noticed(self, certificate_id: str, told: Status | None) -> None:
        """Drop the job under the certificate's lock: who changes its state adds the job again after it, or waits."""
        for shard, text in self._context.keys_of([certificate_id]):
            columns = certificates.c
            query = select(columns.status).where(columns.shard == shard, columns.id == text).with_for_update()
            job = (outbox.c.shard == shard) & (outbox.c.job == NOTIFY) & (outbox.c.certificate_id == text)
            async with self._database.write() as connection:
                status = (await connection.execute(query)).scalar()
                if told in {None, status}:
                    await connection.execute(delete(outbox).where(job))

    async def set_notices(self, beneficiary_id: str, *, enabled: bool) -> None:
        """Add or remove the person; of all programmes at once, since a number is a person's."""
        place = _place(self._context, beneficiary_id)
        async with self._database.write() as connection:
            if enabled:
                columns = notice_optouts.c
                own = (columns.shard == place["shard"]) & (columns.beneficiary == place["beneficiary"])
                await connection.execute(delete(notice_optouts).where(own))
            else:
                await self._database.add(connection, notice_optouts, [place], unless_there=True)

    async def notices_enabled(self, beneficiary_id: str) -> bool:
        """Look the person up."""
        place, columns = _place(self._context, beneficiary_id), notice_optouts.c
        query = select(columns.shard).where(
            columns.shard == place["shard"], columns.beneficiary == place["beneficiary"]
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).first() is None


def _place(context: Context, beneficiary_id: str) -> dict[str, object]:
    person = person_named(context, beneficiary_id)
    return {"shard": person.shard, "beneficiary": person.beneficiary}
