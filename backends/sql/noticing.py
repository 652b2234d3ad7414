"""Notices: jobs of the outbox, and who opted out."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Context, Part
from backends.sql.holder_tables import notice_optouts
from backends.sql.once import once
from backends.sql.placing import person_named
from backends.sql.rows import ids_condition
from backends.sql.tables import audit, certificates, outbox
from credential.certificate import Status
from credential.jobs import NOTIFY
from credential.ports import AuditEntry, Request


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

    async def set_notices(self, request: Request, beneficiary_id: str, *, enabled: bool) -> None:
        """Add or remove the person; of all programmes at once, since a number is a person's."""
        place = _place(self._context, beneficiary_id)
        async with self._database.write() as connection:
            act = partial(self._note_choice, connection, request, place, enabled=enabled)
            await once(self._context, connection, request, act)

    async def _note_choice(
        self, connection: AsyncConnection, request: Request, place: dict[str, object], *, enabled: bool
    ) -> tuple[str, ...]:
        if enabled:
            columns = notice_optouts.c
            own = (columns.shard == place["shard"]) & (columns.beneficiary == place["beneficiary"])
            await connection.execute(delete(notice_optouts).where(own))
        else:
            await self._database.add(connection, notice_optouts, [place], unless_there=True)
        entry = AuditEntry(request.caller, "notices on" if enabled else "notices off", None, request.now)
        await self._database.add(connection, audit, audit_rows(self._context, [entry]))
        return ()

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
