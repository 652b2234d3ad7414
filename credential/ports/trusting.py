"""Port of the trust list: keys of other issuers, as an operator configured them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from credential.access import Caller
from credential.trust import TrustedKey


class Trust(Protocol):
    """Keeps the trust list. A key of one issuer is there once, whatever its period."""

    async def trust(self, keys: Sequence[TrustedKey], *, caller: Caller) -> None:
        """Add keys, or change what is known of them; audited in the same transaction."""
        ...

    async def distrust(self, issuer: str, key_id: str | None, *, caller: Caller, now: datetime) -> int:
        """Remove a key of an issuer, all of its keys for None; audited. Return how many were there."""
        ...

    async def trusted_keys(self) -> list[TrustedKey]:
        """Return all, by issuer and age."""
        ...
