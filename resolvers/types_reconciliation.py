"""Reconciliation: a report of what a source system holds against what was issued."""

from typing import Annotated

import strawberry

from credential.operations import reconcile_report
from credential.ports import Found, JobState, Report, Result, WorkKind
from credential.reconciliation.findings import FieldDifference, FindingKind
from resolvers.connections import Connection, checked_first
from resolvers.context import Context, Info
from resolvers.enums import RevokedBy
from resolvers.fields import computed
from resolvers.jobs import AFTER, FIRST, Job, job_of
from resolvers.scalars import DateTime, moment

field = strawberry.field


@strawberry.type(description="A field that differs.")
class ReconciliationDifference:
    """One field."""

    field: str = strawberry.field(description="Its path in the record, such as `recipient.name`.")
    ours: str = strawberry.field(description="What the certificate says; empty where it says nothing.")
    theirs: str = strawberry.field(description="What the source says.")


@strawberry.type(description="Something that a reconciliation found.")
class Finding:
    """One finding."""

    kind: FindingKind = field(description="What it is.")
    programme: str = field(description="Vaccination programme; empty where the row does not tell.")
    beneficiary_id: str = field(description="Whom it is about; empty where the row does not tell.")
    dose: int | None = field(description="Which dose; null where the row does not tell.")
    certificate_id: strawberry.ID | None = field(description="The certificate that it is about; null where none is.")
    version: int | None = field(description="The certificate's version when it was compared.")
    differences: list[ReconciliationDifference] = field(description="The fields that differ.")
    row: int | None = field(description="The source's row, counted from 0; null for EXTRA.")
    line: int | None = field(description="The line of the file on which the row begins; null where there is no file.")
    revoked_by: RevokedBy | None = field(description="Of REVOKED_ELSEWHERE: who revoked.")
    message: str = field(description="What else there is to say; without values.")
    result: Result | None = field(description="What came of applying the report; null before.")
    new_certificate_id: strawberry.ID | None = field(description="The version that applying made.")


@strawberry.type(description="How many findings of a kind there are.")
class FindingCount:
    """One count."""

    kind: FindingKind = field(description="The kind.")
    count: int = field(description="How many.")


@strawberry.type(
    description="A report: what a source system holds against what was issued. Nothing changes until it is applied."
)
class Reconciliation:
    """A report, finished or on its way."""

    application_id: strawberry.Private[str | None]
    undo_id: strawberry.Private[str | None]
    id: strawberry.ID = field(description="Id of the report, and of the job that makes it.")
    state: JobState = field(description="Whether it is finished.")
    digest: str | None = field(
        description="SHA-256 over the findings: the root of the Merkle tree (RFC 9162) over the lines of the CSV below "
        "its header, in hexadecimal. Null until it is finished."
    )
    signature: str | None = field(
        description="JWS over digest, counts and the source's SHA-256 by a key of the issuer's, to show to others; "
        "null until it is finished."
    )
    counts: list[FindingCount] = field(description="How many findings of each kind; none until it is finished.")
    csv_url: str | None = field(description="The findings as CSV, for the same credential; null until it is finished.")
    created_at: DateTime = field(description="When it was asked for.")
    finished_at: DateTime | None = field(description="When it was finished.")

    @computed("The job that makes the report.")
    async def job(self, info: Info) -> Job | None:
        """Read it."""
        return await job_of(info.context, self.id)

    @computed("The job that applies the report, of the client that began it; null where there is none.")
    async def application(self, info: Info) -> Job | None:
        """Read it."""
        return await job_of(info.context, self.application_id) if self.application_id else None

    @computed("The job that undoes what applying did, of the client that began it; null where there is none.")
    async def undo(self, info: Info) -> Job | None:
        """Read it."""
        return await job_of(info.context, self.undo_id) if self.undo_id else None

    @computed("What was found, by kind and row; nothing until it is finished. Each page read is audited.")
    async def findings(
        self,
        info: Info,
        first: Annotated[int, FIRST],
        after: Annotated[str | None, AFTER] = None,
        kind: Annotated[FindingKind | None, strawberry.argument(description="Only of this kind.")] = None,
    ) -> Connection[Finding]:
        """Read a page."""
        ports, kinds = info.context.ports, tuple(FindingKind) if kind is None else (kind,)
        if self.digest is None:
            return Connection[Finding].of(None, finding)
        page = await reconcile_report.findings(
            self.id,
            kinds,
            first=checked_first(first),
            after=after,
            caller=info.context.caller,
            reports=ports.reports,
            counting=ports.counting,
            now=info.context.now,
        )
        return Connection[Finding].of(page, finding)


async def reconciliation_of(context: Context, report_id: str) -> Reconciliation | None:
    """Read a report of the caller's own, finished or not; an admin any."""
    owner = reconcile_report.owner_of(context.caller)
    report = await context.ports.reports.report(report_id, client_id=owner)
    job = await context.ports.jobs.job(report_id, client_id=owner)
    if report is not None and report.digest is not None:
        return reconciliation(report)
    if job is None or job.kind != WorkKind.RECONCILE:
        return None
    state = JobState.RUNNING if job.state is JobState.FINISHED else job.state
    return reconciliation(report or Report(report_id, "", job.created_at), state)


def reconciliation(report: Report, state: JobState = JobState.FINISHED) -> Reconciliation:
    """Return a report in the schema's form."""
    finished = report.digest is not None
    return Reconciliation(
        application_id=report.apply_job,
        undo_id=report.undo_job,
        id=strawberry.ID(report.id),
        state=state,
        digest=report.digest,
        signature=report.signature,
        counts=[FindingCount(kind=kind, count=count) for kind, count in (report.counts or {}).items()],
        csv_url=f"/reconciliations/{report.id}.csv" if finished else None,
        created_at=moment(report.created_at),
        finished_at=None if report.finished_at is None else moment(report.finished_at),
    )


def finding(one: Found) -> Finding:
    """Return a finding in the schema's form."""
    found = one.finding
    revoker = RevokedBy.HERE if found.revoked_here else RevokedBy.SOURCE
    return Finding(
        kind=found.kind,
        programme=found.programme,
        beneficiary_id=found.beneficiary_id,
        dose=found.dose or None,
        certificate_id=None if found.certificate_id is None else strawberry.ID(found.certificate_id),
        version=found.version,
        differences=[_difference(each) for each in found.differences],
        row=found.row,
        line=found.line,
        revoked_by=revoker if found.kind is FindingKind.REVOKED_ELSEWHERE else None,
        message=found.message,
        result=one.result,
        new_certificate_id=None if one.made_id is None else strawberry.ID(one.made_id),
    )


def _difference(one: FieldDifference) -> ReconciliationDifference:
    return ReconciliationDifference(field=one.field, ours=one.ours, theirs=one.theirs)
