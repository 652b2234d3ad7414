"""Client keys: made of randomness, shown once, ended. The store keeps a keyed hash (reliability and security)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from credential.access import NO_TERMS, Scope, Terms
from credential.errors import BadUserInput
from credential.ports import Client, ClientKeys, Request

ID_BYTES = 8
KEY_BYTES = 32
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client and its key, which nobody can read again."""

    client: Client
    key: str = field(repr=False)


def new_client(
    name: str,
    scopes: frozenset[Scope],
    *,
    created_at: datetime,
    randomness: Callable[[int], bytes],
    channel: str | None = None,
    purpose: str = "",
    expires_at: datetime | None = None,
    terms: Terms = NO_TERMS,
) -> NewClient:
    """Make a client with a random id and its key. Without a channel a partner's accesses are counted to its name."""
    if Scope.FETCH in scopes and not channel:
        channel = name
    client = Client(
        id=f"client-{randomness(ID_BYTES).hex()}",
        name=name,
        scopes=scopes,
        channel=channel,
        purpose=purpose,
        created_at=created_at,
        expires_at=expires_at,
        revoked_at=None,
        terms=terms,
    )
    return NewClient(client, "pramaan_" + urlsafe_b64encode(randomness(KEY_BYTES)).rstrip(b"=").decode())


async def create(made: NewClient, *, request: Request, keys: ClientKeys) -> tuple[Client, str | None]:
    """Store a client, once under the request's key; return it, and its key unless that was shown before.

    Raises BadUserInput for what breaks a rule.
    """
    _check(made.client, request.now)
    stored = await keys.create_client(made.client, made.key, request=request)
    return stored, made.key if stored.id == made.client.id else None


async def revoke(client_id: str, *, request: Request, keys: ClientKeys) -> Client:
    """End a client's key. Raises NotFound, BadUserInput for the key that asks: nobody locks itself out."""
    if client_id == request.caller.client_id:
        raise BadUserInput("This is the key that asks; another admin ends it.", ("id",))
    return await keys.end_client(client_id, request=request)


def _check(client: Client, now: datetime) -> None:
    _check_texts(client)
    terms = client.terms
    if not client.scopes:
        raise BadUserInput("Give at least one scope.", ("scopes",))
    if client.expires_at is not None and client.expires_at <= now:
        raise BadUserInput("The key must end in the future.", ("expiresAt",))
    for name, number in (("dailyReads", terms.daily_reads), ("perMinute", terms.per_minute)):
        if number is not None and number < 1:
            raise BadUserInput("Give 1 or more, or nothing for no limit.", (name,))


def _check_texts(client: Client) -> None:
    texts = {"name": client.name, "channel": client.channel, "purpose": client.purpose}
    for name, text in (texts | {"legalBasis": client.terms.legal_basis}).items():
        if text is not None and (len(text) > MAX_TEXT or not text.isprintable()):
            raise BadUserInput(f"Give at most {MAX_TEXT} printable characters.", (name,))
    if not client.name.strip():
        raise BadUserInput("Give a name.", ("name",))


__all__ = ["NewClient", "create", "new_client", "revoke"]
