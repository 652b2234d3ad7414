"""Port of what holders are to be told, and who wants to be told nothing."""

from collections.abc import Sequence
from typing import Protocol

from credential.certificate import Status
from credential.ports.writing import Request


class Notices(Protocol):
    """Keeps, in the outbox, whose holders are still to be told; and who opted out, by keyed hash."""

    async def wanting_notice(self, ids: Sequence[str]) -> list[str]:
        """Return those of the certificates whose holders wait to be told and did not opt out; drop those who did."""
        ...

    async def noticed(self, certificate_id: str, told: Status | None) -> None:
        """Take a certificate's job out of the outbox, unless it is in another state by now, which is still to be told.

        None takes it out whatever the state.
        """
        ...

    async def set_notices(self, request: Request, beneficiary_id: str, *, enabled: bool) -> None:
        """Note whether a beneficiary wants to be told, with its audit. Raises the idempotency faults."""
        ...

    async def notices_enabled(self, beneficiary_id: str) -> bool:
        """Tell whether a beneficiary wants to be told; the default is yes."""
        ...
