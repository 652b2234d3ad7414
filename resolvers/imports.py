"""startImport and retryFailed."""

from typing import Annotated

import strawberry

from credential.errors import UserFault
from credential.operations import imports
from credential.record import Kind
from resolvers.context import Info
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import KEY, optional, to_json
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import Job, job_of

START, RETRY = "startImport", "retryFailed"


@strawberry.input(description="A complete upload whose records are to be issued.")
class StartImportInput:
    """Which file."""

    upload_id: strawberry.ID = strawberry.field(description="Id of the upload.")
    kind: Kind = strawberry.field(default=Kind.DOMESTIC, description="Kind of records that name none.")
    idempotency_key: str | None = optional(KEY)


@strawberry.input(description="A finished import whose failed rows are to be tried again.")
class RetryFailedInput:
    """Which job."""

    job_id: strawberry.ID = strawberry.field(description="Id of the import's job.")
    idempotency_key: str | None = optional(KEY)


@strawberry.type(description="Answer of startImport and retryFailed.")
class ImportPayload:
    """The job."""

    job_id: strawberry.Private[str | None]
    user_errors: list[UserError] = strawberry.field(description="Why nothing is imported.")

    @computed("The job to follow; null where there is none.")
    async def job(self, info: Info) -> Job | None:
        """Read the job."""
        return await job_of(info.context, self.job_id) if self.job_id else None


async def start_import(
    info: Info, given: Annotated[StartImportInput, strawberry.argument(name="input", description="Which file.")]
) -> ImportPayload:
    """Begin an import."""
    context, ports = info.context, info.context.ports
    try:
        key = checked_key(given.idempotency_key or None)
        fingerprint = fingerprint_of({**to_json(given), "idempotencyKey": None}) if key else b""
        begun = await imports.begin(
            given.upload_id,
            given.kind,
            request=context.request(START, key, fingerprint),
            files=ports.files,
            works=ports.works,
            shelf=context.press.shelf,
        )
    except UserFault as fault:
        return ImportPayload(job_id=None, user_errors=[user_error(fault)])
    return ImportPayload(job_id=begun.id, user_errors=[])


async def retry_failed(
    info: Info, given: Annotated[RetryFailedInput, strawberry.argument(name="input", description="Which import.")]
) -> ImportPayload:
    """Begin an import of failed rows."""
    context = info.context
    try:
        key = checked_key(given.idempotency_key or None)
        request = context.request(RETRY, key, fingerprint_of([given.job_id]) if key else b"")
        begun = await imports.begin_again(given.job_id, request=request, works=context.ports.works)
    except UserFault as fault:
        return ImportPayload(job_id=None, user_errors=[user_error(fault)])
    return ImportPayload(job_id=begun.id, user_errors=[])
