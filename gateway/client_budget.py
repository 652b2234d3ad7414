"""Budgets per client and minute, in each gateway (docs/adr/0007), as the RateLimit header fields tell of them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from starlette.requests import Request

from credential.access import Caller
from gateway.faults import RATE_LIMITED, Fault, RequestFault

WINDOW_SECONDS = 60
MAX_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What is left: of `limit` a minute `remaining`, `cost` went to this request; all is back in `reset` seconds."""

    limit: int
    cost: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the header fields (draft-ietf-httpapi-ratelimit-headers-09)."""
        return {
            "ratelimit-policy": f'"client";q={self.limit};w={WINDOW_SECONDS}',
            "ratelimit": f'"client";r={self.remaining};t={self.reset}',
        }

    def to_json(self) -> dict[str, Any]:
        """Return `extensions.rateLimit`."""
        return {
            "limit": self.limit,
            "cost": self.cost,
            "remaining": self.remaining,
            "resetSeconds": self.reset,
        }


class OverBudget(RequestFault):
    """A request that costs more than the client has left."""

    def __init__(self, fault: Fault, rate: RateLimit) -> None:
        """Take what is told, and what is left."""
        super().__init__(fault)
        self.rate = rate


class ClientBudget:
    """A bucket per client, which fills evenly over a minute."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Take a clock that gives aware times."""
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, caller: Caller, cost: int) -> RateLimit | None:
        """Take the cost from the caller's bucket; None for who has no budget. Raises OverBudget."""
        limit = caller.terms.per_minute
        if limit is None or caller.client_id is None:
            return None
        now, rate = self._clock().timestamp(), limit / WINDOW_SECONDS
        level, then = self._kept.pop(caller.client_id, (float(limit), now))
        level = min(float(limit), level + (now - then) * rate)
        enough = cost <= level
        self._kept[caller.client_id] = (level - cost if enough else level, now)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        if not enough:
            left = RateLimit(limit, cost, int(level), ceil((limit - level) / rate))
            raise OverBudget(_refusal(cost, limit, ceil((cost - level) / rate)), left)
        return RateLimit(limit, cost, int(level - cost), ceil((limit - level + cost) / rate))


def spend(request: Request, budget: ClientBudget, caller: Caller, cost: int) -> RateLimit | None:
    """Take a request's cost from the caller's bucket; whatever is answered tells what is left. Raises OverBudget."""
    try:
        rate = budget.spend(caller, cost)
    except OverBudget as over:
        request.state.told = over.rate.headers()
        raise
    request.state.told = rate.headers() if rate else {}
    return rate


def _refusal(cost: int, limit: int, seconds: int) -> Fault:
    if cost > limit:
        message = f"The operation costs {cost}, and the client has {limit} a minute; ask for less at once."
        return Fault(RATE_LIMITED, message, retry_after=WINDOW_SECONDS)
    message = f"The client's budget of {limit} a minute is used up; try again in {seconds} s."
    return Fault(RATE_LIMITED, message, retry_after=seconds)
