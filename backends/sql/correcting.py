"""A new version of a certificate (contract, updateCertificate)."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.people import Person, lock_people
from backends.sql.placing import NewVersion, new_ids, store_versions
from backends.sql.tables import certificates, outbox
from backends.sql.types import AnyRow
from credential.certificate import Status
from credential.errors import LimitReached, NotFound, StaleVersion
from credential.policy import LIMIT_REACHED
from credential.ports import Correction, Request

_UPDATABLE = (Status.PENDING, Status.ISSUED)


async def store_correction(
    context: Context, connection: AsyncConnection, request: Request, correction: Correction
) -> str:
    """Store a PENDING version beside the issued one, or in place of a PENDING one; return its id.

    Raises NotFound, StaleVersion and LimitReached, before anything is written.
    """
    person = await _person(context, connection, correction.base_id)
    keys = await lock_people(context, connection, [person])
    versions = await _versions(connection, person, correction.base_id)
    base = _newest(versions, correction.base_id)
    counted = correction.counts or (base.status == Status.PENDING and base.counted)
    used = sum(version.counted and version.signed for version in versions)  # a PENDING base is about to be replaced
    if counted and used >= correction.limit:
        raise LimitReached(LIMIT_REACHED)
    if base.status == Status.PENDING:
        await _cancel(connection, person.shard, base.id, request)
    (new_id,) = await new_ids(context, connection, [person.shard])
    live = not any(version.status == Status.ISSUED for version in versions)
    number = max(version.version for version in versions) + 1
    new = NewVersion(
        request,
        new_id,
        person,
        correction.record,
        correction.kind,
        number,
        live=live,
        counted=counted,
        client_id=base.client_id,
    )
    await store_versions(context, connection, [new], keys=keys)
    return new_id


async def _person(context: Context, connection: AsyncConnection, certificate_id: str) -> Person:
    shard, columns = context.ids.shard_of(certificate_id), certificates.c
    query = select(columns.beneficiary).where(columns.shard == shard, columns.id == certificate_id)
    beneficiary = None if shard is None else (await connection.execute(query)).scalar_one_or_none()
    if shard is None or beneficiary is None:
        raise NotFound("No such certificate.")
    return Person(shard, beneficiary)


async def _versions(connection: AsyncConnection, person: Person, base_id: str) -> list[AnyRow]:
    """Return all versions of the dose that the base is of."""
    columns = certificates.c
    query = select(
        columns.id,
        columns.programme,
        columns.dose,
        columns.version,
        columns.status,
        columns.counted,
        columns.client_id,
        columns.credentials.is_not(None).label("signed"),
    ).where(columns.shard == person.shard, columns.beneficiary == person.beneficiary)
    rows = (await connection.execute(query)).all()
    base = next(row for row in rows if row.id == base_id)
    return [row for row in rows if (row.programme, row.dose) == (base.programme, base.dose)]


def _newest(versions: list[AnyRow], base_id: str) -> AnyRow:
    candidates = [version for version in versions if version.status in _UPDATABLE]
    if not candidates:
        raise NotFound("This certificate is revoked or failed; issue the dose again.")
    newest = max(candidates, key=lambda version: int(version.version))
    if newest.id != base_id:
        raise StaleVersion("A newer version exists; read it and update that.", ("expectedVersion",), newest.version)
    return newest


async def _cancel(connection: AsyncConnection, shard: int, certificate_id: str, request: Request) -> None:
    columns = certificates.c
    await connection.execute(
        update(certificates)
        .where(columns.shard == shard, columns.id == certificate_id)
        .values(status=Status.SUPERSEDED, live=False, changed_at=request.now)
    )
    await connection.execute(delete(outbox).where(outbox.c.shard == shard, outbox.c.certificate_id == certificate_id))
