"""Revoke: all that a target names, or nothing (contract, revokeCertificates)."""

from datetime import datetime

from credential.access import own_rows
from credential.certificate import RevocationReason
from credential.jobs import PUBLISH_REVOCATIONS, Job
from credential.operations.nudging import nudge
from credential.ports import Queue, Request, RevocationTarget, Revoking


async def revoke(
    target: RevocationTarget, reason: RevocationReason, *, request: Request, revoking: Revoking, queue: Queue
) -> tuple[str, ...]:
    """Revoke in one transaction, cancel PENDING versions, and ask for publication; return the revoked ids.

    Raises NotFound, BadUserInput and the idempotency faults.
    """
    ids = await revoking.revoke(request, target, reason, visible=own_rows(request.caller))
    await nudge(queue, Job(PUBLISH_REVOCATIONS))
    return ids


async def publish(*, revoking: Revoking, now: datetime) -> int:
    """Number what was revoked or superseded since, in commit order; return how many entries were published."""
    return await revoking.publish(now=now)
