"""GET /reconciliations/{id}.csv: the findings of a finished report, for whom GraphQL shows it to."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from credential.access import Scope
from credential.errors import NotFound
from credential.operations.reconcile_report import csv, note_reading, own_report
from gateway.doors.certificates import context_of
from gateway.doors.described import FILE, NOTHING_HERE, TRY_AGAIN, UNKNOWN_KEY, Described, Parameter, Reply
from gateway.doors.errors import not_found
from gateway.doors.serving import disposition

MEDIA_TYPE = "text/csv; charset=utf-8"


async def findings_csv(request: Request) -> Response:
    """Stream the report; the reading is audited first."""
    context = await context_of(request)
    ports = context.ports
    if not context.caller.has(Scope.RECONCILE):
        return not_found(request)
    try:
        report = await own_report(request.path_params["report_id"], caller=context.caller, reports=ports.reports)
    except NotFound:
        return not_found(request)
    await note_reading(report.id, caller=context.caller, counting=ports.counting, now=context.now)
    headers = {
        "cache-control": "private, no-store",
        "vary": "authorization",
        "content-disposition": disposition(f"reconciliation-{report.id}.csv", "attachment"),
    }
    return StreamingResponse(csv(report.id, reports=ports.reports), 200, headers, MEDIA_TYPE)


DESCRIBED = [
    Described(
        "GET",
        "/reconciliations/{report_id}.csv",
        "Reconciliation",
        "Read what a reconciliation found, as CSV",
        {
            200: Reply("One line for each field that differs, by kind and row.", FILE, "text/csv"),
            401: UNKNOWN_KEY,
            404: NOTHING_HERE,
            503: TRY_AGAIN,
        },
        (Parameter("report_id", "path", "Id of the report."),),
        key="needed",
        more="The report's digest is the root of the Merkle tree (RFC 9162) over the lines below the header. A cell "
        "that a spreadsheet would run as a formula has an apostrophe in front.",
    )
]
