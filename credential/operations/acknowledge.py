"""Acknowledge: tell the source system what became of its certificates, at least once and in order (Co-WIN spec 1.5)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from credential.acknowledgement import MAX_ATTEMPTS, Delivery, Style, message, retry_after
from credential.ports import Answer, Callback, Deliveries, Ended

LEASE = timedelta(minutes=2)
"""Longer than any post lasts: nobody else sends a message while it may still be on its way."""

AT_ONCE = 25
GIVEN_UP = f"Given up after {MAX_ATTEMPTS} attempts. "


async def acknowledge(
    *,
    deliveries: Deliveries,
    callback: Callback,
    style: Style,
    clock: Callable[[], datetime],
    jitter: Callable[[], float],
    limit: int = AT_ONCE,
) -> Sequence[Ended]:
    """Send up to `limit` due acknowledgements at once; return how each ended. Raises Unavailable.

    Whoever stops before the ends are stored sends again: the receiver tells by `webhook-id`.
    """
    taken = await deliveries.lease_deliveries(now=clock(), lease=LEASE, limit=limit)

    async def send(delivery: Delivery) -> Ended:
        answer = await callback.post(message(delivery, style, clock()))
        return _ended(delivery, answer, clock(), jitter())

    ended = await asyncio.gather(*(send(delivery) for delivery in taken))
    if ended:
        await deliveries.settle_deliveries(ended, now=clock())
    return ended


def _ended(delivery: Delivery, answer: Answer, now: datetime, jitter: float) -> Ended:
    if answer.fault is None or answer.final:
        return Ended(delivery, answer.fault)
    if delivery.attempts >= MAX_ATTEMPTS:
        return Ended(delivery, GIVEN_UP + answer.fault)
    return Ended(delivery, answer.fault, now + retry_after(delivery.attempts, jitter=jitter, wished=answer.retry_after))
