"""Which certificates a revocation is about (contract, revokeCertificates; Co-WIN specification 4.4)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.people import Person, lock_people
from backends.sql.placing import person_named
from backends.sql.rows import Sibling, ids_condition, siblings_of
from backends.sql.tables import certificates
from backends.sql.visibility import visible_condition
from credential.access import Visibility
from credential.certificate import Status
from credential.errors import NotFound
from credential.policy import doses_to_revoke
from credential.ports import RevocationTarget

_HELD = (Status.PENDING, Status.ISSUED)


async def targeted_by_ids(
    context: Context, connection: AsyncConnection, ids: Sequence[str], visible: Visibility
) -> tuple[str, ...]:
    """Return the ids, and those of the PENDING versions beside live ones. Raises NotFound unless all are visible."""
    keys = context.keys_of(list(ids))
    if len(keys) < len(set(ids)):
        raise NotFound("One of the certificates is unknown; nothing was revoked.", ("ids",))
    columns = certificates.c
    query = select(columns.shard, columns.beneficiary, columns.id, columns.status, columns.credentials.is_(None))
    query = query.where(ids_condition(context, keys), visible_condition(context, visible))
    rows = (await connection.execute(query)).all()
    if len(rows) < len(keys):
        raise NotFound("One of the certificates is unknown; nothing was revoked.", ("ids",))
    people = [Person(row.shard, row.beneficiary) for row in rows]
    await lock_people(context, connection, people)
    families = (await siblings_of(context, connection, people)).values()
    named = set(ids)
    for family in families:
        for sibling in family:
            if sibling.id in named and not (sibling.listed and sibling.status is not Status.FAILED):
                raise NotFound("One of the certificates was never issued; nothing was revoked.", ("ids",))
    live = [family for family in families if any(sibling.id in named and _ends(sibling) for sibling in family)]
    return tuple(dict.fromkeys((*ids, *_pending(live))))


async def targeted_by_beneficiary(
    context: Context, connection: AsyncConnection, target: RevocationTarget, visible: Visibility
) -> tuple[str, ...]:
    """Return the ids of all signed and PENDING versions of the doses. Raises NotFound, BadUserInput."""
    programme, beneficiary_id = target.beneficiary or ("", "")
    person = person_named(context, beneficiary_id)
    await lock_people(context, connection, [person])
    columns = certificates.c
    own = (columns.shard == person.shard) & (columns.beneficiary == person.beneficiary)
    query = select(columns.id).where(own, columns.programme == programme, visible_condition(context, visible))
    seen = set((await connection.execute(query)).scalars())
    families = await siblings_of(context, connection, [person])
    versions = [
        sibling
        for (_, of, _), family in families.items()
        for sibling in family
        if of == programme and sibling.id in seen and sibling.listed and sibling.status is not Status.FAILED
    ]
    held = {sibling.dose for sibling in versions if sibling.status in _HELD}
    doses = doses_to_revoke(held or _all_revoked(versions, target), target.doses)
    return tuple(sibling.id for sibling in versions if sibling.dose in doses)


def _all_revoked(versions: Iterable[Sibling], target: RevocationTarget) -> set[int]:
    """Return the doses named where nothing is held any more: revoking what is revoked is no fault."""
    doses = {sibling.dose for sibling in versions}
    return doses if target.doses is None else doses & set(target.doses)


def _ends(sibling: Sibling) -> bool:
    return sibling.status is Status.ISSUED


def _pending(families: Iterable[Sequence[Sibling]]) -> list[str]:
    return [sibling.id for family in families for sibling in family if sibling.status is Status.PENDING]
