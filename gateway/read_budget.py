"""Daily budgets of reads, counted before they are looked up: a guess that misses costs as much (docs/adr/0007).

A gateway takes reads from the store in blocks, a hundredth of the budget at a time: the count is exact up to a block
per gateway, and a read costs no statement of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from credential.access import Caller
from credential.errors import RateLimited
from credential.ports import AuditEntry, Counting, ReadBudgets
from credential.record import INDIA

BLOCKS = 100
WARN_PERCENT = 80

log = structlog.stdlib.get_logger("pramaan.budget")


@dataclass(slots=True)
class _Day:
    """What one client may still read of its block, and how many percent were told of."""

    day: date
    left: int = 0
    told: int = 0


class ReadBudget:
    """Implements ReadAllowance; days are India's."""

    def __init__(self, budgets: ReadBudgets, counting: Counting, clock: Callable[[], datetime]) -> None:
        """Take the ports that count and audit, and a clock that gives aware times."""
        self._budgets = budgets
        self._counting = counting
        self._clock = clock
        self._days: dict[str, _Day] = {}

    async def spend(self, caller: Caller, number: int) -> None:
        """Count reads of a caller. Raises RateLimited where they are more than is left of the day."""
        limit = caller.terms.daily_reads
        if limit is None or caller.client_id is None:
            return
        now = self._clock().astimezone(INDIA)
        kept = self._days.get(caller.client_id)
        if kept is None or kept.day != now.date():
            kept = self._days[caller.client_id] = _Day(now.date())
        if kept.left < number:
            await self._take(caller, kept, max(number, limit // BLOCKS), limit)
        if kept.left < number:
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), INDIA)
            raise RateLimited(
                f"The client may read {limit} certificates a day; ask again tomorrow, or for a larger budget.",
                int((midnight - now).total_seconds()) + 1,
            )
        kept.left -= number

    async def _take(self, caller: Caller, kept: _Day, block: int, limit: int) -> None:
        """Take a block from the store, or what is left of the day."""
        client = caller.client_id or ""
        used = await self._budgets.spend_reads(client, kept.day, block)
        over = max(0, used - limit)
        kept.left += max(0, block - over)
        percent = min(100, used * 100 // limit) if limit else 100
        if percent >= WARN_PERCENT and percent > kept.told:
            kept.told = percent
            log.warning("read_budget", client_id=client, percent=percent, limit=limit)
        if over and over <= block:  # the one block that crosses the limit, whichever gateway takes it
            await self._counting.audit([AuditEntry(caller, "budget", None, self._clock(), f"{limit} reads a day")])
