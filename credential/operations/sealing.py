"""What stands in the artifact store: bytes with an envelope, encrypted under a key of their own.

A plain value is 4 bytes with the envelope's length, the envelope as JSON, and the data. What is too large for memory is
kept in parts, each an artifact by itself, and the envelope of the whole lists them.
"""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from credential.errors import Unavailable
from credential.ports import Artifacts

_NONCE_BYTES = 12
_LENGTH_BYTES = 4


class Section(Struct, frozen=True):
    """A part of an artifact: the name it is kept under, and how many bytes of the whole it holds."""

    name: str
    size: int


class Envelope(Struct, frozen=True, omit_defaults=True):
    """The facts of an artifact.

    `sha256` (hexadecimal) and `size` (bytes) are of the whole. `template` is the digest of template, translations,
    fonts and renderer that made it, so that the same page can be made again; empty where nothing was rendered.
    `file_name` says what it is to people and holds no personal data. `certificate_id` is whose document it is: handed
    out only while that certificate counts; empty for what is of many.
    """

    media_type: str
    file_name: str
    sha256: str
    size: int
    template: str = ""
    sections: tuple[Section, ...] = ()
    certificate_id: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """An artifact as it was read: `data` is empty where the envelope lists sections."""

    envelope: Envelope
    data: bytes


def whole(data: bytes, *, media_type: str, file_name: str, template: str = "", certificate_id: str = "") -> Stored:
    """Return data in its envelope."""
    digest = sha256(data).hexdigest()
    return Stored(Envelope(media_type, file_name, digest, len(data), template, certificate_id=certificate_id), data)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The artifact store with the deployment's secret, under which artifacts are named and encrypted."""

    artifacts: Artifacts
    secret: bytes = field(repr=False)

    def name(self, *parts: str) -> str:
        """Return the keyed hash of the parts, in hexadecimal: what an artifact is kept under."""
        return hmac.digest(self.secret, "\0".join(("artifact", *parts)).encode(), "sha256").hex()

    async def keep(self, name: str, stored: Stored) -> None:
        """Store an artifact; storing again replaces. Raises Unavailable."""
        header = msgspec.json.encode(stored.envelope)
        plain = len(header).to_bytes(_LENGTH_BYTES, "big") + header + stored.data
        # Made of the plain bytes: the same bytes give the same artifact, and other ones never meet a nonce again.
        nonce = hmac.digest(self._key("nonce", name), plain, "sha256")[:_NONCE_BYTES]
        sealed = AESGCM(self._key("key", name)).encrypt(nonce, plain, name.encode())
        await self.artifacts.put(name, nonce + sealed)

    async def fetch(self, name: str) -> Stored | None:
        """Return an artifact, None where there is none or it was altered or cut: it is then made again.

        Raises Unavailable.
        """
        sealed = await self.artifacts.get(name)
        if sealed is None:
            return None
        try:
            nonce = sealed[:_NONCE_BYTES]
            plain = AESGCM(self._key("key", name)).decrypt(nonce, sealed[_NONCE_BYTES:], name.encode())
            start = _LENGTH_BYTES + int.from_bytes(plain[:_LENGTH_BYTES], "big")
            return Stored(msgspec.json.decode(plain[_LENGTH_BYTES:start], type=Envelope), plain[start:])
        except (InvalidTag, ValueError, msgspec.MsgspecError):
            return None

    async def stream(self, stored: Stored, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes of what has sections, from `start` up to `end` (exclusive), a section at a time.

        Raises Unavailable where a section is gone.
        """
        place = 0
        for section in stored.envelope.sections:
            first, last = max(start - place, 0), min(end - place, section.size)
            if first < last:
                found = await self.fetch(section.name)
                if found is None or len(found.data) != section.size:
                    raise Unavailable("A part of the document is gone; ask for it again.")
                yield found.data[first:last]
            place += section.size

    async def remove(self, *names: str) -> None:
        """Remove artifacts; absent is no fault. Raises Unavailable."""
        for name in names:
            await self.artifacts.delete(name)

    def _key(self, purpose: str, name: str) -> bytes:
        """Return a key of the artifact's own."""
        return hmac.digest(self.secret, f"artifact-{purpose}\0{name}".encode(), "sha256")
