"""Which certificates a revocation by reach is about, and the digest that binds what a dry run counted.

A digest is base64url of: MessagePack of what was counted, and 16 bytes of HMAC-SHA-256 over it and the normalised
`where`. Whoever repeats it revokes what was shown, or is refused.
"""

import hmac
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from credential.access import Visibility
from credential.errors import BadUserInput

GOOD_FOR = timedelta(days=1)
LONGEST = 80
_MAC_BYTES = 16
_STALE = "The digest does not fit `where`, or its dry run is older than a day; do the dry run again."


class Where(Struct, frozen=True, omit_defaults=True, rename={"key_id": "keyId", "start": "from", "end": "to"}):
    """What the certificates have in common: all members that are given.

    `facility` and `vaccinator` are an id, or the name where there is no id; `client` is who sent the records in. Times
    are those of issue, of intake as long as nothing is signed; `end` is the first moment that is left out.
    """

    batch: str | None = None
    facility: str | None = None
    vaccine: str | None = None
    vaccinator: str | None = None
    client: str | None = None
    key_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def normal(self) -> "Where":
        """Return the same in one spelling. Raises BadUserInput where it names nothing, or nothing that can be."""
        given = msgspec.structs.asdict(self)
        if all(value is None for value in given.values()):
            raise BadUserInput("Name at least one member; nothing would be everything.", ("where",))
        for name, value in given.items():
            if isinstance(value, str) and not _is_name(value):
                raise BadUserInput(f"Give 1 to {LONGEST} characters, no control ones, or leave it out.", _path(name))
        if self.start and self.end and self.start >= self.end:
            raise BadUserInput(
                "`to` must be after `from`: the moment it names is the first that is left out.", _path("to")
            )
        spelt = {name: folded(given[name]) for name in ("batch", "vaccine", "vaccinator") if given[name] is not None}
        times = {name: at.astimezone(UTC) for name in ("start", "end") if (at := given[name]) is not None}
        return msgspec.structs.replace(self, **spelt, **times)


def _is_name(text: str) -> bool:
    return 1 <= len(text.strip()) <= LONGEST and not any(unicodedata.category(one) in {"Cc", "Cs"} for one in text)


def _path(member: str) -> tuple[str, str]:
    return "where", "keyId" if member == "key_id" else member


class Survey(Struct, frozen=True, array_like=True):
    """What a dry run found: how many certificates, among those taken in before `cut`, of one client or (None) of all.

    What is taken in from `cut` on is outside, so that the number can be relied on.
    """

    cut: datetime
    count: int
    owner: str | None

    def digest(self, where: Where, *, secret: bytes) -> str:
        """Return what the real call repeats."""
        body = msgspec.msgpack.encode(self)
        return urlsafe_b64encode(body + _mac(body, where, secret)).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Reach:
    """Certificates that a `where` names, among some rows, taken in before `cut`."""

    where: Where
    rows: Visibility
    cut: datetime


def surveyed(digest: str, where: Where, *, secret: bytes, now: datetime) -> Survey:
    """Return what a digest binds. Raises BadUserInput where it is none of `where`, or more than a day old."""
    try:
        raw = urlsafe_b64decode(digest.encode("ascii") + b"=" * (-len(digest) % 4))
    except (NotBase64, ValueError):
        raw = b""
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, where, secret)):
        raise BadUserInput(_STALE, ("digest",))
    survey = msgspec.msgpack.decode(body, type=Survey)
    if now - survey.cut > GOOD_FOR:
        raise BadUserInput(_STALE, ("digest",))
    return survey


def folded(name: str) -> str:
    """Return a name in one case and spacing: people write "4121z045 " and mean 4121Z045."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _mac(body: bytes, where: Where, secret: bytes) -> bytes:
    told = b"pramaan-reach-v1\0" + len(body).to_bytes(4, "big") + body + msgspec.json.encode(where)
    return hmac.digest(secret, told, "sha256")[:_MAC_BYTES]
