"""GET /imports/{job}/errors: the rows of an import that failed, as the file had them, each with the reason."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from credential.access import Scope
from credential.errors import NotFound
from credential.formats.error_rows import errors_head, errors_line, errors_name
from credential.formats.record_rows import FileForm
from credential.operations import imports
from credential.operations.files import form_of_file
from credential.ports import AuditEntry, ImportResults
from gateway.doors.certificates import context_of
from gateway.doors.described import FILE, NOTHING_HERE, TRY_AGAIN, UNKNOWN_KEY, Described, Parameter, Reply
from gateway.doors.errors import not_found
from gateway.doors.serving import disposition
from gateway.faults import refuse
from resolvers.errors import Refused
from resolvers.permissions import refuse_unless, scoped

_CSV, _JSON_LINES = "text/csv; charset=utf-8", "application/jsonl; charset=utf-8"


async def import_errors(request: Request) -> Response:
    """Return the failed rows of an import of the caller's own; audited before they are sent."""
    context = await context_of(request)
    ports = context.ports
    try:
        refuse_unless(scoped(Scope.ISSUE), context.caller, {})
        report = await imports.import_of(request.path_params["job_id"], caller=context.caller, works=ports.works)
        file = await ports.files.file(imports.order_of(report).file, client_id=None)
    except Refused as refused:
        raise refuse(refused.code, refused.message) from None
    except NotFound:
        return not_found(request)
    if file is None:
        return not_found(request)
    form = await form_of_file(file, shelf=context.press.shelf)
    await ports.counting.audit([AuditEntry(context.caller, "readImportErrors", None, context.now, report.id)])
    headers = {"content-disposition": disposition(errors_name(form, report.id), "attachment")}
    media_type = _JSON_LINES if form.delimiter is None else _CSV
    return StreamingResponse(_lines(report.id, form, ports.results), 200, headers, media_type)


async def _lines(job_id: str, form: FileForm, results: ImportResults) -> AsyncIterator[str]:
    """Yield the file, a page of rows at a time."""
    yield errors_head(form)
    async for row in imports.failed_rows(job_id, results=results):
        yield errors_line(form, row.text or "", row.fault)


ROUTES = [Route("/imports/{job_id}/errors", import_errors, methods=["GET"])]
DESCRIBED = [
    Described(
        "GET",
        "/imports/{job_id}/errors",
        "Imports",
        "Read the rows of an import that failed",
        {
            200: Reply("The rows as they stood in the file, and `errors`: CSV or JSON lines.", FILE, "*/*"),
            401: UNKNOWN_KEY,
            404: NOTHING_HERE,
            503: TRY_AGAIN,
        },
        (Parameter("job_id", "path", "Id of the import's job."),),
        key="needed",
    )
]
