"""Port of share links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.ports.writing import Request


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link as it is kept; what it shows stands in its token alone."""

    id: str
    certificate_id: str
    ends_at: datetime


class Sharing(Protocol):
    """Keeps which links there are, so that they can be taken back."""

    async def open_link(self, link: OpenLink, *, request: Request) -> OpenLink:
        """Keep a link, once under the request's key, with its audit; return the one that the key made first.

        Raises LimitReached where many are open for the certificate.
        """
        ...

    async def is_open(self, link_id: str, certificate_id: str) -> bool:
        """Tell whether a link is there and was not taken back."""
        ...

    async def close_links(self, certificate_id: str, *, request: Request) -> int:
        """Take all links of a certificate back, once under the request's key; audited. Return how many were open."""
        ...
