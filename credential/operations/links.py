"""Links to artifacts: unguessable, short-lived, and of use to nobody but who was given them.

A token is base64url of: 5 bytes expiry (seconds since 1970), 32 bytes the artifact's name, 16 bytes of HMAC-SHA-256
over both and over whom it was given to. It carries no id and no personal data.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from credential.access import Caller

LIFETIME = timedelta(minutes=15)
_EXPIRY_BYTES, _NAME_BYTES, _MAC_BYTES = 5, 32, 16
_BYTES = _EXPIRY_BYTES + _NAME_BYTES + _MAC_BYTES
TOKEN_LENGTH = -(-_BYTES * 4 // 3)


@dataclass(frozen=True, slots=True)
class Link:
    """A token and until when it is good."""

    token: str
    expires_at: datetime


def link_to(name: str, caller: Caller, *, secret: bytes, now: datetime) -> Link:
    """Return a link to an artifact for a caller with a credential."""
    expires_at = datetime.fromtimestamp(int((now + LIFETIME).timestamp()), UTC)
    body = int(expires_at.timestamp()).to_bytes(_EXPIRY_BYTES, "big") + bytes.fromhex(name)
    token = urlsafe_b64encode(body + _mac(body, caller, secret)).rstrip(b"=").decode()
    return Link(token, expires_at)


def linked(token: str, caller: Caller, *, secret: bytes, now: datetime) -> str | None:
    """Return the name of the artifact, None where the token is no token, was altered, has expired or is another's."""
    if len(token) != TOKEN_LENGTH or not token.isascii() or _bearer(caller) is None:
        return None
    raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(raw) != _BYTES or not hmac.compare_digest(mac, _mac(body, caller, secret)):
        return None
    if int.from_bytes(body[:_EXPIRY_BYTES], "big") <= now.timestamp():
        return None
    return body[_EXPIRY_BYTES:].hex()


def _mac(body: bytes, caller: Caller, secret: bytes) -> bytes:
    bearer = _bearer(caller) or ""
    return hmac.digest(secret, b"document-link\0" + body + bearer.encode(), "sha256")[:_MAC_BYTES]


def _bearer(caller: Caller) -> str | None:
    """Return whom a token is bound to: the client, or the holder; None for anyone."""
    if caller.client_id is not None:
        return "client\0" + caller.client_id
    return None if caller.holder_of is None else "\0".join(("holder", *caller.holder_of))
