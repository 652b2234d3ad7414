"""PUT /uploads/{id}/{number}: the chunks of a file that createUpload announced; how far it is; templates to fill in."""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from credential.access import Scope
from credential.errors import BadUserInput, NotFound
from credential.formats.sample_csv import CsvForm, sample_csv
from credential.operations.files import KEPT, OtherBytes, own_file, take_chunk
from credential.ports import FileChunk, StoredFile
from gateway.bodies import read_body
from gateway.doors.certificates import context_of
from gateway.doors.described import (
    ERRORS,
    FILE,
    JSON,
    NOTHING_HERE,
    TRY_AGAIN,
    UNKNOWN_KEY,
    Described,
    Parameter,
    Reply,
)
from gateway.doors.errors import mistaken, not_found
from gateway.faults import CONFLICT, Fault, RequestFault, refuse
from gateway.state import Gateway
from resolvers.context import Context
from resolvers.errors import Refused
from resolvers.permissions import refuse_unless, scoped

SECONDS = 120.0
"""How long a chunk may take on a slow line."""
LONGEST_NUMBER = 9
NO_DIGEST = "Send the chunk's SHA-256 in the header Content-Digest: sha-256=:<base64>:"
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):\s*(?:,|$)")
_CSV = "text/csv; charset=utf-8"
Handle = Callable[[Request, Context, StoredFile], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class UploadProgress(Struct, frozen=True, rename="camel"):
    """How far an upload is: which of its chunks, counted from 0, are still to be sent."""

    id: str
    name: str
    byte_size: int
    chunk_size: int
    chunks: int
    received: Annotated[int, Meta(description="Bytes that are there.")]
    missing: list[int]
    complete: bool
    expires_at: datetime


def door(handle: Handle) -> Endpoint:
    """Return an endpoint for those who may send files, about one of their own."""

    @wraps(handle)
    async def endpoint(request: Request) -> Response:
        context = await context_of(request)
        try:
            refuse_unless(scoped(Scope.ISSUE, Scope.RECONCILE), context.caller, {})
            file = await own_file(request.path_params["upload_id"], caller=context.caller, files=context.ports.files)
            return await handle(request, context, file)
        except Refused as refused:
            raise refuse(refused.code, refused.message) from None
        except NotFound:
            return not_found(request)
        except BadUserInput as fault:
            return mistaken(request, fault)
        except OtherBytes as fault:
            raise RequestFault(Fault(CONFLICT, fault.message)) from None

    return endpoint


@door
async def progress(_request: Request, context: Context, file: StoredFile) -> Response:
    """Tell which chunks are there."""
    there = await context.ports.file_chunks.chunks(file.id)
    answer = UploadProgress(
        id=file.id,
        name=file.name,
        byte_size=file.size,
        chunk_size=file.chunk_size,
        chunks=file.chunks,
        received=file.received,
        missing=_missing(file, there),
        complete=file.complete,
        expires_at=file.created_at + KEPT,
    )
    return Response(msgspec.json.encode(answer), 200, _headers(file, there), f"{JSON}; charset=utf-8")


@door
async def chunk(request: Request, context: Context, file: StoredFile) -> Response:
    """Take a chunk."""
    given = request.path_params["number"]
    if not (given.isascii() and given.isdecimal() and len(given) <= LONGEST_NUMBER) or int(given) >= file.chunks:
        return not_found(request)
    number = int(given)
    digest = _digest(request.headers.get("content-digest", ""))
    gateway: Gateway = request.app.state.gateway
    limits = replace(gateway.made_of.limits, body=file.length_of(number), seconds=SECONDS)
    data = await read_body(request, limits)
    doors = context.ports
    shelf = context.press.shelf
    await take_chunk(file, number, data, digest, files=doors.files, chunks=doors.file_chunks, shelf=shelf)
    now = await own_file(file.id, caller=context.caller, files=doors.files)
    return Response(None, 204, _headers(now, await doors.file_chunks.chunks(file.id)))


async def template(request: Request) -> Response:
    """Return a template to fill in."""
    given = request.query_params.get("form", CsvForm.OURS.value)
    if given not in set(CsvForm):
        return mistaken(request, BadUserInput(f"The form must be one of {', '.join(CsvForm)}.", ("form",)))
    headers = {"content-disposition": f'attachment; filename="pramaan-{given}.csv"'}
    return Response("\ufeff" + sample_csv(CsvForm(given)), 200, headers, _CSV)


def _digest(given: str) -> bytes:
    """Return the SHA-256 of RFC 9530's header. Raises BadUserInput where there is none."""
    found = _DIGEST.search(given)
    try:
        return b64decode(found[1] if found else "=", validate=True)
    except NoBase64:
        raise BadUserInput(NO_DIGEST) from None


def _missing(file: StoredFile, there: Sequence[FileChunk]) -> list[int]:
    numbers = {one.number for one in there}
    return [number for number in range(file.chunks) if number not in numbers]


def _headers(file: StoredFile, there: Sequence[FileChunk]) -> dict[str, str]:
    """Return what HEAD tells: the first chunks that are missing, and whether all is there and fits."""
    first = ", ".join(str(number) for number in _missing(file, there)[:100])
    return {"cache-control": "no-store", "upload-complete": f"?{int(file.complete)}", "upload-missing": first}


ROUTES = [
    Route("/uploads/template.csv", template, methods=["GET"]),
    Route("/uploads/{upload_id}", progress, methods=["GET"]),
    Route("/uploads/{upload_id}/{number}", chunk, methods=["PUT"]),
]
_ID = Parameter("upload_id", "path", "Id of the upload, as createUpload gave it.")
_REFUSALS = {
    401: UNKNOWN_KEY,
    403: Reply("The key has neither of the scopes issue and reconcile.", ERRORS),
    404: NOTHING_HERE,
    503: TRY_AGAIN,
}
_TAG = "Files of records"
DESCRIBED = [
    Described(
        "GET",
        "/uploads/template.csv",
        _TAG,
        "Read a template to fill in",
        {200: Reply("Columns and one sample row.", FILE, "text/csv"), 400: Reply("There is no such form.", ERRORS)},
        (Parameter("form", "query", "Whose columns; ours by default.", {"type": "string", "enum": list(CsvForm)}),),
    ),
    Described(
        "GET",
        "/uploads/{upload_id}",
        _TAG,
        "Tell which chunks of an upload are there",
        {200: Reply("How far it is. HEAD tells the same in Upload-Missing and Upload-Complete.", UploadProgress)}
        | _REFUSALS,
        (_ID,),
        key="needed",
    ),
    Described(
        "PUT",
        "/uploads/{upload_id}/{number}",
        _TAG,
        "Send a chunk of an upload",
        {
            204: Reply("It is kept; the last that was missing completes the upload."),
            400: Reply("Another length or digest: nothing is kept. Or the whole has another: send all again.", ERRORS),
            408: Reply("The chunk did not arrive in time.", ERRORS),
            409: Reply("The chunk is there already, with other bytes.", ERRORS),
            413: Reply("The chunk is too large.", ERRORS),
            **_REFUSALS,
        },
        (
            _ID,
            Parameter("number", "path", "Number of the chunk, from 0.", {"type": "integer", "minimum": 0}),
            Parameter("Content-Digest", "header", "SHA-256 of the chunk, sha-256=:<base64>: (RFC 9530)."),
        ),
        body=FILE,
        body_type="application/octet-stream",
        key="needed",
        more="In any order, several at once, each as often as wanted. All have chunkSize bytes but the last.",
    ),
]
