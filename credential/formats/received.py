"""What somebody shows us, in any form that is in people's hands, down to the JSON document (Co-WIN specification 3).

Read are: JSON text; the zip of a QR code as bytes, as their UTF-8 form, or as `B64:` text; and a PNG, JPEG or WebP
picture of the QR code.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from credential.errors import Unreadable
from credential.formats import qr_zip, strict_json
from credential.formats.pictures import read_codes


class Format(StrEnum):
    """The form in which a certificate arrived."""

    JSON = "JSON"
    QR_ZIP = "QR_ZIP"
    B64 = "B64"
    PICTURE = "PICTURE"


@dataclass(frozen=True, slots=True)
class Received:
    """A certificate as it arrived: its form, its exact JSON text, and the document in it."""

    format: Format
    text: str
    document: dict[str, Any]


_B64: Final = "B64:"
_ZIP: Final = b"PK\x03\x04"
_WEBP: Final = re.compile(rb"RIFF....WEBP", re.DOTALL)
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_~.-]*")
_MAX_B64: Final = 2 * qr_zip.MAX_INPUT_BYTES
_CREDENTIAL_MEMBERS: Final = frozenset({"@context", "credentialSubject", "proof"})

# Forms that are known by their beginning and not read here.
_OTHERS: Final = (
    ("%PDF-", "a PDF; send a picture of its QR code instead"),
    ("HC1:", "an EU digital COVID certificate"),
    ("shc:/", "a SMART Health Card"),
)


def is_picture(data: bytes | str) -> bool:
    """Tell whether the data begins as a PNG, JPEG or WebP picture, whose reading takes long enough for a thread."""
    if isinstance(data, str):
        return False
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or bool(_WEBP.match(data))


def decode(data: bytes | str) -> Received:
    """Return the certificate in the data.

    Raises Unreadable with the reason; forms that we know but do not read (PDF, HC1:, shc:/, JWT) are named in it.
    """
    if isinstance(data, bytes) and is_picture(data):
        return _from_codes(read_codes(data))
    return _decode_payload(data)


def _from_codes(codes: list[bytes]) -> Received:
    """Return the first code's certificate that can be read; the reason is that of the first code otherwise."""
    reasons: list[Unreadable] = []
    for code in codes:
        try:
            read = _decode_payload(code)
        except Unreadable as reason:
            reasons.append(reason)
        else:
            return Received(Format.PICTURE, read.text, read.document)
    raise reasons[0]


def _decode_payload(data: bytes | str) -> Received:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if raw.startswith(_ZIP):
        return _credential(Format.QR_ZIP, qr_zip.unpack(raw))
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unreadable("The bytes are no JSON, QR zip or PNG, JPEG or WebP picture.") from None
    if text.startswith(_B64):
        return _credential(Format.B64, qr_zip.unpack(_from_base64(text.removeprefix(_B64))))
    _refuse_others(text)
    return _credential(Format.JSON, text)


def _from_base64(text: str) -> bytes:
    if len(text) > _MAX_B64:
        raise Unreadable(f"The B64: text is longer than {_MAX_B64} characters.")
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("The text behind B64: is no base64.") from None


def _refuse_others(text: str) -> None:
    for beginning, name in _OTHERS:
        if text.startswith(beginning):
            raise Unreadable(f"This is {name}, a form that this version does not read.")
    if _JWT.fullmatch(text):
        raise Unreadable("This is a JWT, a form that this version does not read.")


def _credential(form: Format, text: str) -> Received:
    document = strict_json.parse(text)
    if not isinstance(document, dict) or document.keys().isdisjoint(_CREDENTIAL_MEMBERS):
        raise Unreadable("The JSON is no verifiable credential.")
    return Received(form, text, document)
