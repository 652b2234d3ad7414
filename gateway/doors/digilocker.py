"""DigiLocker's door: POST /digilocker/pull-uri and /digilocker/pull-doc, and the old addresses.

Whoever asks shows `x-digilocker-hmac`: base64 of the lower-case hexadecimal HMAC-SHA-256 of the body. Without a
configured key there is no door. Every answer is XML, refusals too.
"""

import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from credential.errors import NotFound, RateLimited, Unavailable, UserFault
from credential.formats.digilocker_xml import (
    DOC_REQUEST,
    URI_REQUEST,
    Produced,
    PullRequest,
    Wanted,
    doc_response,
    read_request,
    refusal,
    uri_response,
)
from credential.operations import digilocker
from credential.operations.digilocker import CALLER, Found
from credential.operations.documents import DocumentFormat
from gateway.bodies import read_body
from gateway.doors.access.reading import language_of
from gateway.doors.certificates import RETRY_AFTER, in_time
from gateway.doors.described import Described, Parameter, Reply
from gateway.doors.errors import not_found
from gateway.faults import RATE_LIMITED, STATUS, UNAVAILABLE, RequestFault, refuse
from gateway.graphql import CLOSING, counting
from gateway.state import Gateway
from resolvers.context import Context
from resolvers.errors import UNAUTHENTICATED

HEADER = "x-digilocker-hmac"
XML = "application/xml"
Find = Callable[..., Awaitable[Found]]
Write = Callable[[PullRequest, Produced], bytes]


async def pull_uri(request: Request) -> Response:
    """Find a citizen's certificate and give it a URI."""
    return await _answered(request, URI_REQUEST, digilocker.pull_uri, uri_response)


async def pull_doc(request: Request) -> Response:
    """Give the document of a URI."""
    return await _answered(request, DOC_REQUEST, digilocker.pull_doc, doc_response)


async def _answered(request: Request, root: str, find: Find, write: Write) -> Response:
    gateway: Gateway = request.app.state.gateway
    rules = gateway.made_of.digilocker
    if rules is None:
        return not_found(request)
    asked = PullRequest(root)
    request.state.client_id = CALLER.client_id
    try:
        body = await read_body(request, gateway.made_of.limits)
        _check(body, request.headers.get(HEADER, ""), rules.key)
        asked = read_request(body, root)
        context = gateway.context_of(CALLER, request.state.request_id)
        language = language_of(request)
        ports = context.ports
        found = await find(
            asked,
            rules=rules,
            reading=ports.reading,
            counting=ports.counting,
            allowance=ports.allowance,
            now=context.now,
        )
        produced = await _produced(found, asked.wanted, language, context)
    except RequestFault as fault:
        return _refused(asked, fault.faults[0].code, fault.faults[0].message, fault.status)
    except RateLimited as over:
        return _refused(asked, RATE_LIMITED, over.message, STATUS[RATE_LIMITED], str(over.seconds))
    except Unavailable:
        return _refused(asked, UNAVAILABLE, "Not ready yet; try again.", STATUS[UNAVAILABLE])
    except UserFault as fault:
        return _refused(asked, fault.code, fault.message, 200 if isinstance(fault, NotFound) else 400)
    context.accessed(found.certificate, "JSON" if asked.wanted is Wanted.XML else "PDF", language or "")
    return Response(write(asked, produced), 200, None, XML, counting(gateway, context))


def _check(body: bytes, given: str, key: bytes) -> None:
    """Raise RequestFault unless the header authenticates the body."""
    expected = b64encode(hmac.digest(key, body, "sha256").hex().encode())
    if not hmac.compare_digest(expected, given.strip().encode("latin-1", "replace")):
        raise refuse(UNAUTHENTICATED, f"The header {HEADER} does not fit the body.")


async def _produced(found: Found, wanted: Wanted, language: str | None, context: Context) -> Produced:
    """Return what was asked for. Raises Unavailable where a page is not made in time."""
    certificate = found.certificate
    text = None if wanted is Wanted.PDF else certificate.text
    pdf = None
    if wanted is not Wanted.XML:
        page = await in_time(await context.page(certificate, DocumentFormat.PDF, language, found.layout), context)
        if page.stored is None:
            raise Unavailable("The page is not made yet.")
        pdf = page.stored.data
    return Produced(found.uri, certificate.id, pdf, text)


def _refused(asked: PullRequest, code: str, message: str, status: int, retry: str = RETRY_AFTER) -> Response:
    headers = {"retry-after": retry} if status in {STATUS[RATE_LIMITED], STATUS[UNAVAILABLE]} else {}
    if status in CLOSING:
        headers["connection"] = "close"
    return Response(refusal(asked, code, message), status, headers, XML)


_DOORS = {
    "/digilocker/pull-uri": pull_uri,
    "/digilocker/pull-doc": pull_doc,
    "/cert/api/pullUriRequest": pull_uri,
    "/cert/api/pullDocRequest": pull_doc,
}
ROUTES = [Route(path, endpoint, methods=["POST"]) for path, endpoint in _DOORS.items()]
_XML_TEXT = {"type": "string"}
_MEANINGS = {
    200: "The document, or Status 0 where no certificate fits.",
    400: "The body is not what it should be.",
    401: "The header does not fit the body.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    429: "The day's reads are used up; try again after Retry-After.",
    503: "The page is not made yet; try again after Retry-After.",
}
DESCRIBED = [
    Described(
        "POST",
        path,
        "DigiLocker",
        "Find a citizen's certificate" if endpoint is pull_uri else "Give the document of a URI",
        {status: Reply(meaning, _XML_TEXT, XML) for status, meaning in _MEANINGS.items()}
        | {404: Reply("The door is closed: no key is configured.")},
        (
            Parameter(HEADER, "header", "base64 of the lower-case hexadecimal HMAC-SHA-256 of the body."),
            Parameter("language", "query", "Of the page, such as ta or TAM; by the facility's state where absent."),
        ),
        body=_XML_TEXT,
        body_type=XML,
    )
    for path, endpoint in _DOORS.items()
]
