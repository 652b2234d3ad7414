"""Who asks: `Authorization: Bearer <key>`."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b

from credential.access import ANYONE, Caller
from credential.one_time_code import TOKEN_MARK, holder_of
from credential.ports import Clients, Holders, Tokens
from gateway.faults import refuse
from resolvers.errors import UNAUTHENTICATED

TTL = timedelta(seconds=5)
"""How long a key is believed without asking the store: a revoked one works at most that long."""
MAX_KEPT = 10_000
_DOTS = 2
"""A signed token (RFC 7515, 7.1) has two, a client's key none."""
MAX_HEADER = 1_000
MAX_TOKEN = 8_000
"""Tokens of people carry claims, those of large providers many."""


class Authenticator:
    """Asks the store for the bearer of a key, and remembers known ones for a moment, never the key itself."""

    def __init__(
        self,
        clients: Clients,
        holders: Holders,
        clock: Callable[[], datetime],
        holder_secret: bytes,
        tokens: Tokens | None = None,
    ) -> None:
        """Take the ports, a clock that gives aware times, and the secret that opens holders' tokens."""
        self._holders = holders
        self._holder_secret = holder_secret
        self._tokens = tokens
        self._clients = clients
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, tuple[datetime, Caller]] = OrderedDict()

    async def caller(self, header: str | None) -> Caller:
        """Return who asks; anyone without the header. Raises RequestFault (UNAUTHENTICATED) for an unknown key."""
        if header is None:
            return ANYONE
        scheme, _, key = header.strip().partition(" ")
        of_person = self._tokens if key.count(".") == _DOTS else None
        longest = MAX_HEADER if of_person is None else MAX_TOKEN
        if scheme.lower() != "bearer" or not key or len(header) > longest or not key.isascii():
            raise refuse(UNAUTHENTICATED, "Send Authorization: Bearer <key>.")
        if key.startswith(TOKEN_MARK):
            return await self._of_token(key.strip())
        if of_person is not None:
            return await self._of_person(key.strip(), of_person)
        return await self._of_key(key.strip())

    async def _of_person(self, token: str, tokens: Tokens) -> Caller:
        person = await tokens.caller_of(token, now=self._clock())
        if person is None:
            raise refuse(UNAUTHENTICATED, "The token is not for this service, or has ended; log in again.")
        return person

    async def _of_token(self, token: str) -> Caller:
        """Return the holder, as long as the number that the code went to is still the holder's."""
        holder = holder_of(token, secret=self._holder_secret, now=self._clock())
        if holder is not None:
            named = (holder.programme, holder.beneficiary_id)
            if await self._holders.contact_of(*named) == holder.contact:
                return Caller(name="holder", purpose="own certificates", holder_of=named)
        raise refuse(UNAUTHENTICATED, "The token is not known or has ended; ask for a code again.")

    async def _of_key(self, key: str) -> Caller:
        now, name = self._clock(), blake2b(key.encode(), key=self._secret, digest_size=16).digest()
        kept = self._kept.get(name)
        if kept is not None and kept[0] > now:
            return kept[1]
        found = await self._clients.authenticate(key, now=now)
        if found is None:
            self._kept.pop(name, None)
            raise refuse(UNAUTHENTICATED, "The key is not known, has expired or was revoked.")
        self._kept[name] = (now + TTL, found)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return found
