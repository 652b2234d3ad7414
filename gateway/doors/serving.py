"""Answering with a file: ETag, conditions, ranges, a file name (RFC 9110, sections 13 and 14; RFC 6266)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import AsyncContentStream, Response, StreamingResponse

_UNQUOTED = re.compile(r"[^ !#-\[\]-~]")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_ATTACHMENTS = frozenset({"application/zip"})
INACTIVE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""An SVG opened by itself is a page: its own styles and pictures, and nothing that acts."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: its bytes, or what reads them from a place up to another (exclusive)."""

    media_type: str
    name: str
    sha256: str
    size: int
    content: bytes | Callable[[int, int], AsyncContentStream]

    @property
    def etag(self) -> str:
        """The strong entity tag: equal bytes, equal tag."""
        return f'"{self.sha256}"'


def answer(request: Request, file: File, counted: BackgroundTask | None = None) -> Response:
    """Return the file, a range of it, 304 to who holds it already, or 416.

    Several ranges at once are answered with the whole, as RFC 9110 14.2 allows.
    """
    headers = _headers(file)
    if held(request.headers.get("if-none-match"), file.etag):
        return Response(None, 304, headers, background=counted)
    asked = _range(request, file)
    start, end = asked or (0, file.size)
    if asked and start >= end:
        return Response(None, 416, {**headers, "content-range": f"bytes */{file.size}"})
    if asked:
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.size}"
    status = 206 if asked else 200
    headers["content-length"] = str(end - start)
    if request.method == "HEAD":
        return Response(None, status, headers, file.media_type)
    if isinstance(file.content, bytes):
        return Response(file.content[start:end], status, headers, file.media_type, counted)
    return StreamingResponse(file.content(start, end), status, headers, file.media_type, counted)


def disposition(name: str, kind: str) -> str:
    """Return Content-Disposition: a plain name, and where it has other characters its UTF-8 form as well (RFC 6266)."""
    plain = _UNQUOTED.sub("", name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{kind}; filename="{plain}"{extended}'


def _headers(file: File) -> dict[str, str]:
    kind = "attachment" if file.media_type in _ATTACHMENTS else "inline"
    headers = {
        "etag": file.etag,
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "vary": "authorization",
        "content-disposition": disposition(file.name, kind),
    }
    if file.media_type == "image/svg+xml":
        headers["content-security-policy"] = INACTIVE
    return headers


def held(given: str | None, etag: str) -> bool:
    """Tell whether If-None-Match names the file; weak comparison, as it asks (RFC 9110 13.1.2)."""
    if given is None:
        return False
    return given.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in given.split(",")}


def _range(request: Request, file: File) -> tuple[int, int] | None:
    """Return start and end (exclusive) of the range that is asked for; None where the whole is to be sent.

    If-Range wants the same strong tag; we give no dates. A start at or beyond the end is a range that there is not.
    """
    asked = request.headers.get("range", "") if request.method == "GET" else ""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or request.headers.get("if-range", file.etag) != file.etag:
        return None
    first, last = (int(text) if text else None for text in found.groups())
    if first is None:
        return None if last is None else (max(file.size - last, 0), file.size)
    if last is not None and last < first:
        return None
    return first, min(file.size if last is None else last + 1, file.size)
