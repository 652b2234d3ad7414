"""Ports of acknowledgements: which are to be sent, and whom they are sent to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from credential.access import Caller
from credential.acknowledgement import Became, Delivery, DeliveryState, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """How a post ended.

    `fault` is None where the receiver took the message; otherwise a text of ours, with nothing of the answer in it.
    `final` where sending the same again is of no use. `retry_after`: when the receiver wishes to be asked again.
    """

    fault: str | None = None
    final: bool = False
    retry_after: timedelta | None = None


class Callback(Protocol):
    """The receiver of the deployment."""

    async def post(self, message: Message) -> Answer:
        """Post a message within a bounded time. What goes wrong is the answer; nothing is raised."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """What an attempt came to: delivered (`fault` is None), again at a time, or given up (`again_at` is None)."""

    delivery: Delivery
    fault: str | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A delivery as an operator sees it: nothing personal. `due_at` is when it ended, unless it is WAITING."""

    id: str
    certificate_id: str
    became: Became
    state: DeliveryState
    attempts: int
    due_at: datetime
    fault: str | None


class Deliveries(Protocol):
    """Keeps acknowledgements until they are sent. They are written with the act that they tell of."""

    async def lease_deliveries(self, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Lease due deliveries, of each beneficiary only the first that waits; they come back when the lease is over.

        Those that were taken too often without an end, and those whose record is gone, become DEAD.
        """
        ...

    async def settle_deliveries(self, ended: Sequence[Ended], *, now: datetime) -> None:
        """Store how attempts ended. One that another worker took meanwhile keeps waiting, unless it was delivered."""
        ...

    async def deliveries(self, state: DeliveryState, *, limit: int) -> list[DeliveryReport]:
        """Return deliveries of a state, those that are due first, or ended first, before the others."""
        ...

    async def replay_deliveries(self, ids: Sequence[str] | None, *, caller: Caller, now: datetime) -> list[str]:
        """Make DEAD deliveries wait again, all of them for None; audited. Return their ids."""
        ...
