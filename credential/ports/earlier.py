"""Port of the earlier doses that new records name."""

from collections.abc import Sequence
from typing import Protocol


class EarlierDoses(Protocol):
    """New certificates whose records name earlier doses that nobody has compared yet.

    They are noted in the transaction that takes the record in, unless the deployment does not correct them.
    """

    async def due_earlier(self, ids: Sequence[str]) -> list[str]:
        """Return those of some certificates that are noted."""
        ...

    async def end_earlier(self, certificate_id: str) -> None:
        """Take a certificate's note away."""
        ...
