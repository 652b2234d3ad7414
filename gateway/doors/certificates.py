"""GET /certificates/{id}.pdf and .png: the same authorisation as in GraphQL. The id alone authorises nothing.

A partner sends its proof in the header X-Proof-Mobile or X-Proof-Date-Of-Birth, never in the address: proxies keep it.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from credential.access import Proof
from credential.certificate import Certificate
from credential.errors import BadUserInput
from credential.jobs import Job
from credential.operations import documents
from credential.operations.documents import Answer, DocumentState
from credential.ports import Queue
from gateway.doors.errors import error, not_found, unavailable
from gateway.graphql import counting
from gateway.state import Gateway
from resolvers.context import Context

PATIENCE = 5.0
FIRST_PAUSE = 0.03
LONGEST_PAUSE = 0.4


class _AskedAlready:
    """A queue that takes nothing: the first look has asked a worker, the others only look again."""

    async def enqueue(self, _jobs: Sequence[Job]) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


async def pdf(request: Request) -> Response:
    """Return the PDF, waiting up to 5 s for a worker, then 503 with Retry-After."""
    context = await _context(request)
    certificate = await _certificate(request, context)
    if certificate is None or certificate.text is None:
        return not_found(request)
    try:
        answer = await _in_time(certificate, request.query_params.get("language"), context)
    except BadUserInput:
        return error(request, 400)
    if answer.data is None:
        return unavailable(request, "2") if answer.state is DocumentState.PENDING else not_found(request)
    context.accessed(certificate, "PDF", answer.key.language)
    return _file(request, context, answer.data, answer.content_type, f"{certificate.id}-{answer.key.language}.pdf")


async def png(request: Request) -> Response:
    """Return the QR code as PNG."""
    context = await _context(request)
    certificate = await _certificate(request, context)
    if certificate is None or certificate.text is None:
        return not_found(request)
    data = await asyncio.to_thread(documents.qr_image, certificate, "PNG")
    context.accessed(certificate, "QR_NATIVE")
    return _file(request, context, data, "image/png", f"{certificate.id}.png")


async def _context(request: Request) -> Context:
    gateway: Gateway = request.app.state.gateway
    context = await gateway.context(request.headers.get("authorization"), request.state.request_id)
    request.state.client_id = context.caller.client_id
    return context


async def _certificate(request: Request, context: Context) -> Certificate | None:
    """Return the certificate where the caller may see it. Two proofs at once are none."""
    mobile, born = request.headers.get("x-proof-mobile"), request.headers.get("x-proof-date-of-birth")
    proof = Proof(mobile=mobile, date_of_birth=born) if (mobile is None) != (born is None) else None
    return await context.version(request.path_params["certificate_id"], proof)


async def _in_time(certificate: Certificate, language: str | None, context: Context) -> Answer:
    deadline, pause = monotonic() + PATIENCE, FIRST_PAUSE
    answer = await _look(certificate, language, context, context.ports.queue)
    while answer.state is DocumentState.PENDING and monotonic() < deadline:
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
        answer = await _look(certificate, language, context, _AskedAlready())
    return answer


async def _look(certificate: Certificate, language: str | None, context: Context, queue: Queue) -> Answer:
    return await documents.document(
        certificate,
        language=language.upper() if language else None,
        artifacts=context.ports.artifacts,
        queue=queue,
        secret=context.deployment.document_secret,
    )


def _file(request: Request, context: Context, data: bytes, media_type: str, name: str) -> Response:
    """Return the bytes with an ETag, 304 to who holds them already; counted once the answer is complete."""
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache", "content-disposition": f'inline; filename="{name}"'}
    counted = counting(request.app.state.gateway, context)
    if request.headers.get("if-none-match") == etag:
        return Response(None, 304, headers, background=counted)
    return Response(data, 200, headers, media_type, counted)
