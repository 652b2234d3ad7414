"""createUpload, upload: a file of records that is sent in chunks, and what it would be."""

from enum import StrEnum
from typing import Annotated

import msgspec
import strawberry

from credential.errors import UserFault
from credential.formats.bulk_csv import OUR_TEMPLATE
from credential.formats.record_rows import FileForm, RecordRow
from credential.operations import files
from credential.ports import StoredFile
from credential.record import Kind, VaccinationRecord
from resolvers.connections import checked_first
from resolvers.context import Info
from resolvers.enums import describe
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import KEY, optional, to_json
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import FIRST
from resolvers.scalars import ByteCount, DateTime, Json, moment

CREATE_UPLOAD = "createUpload"
field = strawberry.field


class FileTemplate(StrEnum):
    """Whose members a file has."""

    OURS = "OURS"
    DIVOC = "DIVOC"
    JSON_LINES = "JSON_LINES"


describe(
    FileTemplate,
    "FileTemplate",
    "Whose columns a file has.",
    {
        "OURS": "CSV with the members of VaccinationRecordInput as columns, dotted.",
        "DIVOC": "CSV with the columns of the old system's bulk templates.",
        "JSON_LINES": "No columns: a JSON record a line, ours or the old system's certification request.",
    },
)


@strawberry.input(description="A file to be uploaded in chunks.")
class CreateUploadInput:
    """What a client announces."""

    name: str = field(description="Name of the file, for people.")
    byte_size: ByteCount = field(description="Bytes of the whole file, to 4 GiB or what the deployment allows.")
    sha256: str = field(name="sha256", description="SHA-256 of the whole file in hexadecimal.")
    idempotency_key: str | None = optional(KEY)


@strawberry.type(description="A row of a file: the record that it would be, or why it would be none.")
class PreviewRow:
    """One row."""

    number: int = field(description="Position of the record in the file, from 0.")
    line: int = field(description="Line of the file on which it begins, from 1.")
    record: Json | None = field(description="The record as it would be issued.")
    error: UserError | None = field(description="Why it would be refused; the path is the column.")


@strawberry.type(description="How a file is read, and its first rows.")
class UploadPreview:
    """Form and rows."""

    template: FileTemplate | None = field(description="Whose columns they are; null where the file is no use.")
    encoding: str | None = field(description="How its text is encoded.")
    delimiter: str | None = field(description="What parts the cells; null for JSON lines.")
    columns: list[str] = field(description="The columns as they stand in the file.")
    ignored: list[str] = field(description="Columns that are not read.")
    rows: list[PreviewRow] = field(description="The first rows.")
    user_errors: list[UserError] = field(description="Why the file as a whole is no use, a missing column say.")


@strawberry.type(description="A file of records on its way; kept for seven days.")
class Upload:
    """`credential.ports.StoredFile`."""

    file: strawberry.Private[StoredFile]
    id: strawberry.ID = field(description="Id of the upload.")
    name: str = field(description="Name of the file.")
    url: str = field(description="Where it is: PUT chunk 0 to url/0 and so on; GET tells what is missing. Relative.")
    byte_size: ByteCount = field(description="Bytes of the whole.")
    chunk_size: int = field(description="Bytes of every chunk but the last.")
    received: ByteCount = field(description="Bytes that are there.")
    complete: bool = field(description="Whether all bytes are there and their digest fits.")
    created_at: DateTime = field(description="When it was announced.")
    expires_at: DateTime = field(description="When it is removed.")

    @computed("How it is read, and its first rows; null until it is complete. Nothing is issued.")
    async def preview(
        self,
        info: Info,
        first: Annotated[int, FIRST],
        kind: Annotated[Kind, strawberry.argument(description="Kind of records that tell none.")] = Kind.DOMESTIC,
    ) -> UploadPreview | None:
        """Read the file's beginning."""
        if not self.file.complete:
            return None
        context, count = info.context, checked_first(first)
        try:
            seen = await files.preview(
                self.file,
                count,
                kind=kind,
                request=context.request("previewUpload", None, b""),
                policy=context.deployment.policy,
                counting=context.ports.counting,
                shelf=context.press.shelf,
            )
        except UserFault as fault:
            return _preview(None, [], [user_error(fault)])
        return _preview(seen.form, [_row(row, read) for row, read in seen.rows], [])


@strawberry.type(description="Answer of createUpload.")
class CreateUploadPayload:
    """The upload."""

    upload: Upload | None = field(description="The upload, to which the chunks are sent.")
    user_errors: list[UserError] = field(description="Why there is none.")


async def create_upload(
    info: Info, given: Annotated[CreateUploadInput, strawberry.argument(name="input", description="The file.")]
) -> CreateUploadPayload:
    """Announce a file."""
    context = info.context
    try:
        key = checked_key(given.idempotency_key or None)
        fingerprint = fingerprint_of({**to_json(given), "idempotencyKey": None}) if key else b""
        found = await files.create(
            given.name,
            given.byte_size,
            given.sha256,
            request=context.request(CREATE_UPLOAD, key, fingerprint),
            files=context.ports.files,
            largest=context.deployment.largest_upload,
        )
    except UserFault as fault:
        return CreateUploadPayload(upload=None, user_errors=[user_error(fault)])
    return CreateUploadPayload(upload=_upload(found), user_errors=[])


async def upload(
    info: Info, id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="Id of the upload.")]
) -> Upload | None:
    """Return an upload of the caller's own; admins see all."""
    context = info.context
    found = await context.ports.files.file(id_, client_id=files.owner_of(context.caller))
    return _upload(found) if found else None


def _upload(file: StoredFile) -> Upload:
    return Upload(
        file=file,
        id=strawberry.ID(file.id),
        name=file.name,
        url=f"/uploads/{file.id}",
        byte_size=ByteCount(file.size),
        chunk_size=file.chunk_size,
        received=ByteCount(file.received),
        complete=file.complete,
        created_at=moment(file.created_at),
        expires_at=moment(file.created_at + files.KEPT),
    )


def _preview(form: FileForm | None, rows: list[PreviewRow], errors: list[UserError]) -> UploadPreview:
    return UploadPreview(
        template=_template(form) if form else None,
        encoding=form.encoding if form else None,
        delimiter=form.delimiter if form else None,
        columns=list(form.columns) if form else [],
        ignored=list(form.ignored) if form else [],
        rows=rows,
        user_errors=errors,
    )


def _template(form: FileForm) -> FileTemplate:
    if form.template is None:
        return FileTemplate.JSON_LINES
    return FileTemplate.OURS if form.template is OUR_TEMPLATE else FileTemplate.DIVOC


def _row(row: RecordRow, read: VaccinationRecord | UserFault) -> PreviewRow:
    error, record = (user_error(read), None) if isinstance(read, UserFault) else (None, read)
    shown = None if record is None else Json(msgspec.to_builtins(record))
    return PreviewRow(number=row.number, line=row.line, record=shown, error=error)
