"""The pages for the public, holders and administrators. Built by web/portal (`make portal`), they load nothing else."""

import mimetypes
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gateway.state import Composition

FILES = Path(__file__).with_name("portal")
PAGES = ("verify", "certificates", "dashboard", "admin")
ASSETS = frozenset(path.name for path in FILES.iterdir() if path.suffix not in {".html", ""})
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
ASSET_HEADERS = {"cache-control": "public, max-age=31536000, immutable"}
"""The pages name each file with its digest behind, so another version is another address."""


def policy(**changes: str) -> str:
    """Return the content security policy of a page; `changes` name directives with `_` for `-`."""
    directives = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


HEADERS = {
    "verify": {
        "content-security-policy": policy(script_src="'self' 'wasm-unsafe-eval'"),  # the reader of QR codes
        "permissions-policy": "camera=(self)",
    },
    "certificates": {"content-security-policy": policy()},
    "dashboard": {"content-security-policy": policy()},
}


EMBEDDED = {"content-security-policy": policy(frame_ancestors="*"), "x-frame-options": ""}
"""The headers of /dashboard?embed=1: it shows what everybody may see, and acts for nobody."""


async def page(request: Request) -> Response:
    """Return a page; browsers ask each time whether it is still the same."""
    name = request.url.path.strip("/")
    headers = HEADERS.get(name, {})
    if name == "admin":
        headers = await _admin_headers(request.app.state.gateway.made_of)
    if name == "dashboard" and request.query_params.get("embed") == "1":
        headers = EMBEDDED
    return FileResponse(FILES / f"{name}.html", headers={**headers, "cache-control": "no-cache"})


async def _admin_headers(made_of: Composition) -> dict[str, str]:
    """Return the headers of /admin: the page talks to the OpenID provider, too, where people log in with one."""
    origins = await made_of.login.origins(made_of.tokens, now=made_of.clock())
    return {"content-security-policy": policy(connect_src=" ".join(["'self'", *origins]))}


async def asset(request: Request) -> Response:
    """Return a file of the pages. Raises HTTPException (404) for any other name."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(FILES / name, headers=ASSET_HEADERS, media_type=kind)


async def worker(_request: Request) -> Response:
    """Return the service worker of /verify, which has to lie above the page."""
    headers = {"cache-control": "no-cache", "content-security-policy": policy()}
    return FileResponse(FILES / "verify-worker.js", headers=headers, media_type="text/javascript")


ROUTES = [
    Route("/verify-worker.js", worker, methods=["GET"]),
    *(Route(f"/{name}", page, methods=["GET"]) for name in PAGES),
    Route("/portal/{name}", asset, methods=["GET"]),
]
