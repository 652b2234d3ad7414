"""One-time codes and holder tokens: how a citizen shows that a registered mobile number is at hand.

Rules (reliability and security, Nobody gets in): six digits, five minutes, five tries that sending another code does
not give back, ten codes a day per number, and fewer per requester, so that nobody locks a citizen out.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

DIGITS = 6
LIFETIME = timedelta(minutes=5)
MAX_TRIES = 5
PER_DAY = 10
PER_REQUESTER_AND_NUMBER = 5
PER_REQUESTER = 500
"""Many citizens share the address of a mobile network; what protects a number is its own limit."""
TOKEN_LIFETIME = timedelta(minutes=20)
TOKEN_MARK = "holder_"  # noqa: S105 - what a token begins with
NONCE_BYTES = 12
_RANDOM_BYTES = 8
_CONTEXT = b"pramaan-holder-token-v1"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose live record has the number.

    `shown` is the name as a stranger may see it, `contact` the number's mark: a keyed hash of it.
    """

    programme: str
    beneficiary_id: str
    shown: str
    language: str
    contact: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token names, and the mark of the number that it was given for: once another counts, it has ended."""

    programme: str
    beneficiary_id: str
    contact: str


def new_code(randomness: Callable[[int], bytes]) -> str:
    """Return six digits, each code as likely as any other: the remainder of 2^64 by 10^6 is nothing to build on."""
    return f"{int.from_bytes(randomness(_RANDOM_BYTES), 'big') % 10**DIGITS:0{DIGITS}}"


def shown_name(name: str) -> str:
    """Return a name as those see it who have no token yet: the first letter of each word, to tell people apart."""
    return " ".join(f"{word[0]}…" for word in name.split())


def holder_token(holder: Holder, *, secret: bytes, nonce: bytes, now: datetime) -> tuple[str, datetime]:
    """Return a token that names one beneficiary, sealed, and when it ends."""
    ends = datetime.fromtimestamp(int((now + TOKEN_LIFETIME).timestamp()), UTC)
    text = msgspec.json.encode([holder.programme, holder.beneficiary_id, holder.contact, int(ends.timestamp())])
    sealed = nonce + AESGCM(_key(secret)).encrypt(nonce, text, _CONTEXT)
    return TOKEN_MARK + urlsafe_b64encode(sealed).rstrip(b"=").decode(), ends


def holder_of(token: str, *, secret: bytes, now: datetime) -> Holder | None:
    """Return whom a token names, None where it is none of ours or its time is over."""
    text = token.removeprefix(TOKEN_MARK)
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        opened = AESGCM(_key(secret)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _CONTEXT)
    except (InvalidTag, ValueError):
        return None
    programme, beneficiary_id, contact, ends = msgspec.json.decode(opened, type=tuple[str, str, str, int])
    return Holder(programme, beneficiary_id, contact) if now.timestamp() < ends else None


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, _CONTEXT, "sha256")
