"""GraphiQL, served in development only. Its files are built by web/explorer (`make explorer`) and load nothing else."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

FILES = Path(__file__).with_name("graphiql")
# Styles inline, since dialogs add one to stop the page from scrolling; scripts never.
PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}
ASSET_HEADERS = {"cache-control": "public, max-age=31536000, immutable"}
"""The page names each file with its digest behind, so another version is another address."""
MEDIA_TYPES = {"explorer.js": "text/javascript", "explorer.css": "text/css", "LICENSES.txt": "text/plain"}


def explorer_page() -> Response:
    """Return the page for browsers at /graphql."""
    return FileResponse(FILES / "page.html", headers=PAGE_HEADERS)


async def explorer_asset(request: Request) -> Response:
    """Return a file of the page. Raises HTTPException (404) for any other name, and for every name in production."""
    name = request.path_params["name"]
    if not request.app.state.gateway.made_of.development or name not in MEDIA_TYPES:
        raise HTTPException(404)
    return FileResponse(FILES / name, headers=ASSET_HEADERS, media_type=MEDIA_TYPES[name])
