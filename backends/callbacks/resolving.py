"""From a URL to an address that was looked at: the connection goes to it, and not to what the name means later."""

import asyncio
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from backends.callbacks.hosts import Hosts

KNOWN_SECONDS = 30.0


class Forbidden(Exception):  # noqa: N818 - named after what it says
    """A host, or one of its addresses, is not allowed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A URL with each address in place of the host's name, the name (for TLS), and the header `Host`."""

    urls: tuple[str, ...]
    host: str
    authority: str


class Resolver:
    """Looks names up, and refuses those with an address that is not allowed."""

    def __init__(self, hosts: Hosts) -> None:
        """Take the allow-list."""
        self._hosts = hosts
        self._known: dict[str, tuple[Place, float]] = {}

    async def resolved(self, url: str) -> Place:
        """Return where a URL leads to, known for 30 seconds. Raises Forbidden, OSError where the name is unknown."""
        now = asyncio.get_running_loop().time()
        place, until = self._known.get(url, (None, 0.0))
        if place is None or until <= now:
            place = await self._looked_up(urlsplit(url))
            self._known[url] = place, now + KNOWN_SECONDS
        return place

    async def _looked_up(self, parts: SplitResult) -> Place:
        host = parts.hostname or ""
        if not self._hosts.allow_host(host):
            raise Forbidden
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not addresses or not all(self._hosts.allow_address(address) for address in addresses):
            raise Forbidden
        places = (f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in addresses)
        return Place(tuple(parts._replace(netloc=place).geturl() for place in places), host, parts.netloc)
