"""GET /certificates/{id}.pdf, .svg and .png: the same authorisation as in GraphQL. The id alone authorises nothing.

A partner sends its proof in the header X-Proof-Mobile or X-Proof-Date-Of-Birth, never in the address: proxies keep it.
"""

import asyncio
from functools import partial
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from credential.access import Proof
from credential.certificate import Certificate, Status
from credential.errors import BadUserInput
from credential.operations import documents
from credential.operations.documents import Answer, DocumentFormat, DocumentState, Page
from credential.operations.sealing import Stored, whole
from credential.rendering import Layout
from gateway.client_budget import spend
from gateway.doors.described import ERRORS, FILE, NOTHING_HERE, TRY_AGAIN, UNKNOWN_KEY, Described, Parameter, Reply
from gateway.doors.errors import error, mistaken, not_found, unavailable
from gateway.doors.serving import File, answer
from gateway.graphql import counting
from gateway.state import Gateway
from resolvers.context import Context

PATIENCE = 5.0
FIRST_PAUSE = 0.03
LONGEST_PAUSE = 0.4
RETRY_AFTER = "2"


async def pdf(request: Request) -> Response:
    """Return the PDF, waiting up to 5 s for a worker, then 503 with Retry-After."""
    return await _document(request, DocumentFormat.PDF)


async def svg(request: Request) -> Response:
    """Return the page as SVG, in the same way."""
    return await _document(request, DocumentFormat.SVG)


async def png(request: Request) -> Response:
    """Return the QR code as PNG."""
    context = await context_of(request)
    certificate = await _certificate(request, context)
    if certificate is None or not documents.has_documents(certificate):
        return _without(request, certificate)
    data = await asyncio.to_thread(documents.qr_image, certificate, "PNG")
    context.accessed(certificate, "QR_NATIVE")
    stored = whole(data, media_type="image/png", file_name=f"certificate-{certificate.id}-qr.png")
    return answer(request, file_of(stored, context), counting(request.app.state.gateway, context))


def _without(request: Request, certificate: Certificate | None) -> Response:
    """Return 410 to who may see a certificate that no longer counts, else 404."""
    gone = certificate is not None and certificate.status in {Status.REVOKED, Status.SUPERSEDED}
    return error(request, 410) if gone else not_found(request)


async def context_of(request: Request, cost: int = 1) -> Context:
    """Return who asks, note it for the log, and take the cost. Raises RequestFault: an unknown key, a spent budget."""
    gateway: Gateway = request.app.state.gateway
    context = await gateway.context(request.headers.get("authorization"), request.state.request_id)
    request.state.client_id = context.caller.client_id
    spend(request, gateway.budget, context.caller, cost)
    return context


def file_of(stored: Stored, context: Context) -> File:
    """Return an artifact as a file to send."""
    facts = stored.envelope
    content = partial(context.press.shelf.stream, stored) if facts.sections else stored.data
    return File(facts.media_type, facts.file_name, facts.sha256, facts.size, content)


async def _document(request: Request, form: DocumentFormat) -> Response:
    context = await context_of(request)
    certificate = await _certificate(request, context)
    if certificate is None or not documents.has_documents(certificate):
        return _without(request, certificate)
    try:
        page = await _page(request, certificate, form, context)
    except BadUserInput as fault:
        return mistaken(request, fault)
    found = await in_time(page, context)
    if found.stored is None:
        return unavailable(request, RETRY_AFTER)
    context.accessed(certificate, form.value, page.key.language)
    return answer(request, file_of(found.stored, context), counting(request.app.state.gateway, context))


async def _page(request: Request, certificate: Certificate, form: DocumentFormat, context: Context) -> Page:
    """Return the page that the query string describes. Raises BadUserInput."""
    language, layout = (request.query_params.get(name) for name in ("language", "layout"))
    if layout and layout.lower() not in set(Layout):
        raise BadUserInput(f"The layout must be one of {', '.join(Layout)}.", ("layout",))
    chosen = Layout(layout.lower()) if layout else None
    return await context.page(certificate, form, language.upper() if language else None, chosen)


async def _certificate(request: Request, context: Context) -> Certificate | None:
    """Return the certificate where the caller may see it. Two proofs at once are none."""
    mobile, born = request.headers.get("x-proof-mobile"), request.headers.get("x-proof-date-of-birth")
    proof = Proof(mobile=mobile, date_of_birth=born) if (mobile is None) != (born is None) else None
    return await context.version(request.path_params["certificate_id"], proof)


async def in_time(page: Page, context: Context) -> Answer:
    """Return the document, asking a worker once and then looking again and again for a while."""
    shelf = context.press.shelf
    deadline, pause = monotonic() + PATIENCE, FIRST_PAUSE
    found = await documents.document(page, shelf=shelf, queue=context.ports.queue)
    while found.stored is None and monotonic() < deadline:
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
        stored = await shelf.fetch(page.name)
        if stored is not None:
            return Answer(DocumentState.READY, page.key, page.name, stored)
    return found


_ID = Parameter("certificate_id", "path", "The certificate's id, which alone authorises nothing.")
_PROOFS = (
    Parameter("X-Proof-Mobile", "header", "What a partner app shows: the registered mobile number."),
    Parameter("X-Proof-Date-Of-Birth", "header", "Or the date of birth, as far as it is recorded."),
)
_ASKED = (
    Parameter("language", "query", "Language of the page, such as ta; by the facility's state where absent."),
    Parameter("layout", "query", "Layout of the page.", {"type": "string", "enum": list(Layout)}),
)
_PATH = "/certificates/{certificate_id}"
_REFUSALS = {
    401: UNKNOWN_KEY,
    404: NOTHING_HERE,
    410: Reply("The certificate was revoked or superseded; ask for the current one.", ERRORS),
    503: TRY_AGAIN,
}
_REFUSED_PAGE = _REFUSALS | {400: Reply("There is no such language or layout, or not of this certificate.", ERRORS)}
DESCRIBED = [
    Described(
        "GET",
        f"{_PATH}.{suffix}",
        "Documents",
        summary,
        {200: Reply("The document.", FILE, media_type), 304: Reply("The caller holds it."), **refusals},
        (_ID, *parameters, *_PROOFS),
        key="needed",
    )
    for suffix, summary, media_type, refusals, parameters in (
        ("pdf", "Read a certificate as PDF", "application/pdf", _REFUSED_PAGE, _ASKED),
        ("svg", "Read a certificate as SVG", "image/svg+xml", _REFUSED_PAGE, _ASKED),
        ("png", "Read a certificate's QR code as PNG", "image/png", _REFUSALS, ()),
    )
]
