"""GET /documents/{token}: what a link names, with the credential that the link was given to.

The read was audited and counted when the link was given; here is only a file.
"""

from starlette.requests import Request
from starlette.responses import Response

from credential.operations.documents import still_counts
from credential.operations.links import linked
from gateway.doors.certificates import context_of, file_of
from gateway.doors.described import ERRORS, FILE, NOTHING_HERE, TRY_AGAIN, UNKNOWN_KEY, Described, Parameter, Reply
from gateway.doors.errors import error, not_found
from gateway.doors.serving import answer


async def linked_document(request: Request) -> Response:
    """Return the file.

    An altered or expired token, and another credential or none, are all the same 404; what was revoked or superseded
    since is 410.
    """
    context = await context_of(request)
    shelf = context.press.shelf
    name = linked(request.path_params["token"], context.caller, secret=shelf.secret, now=context.now)
    stored = await shelf.fetch(name) if name else None
    if stored is None:
        return not_found(request)
    if not await still_counts(stored, context.ports.reading):
        return error(request, 410)
    return answer(request, file_of(stored, context))


DESCRIBED = [
    Described(
        "GET",
        "/documents/{token}",
        "Documents",
        "Read what a link names",
        {
            200: Reply("The file.", FILE, "*/*"),
            304: Reply("The caller holds it."),
            401: UNKNOWN_KEY,
            404: NOTHING_HERE,
            410: Reply("The certificate was revoked or superseded since.", ERRORS),
            503: TRY_AGAIN,
        },
        (Parameter("token", "path", "The end of a link that GraphQL gave."),),
        key="needed",
    )
]
