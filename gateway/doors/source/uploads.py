"""Bulk upload: a CSV file as multipart/form-data, the listing of uploads, and the rows that failed."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from credential import ports
from credential.errors import NotFound
from credential.formats.bulk_csv import InvalidTemplate
from credential.formats.error_rows import reason
from credential.operations.uploads import NO_UPLOAD, UploadState, failed_rows, owner_of, receive, state_of
from credential.ports import Upload, UploadedRow
from gateway.bodies import read_body
from gateway.doors.described import FILE, Parameter, Reply
from gateway.doors.source.answers import KEY_HEADER, described, problem, reply, request_of
from gateway.doors.source.forms import MEDIA_TYPE, file_of
from gateway.doors.source.payloads import Error
from gateway.faults import UNSUPPORTED_MEDIA_TYPE, refuse
from gateway.state import Gateway
from resolvers import issue as issuing
from resolvers.context import Context

OPERATION = "bulkCertify"
INVALID_TEMPLATE = "INVALID_TEMPLATE"
LONGEST_ID = 18


class UploadTaken(Struct, frozen=True, rename="camel"):
    """An upload that was taken: durable, row by row. `jobs` are those of its batches."""

    upload_id: int
    total_records: int
    jobs: list[str]


class UploadRow(Struct, frozen=True):
    """An upload in the listing, as the old system had it."""

    id: Annotated[int, Meta(description="Id of the upload.")] = msgspec.field(name="ID")
    created_at: datetime = msgspec.field(name="CreatedAt")
    updated_at: datetime = msgspec.field(name="UpdatedAt")
    deleted_at: None = msgspec.field(name="DeletedAt")
    filename: str = msgspec.field(name="Filename")
    total_records: int = msgspec.field(name="TotalRecords")
    user_id: str = msgspec.field(name="UserID")
    status: UploadState = msgspec.field(name="Status")
    total_error_rows: int = msgspec.field(name="TotalErrorRows")


class ErrorRows(Struct, frozen=True, rename="camel"):
    """The rows that are no certificate: the columns of the file and `errors`, the reason."""

    columns: list[str]
    error_rows: list[dict[str, str]]


async def bulk_certify(request: Request, context: Context) -> Response:
    """Take a CSV file of records."""
    data, name = await _file(request)
    asked = request_of(request, context, OPERATION, sha256(data).hexdigest())
    try:
        return reply(await _received(data, name, asked, context))
    except InvalidTemplate as fault:
        return reply(Error(INVALID_TEMPLATE, fault.message, [problem(fault)], request.state.request_id), 400)


async def _received(data: bytes, name: str, asked: ports.Request, context: Context) -> UploadTaken:
    doors = context.ports
    received = await receive(
        data,
        name,
        request=asked,
        issuing=issuing.OPERATION,
        policy=context.deployment.policy,
        intake=doors.intake,
        queue=doors.queue,
        uploads=doors.uploads,
    )
    return UploadTaken(received.id, received.total, list(received.jobs))


async def list_uploads(_request: Request, context: Context) -> Response:
    """Return the caller's uploads, newest first; an admin's are everybody's."""
    found = await context.ports.uploads.uploads(owner_of(context.caller), now=context.now)
    return reply([_listed(one) for one in found])


async def upload_errors(request: Request, context: Context) -> Response:
    """Return the rows of an upload that are no certificate."""
    given, doors = request.path_params["upload_id"], context.ports
    if not (given.isascii() and given.isdecimal() and len(given) <= LONGEST_ID):
        raise NotFound(NO_UPLOAD)
    asked = context.request(OPERATION, None, b"")
    found = await failed_rows(int(given), request=asked, uploads=doors.uploads, counting=doors.counting)
    columns = list(dict.fromkeys([*found.columns, "errors"]))  # what was sent may be such a file, mended
    return reply(ErrorRows(columns, [_error_row(found.columns, row) for row in found.rows]))


def _listed(upload: Upload) -> UploadRow:
    return UploadRow(
        id=upload.id,
        created_at=upload.created_at,
        updated_at=upload.updated_at,
        deleted_at=None,
        filename=upload.file.name,
        total_records=upload.file.rows,
        user_id=upload.client_id,
        status=state_of(upload),
        total_error_rows=upload.failed,
    )


def _error_row(columns: Sequence[str], row: UploadedRow) -> dict[str, str]:
    cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
    return dict(zip(columns, cells, strict=False)) | {"errors": reason(row.fault)}


async def _file(request: Request) -> tuple[bytes, str]:
    """Return bytes and name of the form's field `file`. Raises RequestFault, BadUserInput."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise refuse(UNSUPPORTED_MEDIA_TYPE, "Send the CSV file as multipart/form-data, in the field `file`.")
    gateway: Gateway = request.app.state.gateway
    body = await read_body(request, gateway.made_of.limits)
    return file_of(body, request.headers["content-type"])


_FORM: dict[str, Any] = {"type": "object", "required": ["file"], "properties": {"file": FILE}}
DESCRIBED = [
    described(
        "POST",
        "/v1/bulkCertify",
        "Certify the rows of a CSV file",
        {200: Reply("Taken; rows that break a rule are in the upload's errors.", UploadTaken)},
        parameters=[KEY_HEADER],
        body=_FORM,
        body_type=MEDIA_TYPE,
        statuses=(400, 409, 422),
        more="The templates of both branches of the old system are read, and our members as columns.",
    ),
    described(
        "GET",
        "/v1/certify/uploads",
        "List the caller's uploads of the last seven days",
        {200: Reply("Newest first.", list[UploadRow])},
    ),
    described(
        "GET",
        "/v1/certify/uploads/{upload_id}/errors",
        "Read the rows of an upload that are no certificate",
        {200: Reply("The columns of the file, the reason beside them.", ErrorRows), 404: Reply("Unknown.", Error)},
        parameters=[Parameter("upload_id", "path", "Id of the upload.", {"type": "integer", "minimum": 0})],
    ),
]
