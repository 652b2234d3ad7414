"""Share links: a certificate in one form, for whoever has the link, until it ends.

A token is base64url of a nonce and of AES-256-GCM over what it names: it can be neither guessed nor altered, and tells
nothing. The nonce is a keyed hash of the text, so that the same link is the same token.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(minutes=1440)
ID_BYTES: Final = 12
MAX_TOKEN: Final = 600
_NONCE_BYTES: Final = 12
_CONTEXT: Final = b"pramaan-share-link-v1"


class Share(msgspec.Struct, frozen=True, array_like=True):
    """What a link names. `contact` marks the number by which the holder was reached then; `ends` is in seconds."""

    id: str
    certificate_id: str
    format: str
    language: str
    layout: str
    contact: str
    ends: int


def share_token(share: Share, *, secret: bytes) -> str:
    """Return the token of a link."""
    text, key = msgspec.json.encode(share), _key(secret)
    nonce = hmac.digest(key, b"nonce\0" + text, "sha256")[:_NONCE_BYTES]
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, text, _CONTEXT)).rstrip(b"=").decode()


def share_of(token: str, *, secret: bytes, now: datetime) -> Share | None:
    """Return what a token names, None where it is none of ours or has ended."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        text = AESGCM(_key(secret)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _CONTEXT)
    except (InvalidTag, ValueError):
        return None
    share = msgspec.json.decode(text, type=Share)
    return share if now.timestamp() < share.ends else None


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, _CONTEXT, "sha256")
