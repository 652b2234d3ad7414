"""Port of what holders are to be told, and who wants to be told nothing."""

from collections.abc import Sequence
from typing import Protocol


class Notices(Protocol):
    """Keeps, in the outbox, whose holders are still to be told; and who opted out, by keyed hash."""

    async def wanting_notice(self, ids: Sequence[str]) -> list[str]:
        """Return those of the certificates whose holders wait to be told and did not opt out; drop those who did."""
        ...

    async def noticed(self, ids: Sequence[str]) -> None:
        """Take the certificates' jobs out of the outbox."""
        ...

    async def set_notices(self, beneficiary_id: str, *, enabled: bool) -> None:
        """Note whether a beneficiary wants to be told."""
        ...

    async def notices_enabled(self, beneficiary_id: str) -> bool:
        """Tell whether a beneficiary wants to be told; the default is yes."""
        ...
