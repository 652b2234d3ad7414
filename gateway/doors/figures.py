"""The public figures as JSON and CSV: for everybody, cached by browsers and proxies, counted once a minute."""

from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.doors.described import ANY_OBJECT, TEXT, TRY_AGAIN, Described, Reply
from gateway.doors.serving import held
from gateway.figures_cache import JSON, Edition, Printed
from gateway.state import Gateway

HEADERS = {
    "cache-control": "public, max-age=60, stale-while-revalidate=600",
    "access-control-allow-origin": "*",
    "vary": "accept-encoding",
}


async def figures_json(request: Request) -> Response:
    """Return the tables as JSON."""
    edition = await _edition(request)
    return _answer(request, edition, edition.json, "figures.json")


async def figures_csv(request: Request) -> Response:
    """Return the tables as CSV, a figure per line."""
    edition = await _edition(request)
    return _answer(request, edition, edition.csv, "figures.csv")


async def _edition(request: Request) -> Edition:
    gateway: Gateway = request.app.state.gateway
    return await gateway.figures.edition()


def _answer(request: Request, edition: Edition, printed: Printed, name: str) -> Response:
    """Return one form with its entity tag, gzipped for those who take it, or 304 to who holds it."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{printed.tag}-gzip"' if packed else f'"{printed.tag}"'
    changed = format_datetime(edition.changed_at.replace(microsecond=0), usegmt=True)
    headers = {**HEADERS, "etag": tag, "last-modified": changed}
    if held(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    headers["content-disposition"] = f'inline; filename="{name}"'
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(printed.packed if packed else printed.content, 200, headers, printed.media_type)


ROUTES = [
    Route("/figures.json", figures_json, methods=["GET"]),
    Route("/figures.csv", figures_csv, methods=["GET"]),
]
_TABLES = (
    "Tables of one dimension each, over closed days: total, issuedByDay and accessedByDay (90 days), state, vaccine, "
    "dose, stage, gender, ageBand, language, channel. Figures are in tens; below ten they are suppressed, and rare "
    "values are in the row `other`."
)
_HELD = Reply("The version that If-None-Match names is still the one.")
DESCRIBED = [
    Described(
        "GET",
        "/figures.json",
        "Figures",
        "Read the public figures",
        {
            200: Reply("`asOf` and `rows` of table, key, value, suppressed.", ANY_OBJECT, JSON),
            304: _HELD,
            503: TRY_AGAIN,
        },
        more=_TABLES,
    ),
    Described(
        "GET",
        "/figures.csv",
        "Figures",
        "Read the public figures as a table",
        {200: Reply("table,key,value,suppressed", TEXT, "text/csv"), 304: _HELD, 503: TRY_AGAIN},
        more=_TABLES,
    ),
]
