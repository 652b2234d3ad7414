"""Fetch: certificates for partners, holders, source systems and admins (contract, Who calls)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from credential.access import Caller, Proof, visible_rows
from credential.certificate import Certificate, Status
from credential.ports import AuditEntry, CertificateFilter, Counting, Page, ReadAllowance, Reading
from credential.record import Kind

NO_PROOF = Proof()


async def certificates(
    ids: Sequence[str],
    *,
    caller: Caller,
    proof: Proof | None,
    reading: Reading,
    counting: Counting,
    allowance: ReadAllowance,
    now: datetime,
) -> list[Certificate | None]:
    """Return one entry per id: None where unknown, not the caller's to see, or not proven.

    The read is audited before it is answered. Raises RateLimited, for hit and miss alike.
    """
    await allowance.spend(caller, len(ids))
    found = await reading.by_ids(ids, visible=visible_rows(caller), proof=needed_proof(caller, proof))
    await _audit(found, caller, counting, now)
    return found


async def beneficiary(
    programme: str,
    beneficiary_id: str,
    *,
    caller: Caller,
    proof: Proof | None,
    where: CertificateFilter | None,
    first: int,
    after: str | None,
    reading: Reading,
    counting: Counting,
    allowance: ReadAllowance,
    now: datetime,
) -> Page[Certificate] | None:
    """Return a page of a beneficiary's certificates, None without a right proof, whatever the reason. Audited.

    Raises RateLimited, for hit and miss alike; of a page the other certificates count too, once the first has.
    """
    await allowance.spend(caller, 1)
    page = await reading.of_beneficiary(
        programme,
        beneficiary_id,
        visible=visible_rows(caller),
        proof=needed_proof(caller, proof),
        where=where,
        first=first,
        after=after,
    )
    if page is not None and len(page.items) > 1:
        await allowance.spend(caller, len(page.items) - 1)
    await _audit(page.items if page else (), caller, counting, now)
    return page


async def histories(ids: Sequence[str], *, caller: Caller, reading: Reading) -> list[list[Certificate]]:
    """Return per certificate all versions for the same dose, newest first."""
    return await reading.versions(ids, visible=visible_rows(caller))


def latest(found: Iterable[Certificate], kind: Kind | None = None) -> Certificate | None:
    """Return the ISSUED certificate of the highest dose and newest version, optionally of one kind."""
    issued = [one for one in found if one.status is Status.ISSUED and kind in (None, one.kind)]
    return max(issued, key=lambda one: (one.dose, one.version), default=None)


def needed_proof(caller: Caller, proof: Proof | None) -> Proof | None:
    """Return the proof to demand: a partner's, be it empty (which fits nobody); none of other callers."""
    return (proof or NO_PROOF) if caller.is_partner else None


async def _audit(found: Iterable[Certificate | None], caller: Caller, counting: Counting, now: datetime) -> None:
    entries = [AuditEntry(caller, "read", one.id, now) for one in found if one is not None]
    if entries:
        await counting.audit(entries)
