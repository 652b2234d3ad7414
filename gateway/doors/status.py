"""The published status lists: for everybody, cached for a minute, and nothing in them names anybody.

Whoever fetches a list tells which 131,072 certificates are meant, not which one; proxies and mirrors may keep it.
"""

import gzip
import re
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from credential.ports import ListedStatus
from credential.status.documents import TTL_MILLISECONDS
from credential.status.positions import ListPurpose, list_url
from gateway.doors.described import ANY_OBJECT, ERRORS, JSON, NOTHING_HERE, TRY_AGAIN, Described, Parameter, Reply
from gateway.doors.errors import error, not_found
from gateway.doors.serving import held
from gateway.state import Gateway

CREDENTIAL = "application/vc"
NUMBERS_PER_PAGE = 50
HEADERS = {
    "cache-control": f"public, max-age={TTL_MILLISECONDS // 1000}",
    "access-control-allow-origin": "*",
    "vary": "accept-encoding",
}
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


async def status_list(request: Request) -> Response:
    """Return a list's credential."""
    found = await _list(request)
    return not_found(request) if found is None else _answer(request, found.credential.encode(), CREDENTIAL)


async def status_deltas(request: Request) -> Response:
    """Return the signed deltas from a sequence to the published one, in order.

    404 where they are not kept that far back: the whole list is then the shorter way.
    """
    found, since = await _list(request), _number(request.query_params.get("since", ""))
    if since is None:
        return error(request, 400)
    if found is None:
        return not_found(request)
    deltas = await _gateway(request).made_of.store.status_deltas(found.purpose, found.number, since)
    if deltas is None:
        return not_found(request)
    return _answer(request, msgspec.json.encode({"deltas": [msgspec.Raw(one.encode()) for one in deltas]}), JSON)


async def status_listing(request: Request) -> Response:
    """Return which lists there are; with `embed=true` the lists themselves, as an offline verifier takes them along."""
    after, embed = _number(request.query_params.get("after", "")), request.query_params.get("embed", "false")
    if (after is None and "after" in request.query_params) or embed not in {"true", "false"}:
        return error(request, 400)
    policy = _gateway(request).made_of.policy
    start = -1 if after is None else after
    store = _gateway(request).made_of.store
    # One number more than a page shows tells whether there is another page.
    found = await store.status_lists(after=start, numbers=NUMBERS_PER_PAGE + 1)
    shown = [one for one in found if one.number <= start + NUMBERS_PER_PAGE]
    url = policy.status_url or ""
    further = f"{url}?after={start + NUMBERS_PER_PAGE}&embed={embed}" if len(shown) < len(found) else None
    lists = [_listed(one, url, embed=embed == "true") for one in shown]
    return _answer(request, msgspec.json.encode({"issuer": policy.did, "lists": lists, "next": further}), JSON)


def _listed(one: ListedStatus, status_url: str, *, embed: bool) -> dict[str, Any]:
    url = list_url(status_url, one.purpose, one.number)
    facts: dict[str, Any] = {
        "purpose": one.purpose,
        "number": one.number,
        "sequence": one.sequence,
        "validUntil": one.valid_until,
        "url": url,
        "deltas": f"{url}/deltas?since={one.sequence}",
    }
    return facts | {"credential": msgspec.Raw(one.credential.encode())} if embed else facts


async def _list(request: Request) -> ListedStatus | None:
    purpose, number = request.path_params["purpose"], _number(request.path_params["number"])
    if purpose not in set(ListPurpose) or number is None:
        return None
    return await _gateway(request).made_of.store.status_list(ListPurpose(purpose), number)


def _answer(request: Request, body: bytes, media_type: str) -> Response:
    """Return a body with its entity tag, gzipped for those who take it, or 304 to who holds it."""
    digest, headers = sha256(body).hexdigest()[:32], dict(HEADERS)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["content-encoding"] = "gzip"
    headers["etag"] = f'"{digest}-gzip"' if packed else f'"{digest}"'
    if held(request.headers.get("if-none-match"), headers["etag"]):
        headers.pop("content-encoding", None)
        return Response(None, 304, headers)
    return Response(gzip.compress(body, 6, mtime=0) if packed else body, 200, headers, media_type)


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


_TAG = "Status lists"
_WRONG = Reply("A parameter is none of those described.", ERRORS)
_SHARED = {304: Reply("The version that If-None-Match names is still the one."), 503: TRY_AGAIN}
_PLACE = (
    Parameter("purpose", "path", "What a set bit says.", {"enum": list(ListPurpose)}),
    Parameter("number", "path", "Number of the list, as certificates name it.", {"type": "integer", "minimum": 0}),
)
DESCRIBED = [
    Described(
        "GET",
        "/status",
        _TAG,
        "List the status lists",
        {
            200: Reply("The lists, with the address of the next page.", ANY_OBJECT),
            400: _WRONG,
            **_SHARED,
        },
        parameters=[
            Parameter("after", "query", "Only lists of higher numbers.", {"type": "integer", "minimum": 0}),
            Parameter("embed", "query", "Whether the lists themselves are in it.", {"type": "boolean"}),
        ],
    ),
    Described(
        "GET",
        "/status/{purpose}/{number}",
        _TAG,
        "Fetch a status list",
        {
            200: Reply("A BitstringStatusListCredential.", ANY_OBJECT, CREDENTIAL),
            404: NOTHING_HERE,
            **_SHARED,
        },
        parameters=_PLACE,
    ),
    Described(
        "GET",
        "/status/{purpose}/{number}/deltas",
        _TAG,
        "Fetch what changed in a status list",
        {
            200: Reply("Signed deltas that lead to the published list, in order.", ANY_OBJECT),
            400: _WRONG,
            404: NOTHING_HERE,
            **_SHARED,
        },
        parameters=[*_PLACE, Parameter("since", "query", "The sequence at hand.", {"type": "integer", "minimum": 1})],
    ),
]
