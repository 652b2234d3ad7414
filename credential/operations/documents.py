"""Documents: rendered once by a worker, kept encrypted under a keyed hash of their inputs, served from there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Self

import msgspec

from credential import qr
from credential.access import ALL_ROWS
from credential.certificate import Certificate, Status
from credential.errors import BadUserInput
from credential.formats import qr_zip
from credential.jobs import RENDER, Job
from credential.operations.nudging import nudge
from credential.operations.sealing import Shelf, Stored, whole
from credential.policy import is_for_travel
from credential.ports import CertificateFilter, Queue, Reading
from credential.record import EarlierDose, Kind
from credential.rendering import LANGUAGES, Layout, Registry, Template, digest, load, printed, render_pdf, render_svg
from credential.rendering.registry import DEFAULT_ISSUER
from credential.rendering.states import FALLBACK, default_language
from credential.sample import is_sample, sample_certificate

RETRY_AFTER_MS = 500
"""A page takes a worker some 10 to 100 ms; the rest is waiting in line."""


class DocumentState(StrEnum):
    """READY with bytes, PENDING while a worker renders, FAILED where there is nothing to render."""

    READY = "READY"
    PENDING = "PENDING"
    FAILED = "FAILED"


class DocumentFormat(StrEnum):
    """Formats of documents."""

    PDF = "PDF"
    SVG = "SVG"


MEDIA_TYPES = {DocumentFormat.PDF: "application/pdf", DocumentFormat.SVG: "image/svg+xml"}
_RENDERERS = {DocumentFormat.PDF: render_pdf, DocumentFormat.SVG: render_svg}


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates that a deployment prints with.

    `neutral` drops what names or pictures persons (elections); `sample` marks every page as no certificate (sandboxes).
    """

    registry: Registry = field(default_factory=lambda: load(None))
    issuer: str = DEFAULT_ISSUER
    neutral: bool = False
    sample: bool = False
    _found: dict[tuple[str, ...], tuple[Template, str]] = field(default_factory=dict, repr=False, compare=False)

    def find(self, certificate: Certificate, language: str, layout: Layout) -> tuple[Template, str]:
        """Return the template of a page and the digest of all it is made with, remembered: it takes milliseconds.

        Raises ConfigurationError where there is none.
        """
        wanted = (certificate.kind, certificate.stage, language, layout)
        if wanted not in self._found:
            template = self._look_up(certificate, language, layout)
            self._found[wanted] = template, digest(template, language)
        return self._found[wanted]

    def _look_up(self, certificate: Certificate, language: str, layout: Layout) -> Template:
        found = self.registry.find(
            self.issuer, kind=certificate.kind, stage=certificate.stage, language=language, layout=layout
        )
        shown = found.without_persons() if self.neutral else found
        return shown.as_sample() if self.sample else shown


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Which document: a certificate in a format, language and layout.

    Its text form `<id>/<format>/<language>/<layout>` travels in render jobs.
    """

    certificate_id: str
    format: DocumentFormat
    language: str
    layout: Layout

    def __str__(self) -> str:
        """Return the form that jobs carry."""
        return f"{self.certificate_id}/{self.format}/{self.language}/{self.layout}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form that jobs carry. Raises ValueError."""
        certificate_id, form, language, layout = text.split("/")
        return cls(certificate_id, DocumentFormat(form), language, Layout(layout))

    @property
    def file_name(self) -> str:
        """A readable name without personal data, such as `certificate-<id>-ta-card.pdf`."""
        layout = f"-{self.layout}" if self.layout in {Layout.CARD, Layout.SLIP} else ""
        return f"certificate-{self.certificate_id}-{self.language.lower()}{layout}.{self.format.lower()}"


@dataclass(frozen=True, slots=True)
class Page:
    """A document with all that decides its bytes; `name` is the keyed hash of that."""

    key: DocumentKey
    name: str
    certificate: Certificate
    earlier: tuple[EarlierDose, ...]
    template: Template
    template_digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A document under its name, or word that it is on its way or that there is nothing to render."""

    state: DocumentState
    key: DocumentKey
    name: str = ""
    stored: Stored | None = None


def document_key(
    certificate: Certificate, *, form: DocumentFormat, language: str | None, layout: Layout | None
) -> DocumentKey:
    """Return the key of a document.

    The language defaults to that of the facility's state, the layout to the international one where it is due, else to
    the domestic one. Raises BadUserInput for a language that we do not have, and for an international page that is not
    due (Co-WIN specification 4.7).
    """
    travels = is_for_travel(certificate.kind, certificate.dose, certificate.total_doses)
    chosen = layout or (Layout.INTERNATIONAL if travels else Layout.DOMESTIC)
    if chosen is Layout.INTERNATIONAL:
        if not travels:
            raise BadUserInput(_why_not_abroad(certificate), ("layout",))
        return DocumentKey(certificate.id, form, FALLBACK, chosen)  # in English whatever the language
    spoken = language or default_language(certificate.record.facility.address.state)
    if spoken not in LANGUAGES:
        raise BadUserInput(f"The language must be one of {', '.join(LANGUAGES)}.", ("language",))
    return DocumentKey(certificate.id, form, spoken, chosen)


def _why_not_abroad(certificate: Certificate) -> str:
    if certificate.kind is not Kind.INTERNATIONAL:
        return "A domestic certificate has no international layout; update its kind."
    return "The international layout is for a finished schedule; ask for the domestic one until the last dose."


@dataclass(frozen=True, slots=True)
class Press:
    """What documents are made with: where certificates are read and documents are kept, and the templates."""

    reading: Reading
    shelf: Shelf
    templates: Templates = field(default_factory=Templates)


async def page_of(certificate: Certificate, key: DocumentKey, press: Press) -> Page:
    """Return the page. A lower dose that our store knows is printed, too: corrected later, it makes another page."""
    earlier = await _earlier_doses(certificate, press.reading)
    template, made_with = press.templates.find(certificate, key.language, key.layout)
    text = sha256((certificate.text or "").encode()).hexdigest()
    doses = sha256(msgspec.json.encode(earlier)).hexdigest()
    name = press.shelf.name("document", str(key), text, doses, made_with)
    return Page(key, name, certificate, earlier, template, made_with)


def has_documents(certificate: Certificate) -> bool:
    """Tell whether a certificate is ISSUED: nobody is handed a clean copy of what was superseded or revoked."""
    return certificate.text is not None and certificate.status is Status.ISSUED


async def still_counts(stored: Stored, reading: Reading) -> bool:
    """Tell whether a kept document may still be handed out; what is of many certificates is not asked about."""
    certificate_id = stored.envelope.certificate_id
    return not certificate_id or await reading.statuses([certificate_id]) == [Status.ISSUED]


async def document(page: Page, *, shelf: Shelf, queue: Queue) -> Answer:
    """Return the stored document, or PENDING after asking a worker for it."""
    if not has_documents(page.certificate):
        return Answer(DocumentState.FAILED, page.key)
    stored = await shelf.fetch(page.name)
    if stored is not None:
        return Answer(DocumentState.READY, page.key, page.name, stored)
    await nudge(queue, Job(RENDER, (str(page.key),)))
    return Answer(DocumentState.PENDING, page.key, page.name)


async def render(request_ids: Sequence[str], press: Press) -> int:
    """Render what is asked for and not there yet; return how many documents were made. Asking again changes nothing."""
    keys = [DocumentKey.parse(text) for text in request_ids]
    found = await press.reading.by_ids([key.certificate_id for key in keys], visible=ALL_ROWS)
    made = 0
    for key, stored in zip(keys, found, strict=True):
        certificate = _sample(key) if is_sample(key.certificate_id) else stored
        if certificate is None or not has_documents(certificate) or key.language not in LANGUAGES:
            continue
        page = await page_of(certificate, key, press)
        if await press.shelf.fetch(page.name) is None:
            await make(page, press.shelf)
            made += 1
    return made


async def preview(key: DocumentKey, press: Press) -> Page:
    """Return a page of the sample, as this deployment prints it. Raises BadUserInput for an unknown language."""
    known = document_key(_sample(key), form=key.format, language=key.language, layout=key.layout)
    return await page_of(_sample(known), known, press)  # as a worker will see it, in that page's own language


def _sample(key: DocumentKey) -> Certificate:
    return sample_certificate(key.certificate_id, language=key.language, layout=key.layout)


async def make(page: Page, shelf: Shelf) -> Stored:
    """Render a page and keep it."""
    data = await asyncio.to_thread(render_now, page)
    stored = whole(
        data,
        media_type=MEDIA_TYPES[page.key.format],
        file_name=page.key.file_name,
        template=page.template_digest,
        certificate_id="" if is_sample(page.key.certificate_id) else page.certificate.id,
    )
    await shelf.keep(page.name, stored)
    return stored


def render_now(page: Page) -> bytes:
    """Return the document's bytes; of a card as SVG its front.

    Raises BadUserInput where the certificate was not signed yet.
    """
    certificate, key = page.certificate, page.key
    if certificate.text is None or certificate.issued_at is None:
        raise BadUserInput("The certificate is not issued yet.")
    content = printed(
        certificate.record,
        certificate_id=certificate.id,
        issued_at=certificate.issued_at,
        credential_text=certificate.text,
        language=key.language,
        earlier=page.earlier,
        layout=key.layout,
        template=page.template,
    )
    return _RENDERERS[key.format](content, language=key.language)


def qr_image(certificate: Certificate, image: str = "PNG") -> bytes:
    """Return the QR of a signed certificate as PNG or SVG. Raises BadUserInput where it was not signed yet."""
    if certificate.text is None:
        raise BadUserInput("The certificate is not issued yet.")
    payload = qr_zip.pack(certificate.text)
    return qr.png(payload) if image == "PNG" else qr.svg(payload).encode()


async def _earlier_doses(certificate: Certificate, reading: Reading) -> tuple[EarlierDose, ...]:
    """Return the lower doses that our store knows, as the page's table shows them: the record's own word is first."""
    told = {one.dose for one in certificate.record.earlier_doses}
    if all(dose in told for dose in range(1, certificate.dose)):
        return ()
    page = await reading.of_beneficiary(
        certificate.programme,
        certificate.beneficiary_id,
        visible=ALL_ROWS,
        where=CertificateFilter(statuses=frozenset({Status.ISSUED})),
    )
    known = [one.record.vaccination for one in (page.items if page else ())]
    lower = sorted((one for one in known if one.dose < certificate.dose and one.dose not in told), key=lambda d: d.dose)
    return tuple(EarlierDose(one.dose, one.date, one.name, one.batch, one.manufacturer) for one in lower)
