"""Revoking: seen at once on every read path (contract, revokeCertificates)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.becoming import tell
from backends.sql.changes import Change
from backends.sql.context import Context, Part, client_of
from backends.sql.counting_rows import dimensions_of, event_rows
from backends.sql.once import once
from backends.sql.placing import job_row
from backends.sql.revocation_targets import targeted_by_beneficiary, targeted_by_ids
from backends.sql.rows import full_rows, ids_condition, person_of_row, record_of
from backends.sql.tables import audit, certificates, events, outbox, revocations
from backends.sql.types import AnyRow
from credential.access import Visibility
from credential.acknowledgement import Became
from credential.certificate import RevocationReason, Status
from credential.errors import PramaanError, Unavailable
from credential.figures import Measure
from credential.jobs import PUBLISH_REVOCATIONS
from credential.ports import AuditEntry, Event, Request, RevocationTarget
from credential.record import Kind


class SqlRevoking(Part):
    """Implements the revoking half of `credential.ports.Revoking`; feed.py has the publishing half."""

    async def revoke(
        self, request: Request, target: RevocationTarget, reason: RevocationReason, *, visible: Visibility
    ) -> tuple[str, ...]:
        """Revoke all that the target names, or nothing; a fault is stored under the request's key, then raised."""
        async with self._database.write() as connection:
            answer = await once(
                self._context,
                connection,
                request,
                lambda: self._act(connection, request, target, reason, visible),
            )
        if answer.user_fault is not None:
            raise answer.user_fault
        return answer.ids

    async def _act(
        self,
        connection: AsyncConnection,
        request: Request,
        target: RevocationTarget,
        reason: RevocationReason,
        visible: Visibility,
    ) -> tuple[str, ...]:
        if target.ids is not None:
            ids = await targeted_by_ids(self._context, connection, target.ids, visible)
        else:
            ids = await targeted_by_beneficiary(self._context, connection, target, visible)
        keys = self._context.keys_of(ids)
        open_states = (Status.PENDING, Status.ISSUED, Status.SUPERSEDED)
        query = full_rows().where(ids_condition(self._context, keys), certificates.c.status.in_(open_states))
        rows = (await connection.execute(query)).all()
        if rows:
            await revoke_rows(self._context, connection, request, rows, reason)
        return ids


async def revoke_rows(
    context: Context, connection: AsyncConnection, request: Request, rows: Sequence[AnyRow], reason: RevocationReason
) -> None:
    """Revoke full rows whose persons are locked and of which none is revoked: PENDING, ISSUED and SUPERSEDED ones."""
    database, now, gone = context.database, request.now, [(row.shard, row.id) for row in rows]
    end = update(certificates).where(ids_condition(context, gone))
    await connection.execute(end.values(status=Status.REVOKED, live=False, changed_at=now))
    await database.add(connection, revocations, [_revocation(request, row, reason) for row in rows])
    await connection.execute(delete(outbox).where(database.among((outbox.c.shard, outbox.c.certificate_id), gone)))
    signed = [row for row in rows if row.credentials is not None]
    jobs = [job_row(row.shard, PUBLISH_REVOCATIONS, row.id, now) for row in signed]
    await database.add(connection, outbox, jobs, unless_there=True)
    happened = [_event(context, row, now) for row in signed if row.live]
    await database.add(connection, events, event_rows(context, happened))
    entries = [AuditEntry(request.caller, "revoke", row.id, now, reason.value) for row in rows]
    await database.add(connection, audit, audit_rows(context, entries))
    await tell(context, connection, [_change(row, reason) for row in rows], now)


def _revocation(request: Request, row: AnyRow, reason: RevocationReason) -> dict[str, object]:
    return {
        "shard": row.shard,
        "certificate_id": row.id,
        "purpose": "REVOKED",
        "at": request.now,
        "reason": reason,
        "client_id": client_of(request.caller),
        "signature_hashes": row.signature_hashes or "",
        "published": row.credentials is None,  # what was never signed has nothing to publish
    }


def _change(row: AnyRow, reason: RevocationReason) -> Change:
    seen = row.live and row.credentials is not None
    return Change(person_of_row(row), row.id, Became.REVOKED, reason.value, seen=seen)


def _event(context: Context, row: AnyRow, now: datetime) -> Event:
    """Return what is counted. A record that does not open is no reason to leave its certificate in force."""
    try:
        dimensions = dimensions_of(record_of(context, row), Kind(row.kind))
    except Unavailable:
        raise
    except PramaanError:
        dimensions = ()
    return Event(Measure.REVOKED, now, row.id, dimensions)
