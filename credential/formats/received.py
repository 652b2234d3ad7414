"""What somebody shows us, in any form that is in people's hands, down to the JSON document (Co-WIN specification 3).

Read are: JSON text; the zip of a QR code as bytes, as their UTF-8 form, or as `B64:` text; a PNG, JPEG or WebP picture
of the QR code; and a PDF that has the certificate attached as `certificate.json` or its QR code on a page.

**Several in one.** What holds two certificates that differ has no one answer, so it is unreadable, as JSON with
duplicate members is: two QR codes in a picture, or a PDF whose attachment is not what the code on its page says. The
eye sees the page and a program the attachment; a genuine file attached to another's page would otherwise be called
valid. A page that has no code at all says nothing against its attachment: whoever verifies compares what is printed
with the facts in the answer, as with every QR code on every paper.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from credential.errors import Unreadable
from credential.formats import qr_zip, strict_json
from credential.formats.pdf import is_pdf, read_pdf
from credential.formats.pictures import read_codes


class Format(StrEnum):
    """The form in which a certificate arrived."""

    JSON = "JSON"
    QR_ZIP = "QR_ZIP"
    B64 = "B64"
    PICTURE = "PICTURE"
    PDF_ATTACHMENT = "PDF_ATTACHMENT"
    PDF_QR = "PDF_QR"


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
    ("%PDF-", "a PDF written as text instead of bytes"),
    ("HC1:", "an EU digital COVID certificate"),
    ("shc:/", "a SMART Health Card"),
)


def takes_long(data: bytes | str) -> bool:
    """Tell whether the data begins as a picture or PDF, whose reading takes long enough for a thread."""
    return isinstance(data, bytes) and (is_pdf(data) or _is_picture(data))


def decode(data: bytes | str) -> Received:
    """Return the certificate in the data.

    Raises Unreadable with the reason; forms that we know but do not read (HC1:, shc:/, JWT) are named in it.
    """
    if isinstance(data, bytes) and is_pdf(data):
        return _from_pdf(data)
    if isinstance(data, bytes) and _is_picture(data):
        return _the_one(_readable((Format.PICTURE, code) for code in read_codes(data)))
    return _decode_payload(data)


def _is_picture(data: bytes) -> bool:
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or bool(_WEBP.match(data))


def _from_pdf(data: bytes) -> Received:
    found = read_pdf(data)
    contents = [(Format.PDF_ATTACHMENT, content) for content in found.attachments]
    contents += [(Format.PDF_QR, content) for content in found.codes]
    if not contents:
        raise Unreadable("The PDF has no certificate attached and no QR code on its first pages.")
    return _the_one(_readable(contents))


def _readable(contents: Iterable[tuple[Format, bytes]]) -> list[Received]:
    """Return the contents that are certificates; where none is, raise the reason of the first."""
    certificates: list[Received] = []
    reasons: list[Unreadable] = []
    for form, content in contents:
        try:
            read = _decode_payload(content)
        except Unreadable as reason:
            reasons.append(reason)
        else:
            certificates.append(Received(form, read.text, read.document))
    if not certificates:
        raise reasons[0]
    return certificates


def _the_one(certificates: list[Received]) -> Received:
    first = certificates[0]
    if any(other.document != first.document for other in certificates):
        raise Unreadable("It holds certificates that differ (attached, or in QR codes); show one alone.")
    return first


def _decode_payload(data: bytes | str) -> Received:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if raw.startswith(_ZIP):
        return _credential(Format.QR_ZIP, qr_zip.unpack(raw))
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unreadable("The bytes are no JSON, QR zip, PDF or PNG, JPEG or WebP picture.") from None
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
