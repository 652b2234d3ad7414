"""Port of people who logged in elsewhere."""

from datetime import datetime
from typing import Protocol

from credential.access import Caller


class Tokens(Protocol):
    """Access tokens that an OpenID provider signed."""

    async def caller_of(self, token: str, *, now: datetime) -> Caller | None:
        """Return who bears a token, None where it is not to be believed.

        Raises Unavailable where the provider's keys were never seen and it is away.
        """
        ...

    async def origin(self, *, now: datetime) -> str | None:
        """Return scheme, host and port at which the provider changes codes for tokens, None where it is away."""
        ...
