"""Acknowledgements: several lanes, so that a receiver that hangs on one message does not hold up the others."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import structlog

from credential.operations.acknowledge import acknowledge
from workers.composition import Acknowledging, Composition

LANES = 4

log = structlog.get_logger(__name__)


def lanes(parts: Composition) -> Mapping[str, Callable[[], Awaitable[int]]]:
    """Return the steps that send what is due, by name; none where nothing is acknowledged."""
    if parts.acknowledging is None:
        return {}
    return {f"acknowledge-{number}": partial(send, parts, parts.acknowledging) for number in range(1, LANES + 1)}


async def send(parts: Composition, chosen: Acknowledging) -> int:
    """Send what is due, and log how it ended, by ids; return how many were tried. Raises Unavailable."""
    ended = await acknowledge(
        deliveries=parts.store,
        callback=chosen.callback,
        style=chosen.style,
        clock=parts.clock,
        jitter=parts.jitter,
    )
    for one in ended:
        if one.fault is not None:
            told = log.warning if one.again_at else log.error
            event = "acknowledgement failed" if one.again_at else "acknowledgement given up"
            told(event, delivery=one.delivery.id, attempts=one.delivery.attempts, fault=one.fault)
    return len(ended)
