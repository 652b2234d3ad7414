"""The floor of serving a document: one file, read by Starlette and sent. `uvicorn bench.plain_file:app`."""

import asyncio
import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

VARIABLE = "BENCH_PLAIN_FILE"
FILE = Path(os.environ[VARIABLE])


async def sent(_request: Request) -> Response:
    """Send it with Starlette's own FileResponse, in chunks."""
    return FileResponse(FILE, media_type="application/pdf")


async def read(_request: Request) -> Response:
    """Read it at once in a thread."""
    return Response(await asyncio.to_thread(FILE.read_bytes), media_type="application/pdf")


app = Starlette(routes=[Route("/sent", sent), Route("/read", read)])
