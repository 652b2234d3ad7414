"""Opaque keyset cursors: base64url of the sort keys and a keyed hash, so that only our own come back."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

import msgspec

from backends.sql.vault import Vault
from credential.errors import BadUserInput

_MARK_BYTES = 8


def cursor(vault: Vault, scope: str, *keys: int | str) -> str:
    """Return the cursor of an item; `scope` names the list it belongs to."""
    body = msgspec.json.encode(keys)
    return urlsafe_b64encode(_mark(vault, scope, body) + body).decode().rstrip("=")


def after_cursor(vault: Vault, scope: str, text: str) -> list[int | str]:
    """Return the sort keys in a cursor. Raises BadUserInput where it is none of ours for this list."""
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Error, ValueError):
        data = b""
    mark, body = data[:_MARK_BYTES], data[_MARK_BYTES:]
    if not hmac.compare_digest(mark, _mark(vault, scope, body)):
        raise BadUserInput("Not a cursor of this list; pass back what an earlier page gave.", ("after",))
    return msgspec.json.decode(body, type=list[int | str])


def _mark(vault: Vault, scope: str, body: bytes) -> bytes:
    return vault.keyed("cursor", scope, body)[:_MARK_BYTES]
