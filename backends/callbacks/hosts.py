"""Which hosts and addresses a callback may go to: what is not allowed is refused before a byte is sent."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The allow-list: names of hosts, and networks, which also allow private addresses."""

    names: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read names, addresses and networks such as `ack.example, 10.1.0.0/16`. Raises ValueError."""
        names, networks = set(), []
        for entry in filter(None, (part.strip().lower() for part in text.split(","))):
            try:
                networks.append(ip_network(entry))
            except ValueError:
                if not all(character.isalnum() or character in "-." for character in entry) or entry[-1].isdigit():
                    raise
                names.add(entry)
        return cls(frozenset(names), tuple(networks))

    def allow_host(self, host: str) -> bool:
        """Tell whether a URL may name the host: a listed name, or an address in a listed network."""
        address = _address(host)
        return host.lower() in self.names if address is None else self._listed(address)

    def allow_address(self, text: str) -> bool:
        """Tell whether a connection may go to an address: a public one, or one in a listed network."""
        address = _address(text)
        if address is None:
            return False
        return self._listed(address) or (address.is_global and not address.is_multicast and address not in _NAT64)

    def _listed(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def allowed_url(text: str, hosts: Hosts, *, plain: bool) -> bool:
    """Tell whether a callback may be at an address: https, or http if `plain`; no user, no fragment, a listed host."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    schemes = ("https", "http") if plain else ("https",)
    clean = text.isascii() and text == "".join(text.split()) and "@" not in parts.netloc and not parts.fragment
    return parts.scheme in schemes and clean and bool(host) and hosts.allow_host(host or "")


def _address(text: str) -> Address | None:
    """Return an address as the machine behind it is reached: IPv4 in IPv6 clothes is IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
