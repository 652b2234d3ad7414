"""GET /shared/{token}: what a link shows, to whoever has it. No credential, and no trace in search engines."""

from starlette.requests import Request
from starlette.responses import Response

from credential.access import Caller, Terms
from credential.operations import documents, sharing
from credential.operations.documents import DocumentFormat
from credential.rendering import Layout
from credential.share_link import MAX_TOKEN, Share, share_of
from gateway.client_budget import spend
from gateway.doors.certificates import RETRY_AFTER, file_of, in_time
from gateway.doors.described import ERRORS, FILE, NOTHING_HERE, TRY_AGAIN, Described, Parameter, Reply
from gateway.doors.errors import error, not_found, unavailable
from gateway.doors.serving import answer
from gateway.graphql import counting
from gateway.state import Gateway
from resolvers.context import Context

PER_MINUTE = 30
"""How often one link is answered a minute, in each gateway."""
HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow, noarchive"}


async def shared(request: Request) -> Response:
    """Return the document.

    A token that is none of ours, has ended or was taken back is 404, and so is one from before a change of number; what
    was revoked or superseded since is 410.
    """
    gateway: Gateway = request.app.state.gateway
    context = gateway.context_of(sharing.READER, request.state.request_id)
    secret = context.deployment.document_secret
    share = share_of(request.path_params["token"], secret=secret, now=context.now)
    if share is None:
        return _unlisted(not_found(request))
    spend(request, gateway.budget, Caller(f"share:{share.id}", terms=Terms(per_minute=PER_MINUTE)), 1)
    return _unlisted(await _shown(request, share, context))


async def _shown(request: Request, share: Share, context: Context) -> Response:
    ports = context.ports
    certificate = await sharing.opened(
        share,
        reading=ports.reading,
        holders=ports.holders,
        sharing=ports.sharing,
        counting=ports.counting,
        now=context.now,
    )
    if certificate is None:
        return not_found(request)
    if not documents.has_documents(certificate):
        return error(request, 410)
    form = DocumentFormat(share.format)
    page = await context.page(certificate, form, share.language, Layout(share.layout))
    found = await in_time(page, context)
    if found.stored is None:
        return unavailable(request, RETRY_AFTER)
    context.accessed(certificate, form.value, page.key.language)
    return answer(request, file_of(found.stored, context), counting(request.app.state.gateway, context))


def _unlisted(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


_TOKEN = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": MAX_TOKEN}
DESCRIBED = [
    Described(
        "GET",
        "/shared/{token}",
        "Documents",
        "Read what a holder shared",
        {
            200: Reply("The file.", FILE, "*/*"),
            304: Reply("The caller holds it."),
            404: NOTHING_HERE,
            410: Reply("The certificate was revoked or superseded since.", ERRORS),
            429: Reply("The link was asked for too often; see Retry-After.", ERRORS),
            503: TRY_AGAIN,
        },
        (Parameter("token", "path", "The end of a link that `createShareLink` gave.", _TOKEN),),
        key="no",
    )
]
