"""Documents: rendered once by a worker, kept encrypted under a keyed hash of their inputs, served from there."""

import asyncio
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import version
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from credential import qr
from credential.access import ALL_ROWS
from credential.certificate import Certificate, Status
from credential.errors import BadUserInput
from credential.formats import qr_zip
from credential.jobs import RENDER, Job
from credential.operations.nudging import nudge
from credential.ports import Artifacts, CertificateFilter, Queue, Reading
from credential.record import EarlierDose
from credential.rendering import LANGUAGES, printed, render_pdf
from credential.rendering.digest import template_digest
from credential.rendering.states import default_language

PDF = "PDF"
_NONCE = bytes(12)
_SHOWN = frozenset({Status.ISSUED, Status.SUPERSEDED, Status.REVOKED})


class DocumentState(StrEnum):
    """READY with bytes, PENDING while a worker renders, FAILED where there is nothing to render."""

    READY = "READY"
    PENDING = "PENDING"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Answer:
    """A document, or word that it is on its way."""

    state: DocumentState
    key: "DocumentKey"
    data: bytes | None = None
    content_type: str = "application/pdf"

    @property
    def sha256(self) -> str | None:
        """The digest of the bytes, in hexadecimal; None unless READY."""
        return sha256(self.data).hexdigest() if self.data is not None else None


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Which document: a certificate in a format and language.

    Its text form `<id>/<format>/<language>` travels in render jobs.
    """

    certificate_id: str
    format: str
    language: str

    def __str__(self) -> str:
        """Return the form that jobs carry."""
        return f"{self.certificate_id}/{self.format}/{self.language}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form that jobs carry. Raises ValueError."""
        certificate_id, form, language = text.split("/")
        return cls(certificate_id, form, language)


def document_key(certificate: Certificate, language: str | None) -> DocumentKey:
    """Return the key of a certificate's PDF in a language, or in the one of its facility's state.

    Raises BadUserInput.
    """
    chosen = language or default_language(certificate.record.facility.address.state)
    if chosen not in LANGUAGES:
        raise BadUserInput(f"The language must be one of {', '.join(LANGUAGES)}.", ("language",))
    return DocumentKey(certificate.id, PDF, chosen)


async def document(
    certificate: Certificate, *, language: str | None, artifacts: Artifacts, queue: Queue, secret: bytes
) -> Answer:
    """Return the stored PDF, or PENDING after asking a worker for it. Only certificates that were signed have one."""
    key = document_key(certificate, language)
    if certificate.text is None or certificate.status not in _SHOWN:
        return Answer(DocumentState.FAILED, key)
    stored = await artifacts.get(artifact_name(certificate, key, secret))
    if stored is not None:
        data = _open(stored, artifact_name(certificate, key, secret), secret)
        if data is not None:
            return Answer(DocumentState.READY, key, data)
    await nudge(queue, Job(RENDER, (str(key),)))
    return Answer(DocumentState.PENDING, key)


async def render(request_ids: Sequence[str], *, reading: Reading, artifacts: Artifacts, secret: bytes) -> int:
    """Render what is asked for and not there yet; return how many documents were made. Asking again changes nothing."""
    keys = [DocumentKey.parse(text) for text in request_ids]
    found = await reading.by_ids([key.certificate_id for key in keys], visible=ALL_ROWS)
    made = 0
    for key, certificate in zip(keys, found, strict=True):
        if certificate is None or certificate.text is None or key.language not in LANGUAGES:
            continue
        name = artifact_name(certificate, key, secret)
        if await artifacts.get(name) is None:
            earlier = await _earlier_doses(certificate, reading)
            data = await asyncio.to_thread(render_now, certificate, key.language, earlier)
            await artifacts.put(name, _seal(data, name, secret))
            made += 1
    return made


def render_now(certificate: Certificate, language: str, earlier: Sequence[EarlierDose] = ()) -> bytes:
    """Return the PDF of a signed certificate.

    Raises BadUserInput where it was not signed yet or the language is unknown.
    """
    if certificate.text is None or certificate.issued_at is None:
        raise BadUserInput("The certificate is not issued yet.")
    page = printed(
        certificate.record,
        certificate_id=certificate.id,
        issued_at=certificate.issued_at,
        credential_text=certificate.text,
        language=language,
        earlier=earlier,
    )
    return render_pdf(page, language=language)


def qr_image(certificate: Certificate, image: str = "PNG") -> bytes:
    """Return the QR of a signed certificate as PNG or SVG. Raises BadUserInput where it was not signed yet."""
    if certificate.text is None:
        raise BadUserInput("The certificate is not issued yet.")
    payload = qr_zip.pack(certificate.text)
    return qr.png(payload) if image == "PNG" else qr.svg(payload).encode()


def artifact_name(certificate: Certificate, key: DocumentKey, secret: bytes) -> str:
    """Return the keyed hash of all that decides the document's bytes, in hexadecimal."""
    parts = (str(key), sha256((certificate.text or "").encode()).hexdigest(), template_digest(), version("typst"))
    return hmac.digest(secret, "\0".join(("artifact", *parts)).encode(), "sha256").hex()


async def _earlier_doses(certificate: Certificate, reading: Reading) -> list[EarlierDose]:
    """Return the lower doses that our store knows, as the page's table shows them."""
    page = await reading.of_beneficiary(
        certificate.programme,
        certificate.beneficiary_id,
        visible=ALL_ROWS,
        where=CertificateFilter(statuses=frozenset({Status.ISSUED})),
    )
    lower = [one.record.vaccination for one in (page.items if page else ()) if one.dose < certificate.dose]
    return [EarlierDose(one.dose, one.date, one.name, one.batch, one.manufacturer) for one in lower]


def _cipher(name: str, secret: bytes) -> AESGCMSIV:
    """Return a cipher with a key of its own per document.

    SIV keeps the fixed nonce safe when a document is made twice.
    """
    return AESGCMSIV(hmac.digest(secret, b"artifact-key\0" + name.encode(), "sha256"))


def _seal(data: bytes, name: str, secret: bytes) -> bytes:
    return _cipher(name, secret).encrypt(_NONCE, data, name.encode())


def _open(data: bytes, name: str, secret: bytes) -> bytes | None:
    """Return the plain bytes, None where they were altered or cut: the document is then made again."""
    try:
        return _cipher(name, secret).decrypt(_NONCE, data, name.encode())
    except InvalidTag:
        return None
