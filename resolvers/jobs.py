"""job, and results of records that were sent in."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self, cast

import strawberry
from graphql import FieldNode

from credential.access import Scope
from credential.certificate import Status
from credential.operations import imports
from credential.operations.bundles import bundle_name
from credential.operations.exporting import export_name
from credential.ports import ImportRow, JobReport, JobState, Outcome, WorkKind
from resolvers.connections import Connection, checked_first
from resolvers.context import Context, Info
from resolvers.enums import JobKind
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.scalars import DateTime, moment
from resolvers.types_certificate import Certificate, certificate
from resolvers.types_document import Document

CREATE_BUNDLE = "createBundle"
BUNDLE_RETRY_AFTER_MS = 2_000
_KINDS = {CREATE_BUNDLE: JobKind.BUNDLE} | {kind.value: JobKind[kind.name] for kind in WorkKind}
_FILES = {JobKind.BUNDLE: bundle_name, JobKind.EXPORT: export_name}
FIRST = strawberry.argument(description="How many, 1 to 100.")
AFTER = strawberry.argument(description="Cursor after which to go on.")


@dataclass(frozen=True, slots=True)
class Known:
    """Stands in for a certificate where only these fields are asked for: bulk clients need no record read back."""

    FIELDS: ClassVar[frozenset[str]] = frozenset({"id", "status", "__typename"})
    id: str
    status: Status | None
    """None where it was not asked for."""


@strawberry.type(description="What became of one record.")
class IssueResult:
    """A certificate or an error."""

    certificate_id: strawberry.Private[str | None]
    index: int = strawberry.field(description="Position of the record in the request or file, from 0.")
    error: UserError | None = strawberry.field(description="Why the record was refused.")
    line: int | None = strawberry.field(
        default=None, description="Line of the file on which it begins, from 1; null of what came in no file."
    )

    @computed("The certificate; null where the record was refused.")
    async def certificate(self, info: Info) -> Certificate | None:
        """Read the certificate, together with those of the other results."""
        if self.certificate_id is None:
            return None
        asked = asked_for(info)
        if asked <= Known.FIELDS:
            status = await info.context.status(self.certificate_id) if "status" in asked else None
            return cast("Certificate", Known(self.certificate_id, status))
        found = await info.context.own(self.certificate_id)
        return certificate(found) if found else None


@strawberry.type(description="What became of one row of an import, and the way from it to the root (RFC 9162).")
class RowProof:
    """A proof; `pramaan proof verify` checks it."""

    row: int = strawberry.field(description="Number of the row, from 0.")
    leaf: str = strawberry.field(description="What became of it: JSON, of whose bytes the leaf is the hash.")
    size: int = strawberry.field(description="Number of rows of the job.")
    path: list[str] = strawberry.field(description="Hashes from the leaf up, in hexadecimal.")
    root: str = strawberry.field(description="The job's root, in hexadecimal.")

    @classmethod
    def of(cls, proof: imports.Proof) -> Self:
        """Return a proof in the schema's form."""
        path = [step.hex() for step in proof.path]
        return cls(row=proof.row, leaf=proof.leaf, size=proof.size, path=path, root=proof.root.hex())


@strawberry.type(description="Work for many records or certificates on its way.")
class Job:
    """Progress and results."""

    id: strawberry.ID = strawberry.field(description="Id of the job.")
    kind: JobKind = strawberry.field(description="What it does.")
    state: JobState = strawberry.field(description="Whether anything is still pending.")
    total: int = strawberry.field(description="Number of records or certificates.")
    done: int = strawberry.field(description="How many were signed, or are in the bundle.")
    failed: int = strawberry.field(description="How many were refused, failed, or are not the caller's.")
    created_at: DateTime = strawberry.field(description="When it was accepted.")
    finished_at: DateTime | None = strawberry.field(description="When the last of it was done or failed.")

    @computed(
        "The ZIP of a bundle, whose manifest.csv tells what became of each certificate; the file of an export, FAILED "
        "where it would have more than a million figures; null for other jobs."
    )
    async def document(self, info: Info) -> Document | None:
        """Give a link once it is made."""
        if self.kind not in _FILES:
            return None
        if self.state is JobState.FAILED:
            return Document.failed()
        if self.state is not JobState.FINISHED:
            return Document.pending(BUNDLE_RETRY_AFTER_MS)
        name = _FILES[self.kind](self.id, info.context.press.shelf)
        stored = await info.context.press.shelf.fetch(name)
        return Document.failed() if stored is None else Document.of(name, stored, info.context)

    @computed("Root of the Merkle tree over what became of each row, in hexadecimal; null unless a finished import.")
    async def merkle_root(self, info: Info) -> str | None:
        """Read the result."""
        if self.kind is not JobKind.IMPORT or self.state is not JobState.FINISHED:
            return None
        return imports.root_of(
            await imports.import_of(self.id, caller=info.context.caller, works=info.context.ports.works)
        )

    @computed("What became of a row, provably; null where there is no such row, or the job is no finished import.")
    async def proof(
        self, info: Info, row: Annotated[int, strawberry.argument(description="Number of the row, from 0.")]
    ) -> RowProof | None:
        """Make the proof."""
        if self.kind is not JobKind.IMPORT:
            return None
        ports = info.context.ports
        report = await imports.import_of(self.id, caller=info.context.caller, works=ports.works)
        found = await imports.prove(report, row, imports=ports.imports)
        return None if found is None else RowProof.of(found)

    @computed("Results in the order of the records; of bundles and other work none.")
    async def results(
        self,
        info: Info,
        first: Annotated[int, FIRST],
        after: Annotated[str | None, AFTER] = None,
        failed: Annotated[bool, strawberry.argument(description="Of an import, only rows that failed.")] = False,  # noqa: FBT002 - GraphQL names its arguments
    ) -> Connection[IssueResult]:
        """Read a page of results."""
        context = info.context
        if self.kind is JobKind.IMPORT:
            rows = await context.ports.results.import_rows(
                self.id, first=checked_first(first), after=after, failed=failed
            )
            return Connection[IssueResult].of(rows, _row_result)
        page = await context.ports.jobs.results(
            self.id, client_id=_owner(context), first=checked_first(first), after=after
        )
        return Connection[IssueResult].of(page, lambda item: issue_result(item[0], item[1], ()))


async def job(
    info: Info, id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="Id of the job.")]
) -> Job | None:
    """Return a job of the caller's own; admins see all."""
    return await job_of(info.context, id_)


async def job_of(context: Context, job_id: str) -> Job | None:
    """Read a job; another client's answers as unknown."""
    report = await context.ports.jobs.job(job_id, client_id=_owner(context))
    return _job(report) if report else None


def asked_for(info: Info) -> set[str]:
    """Return the names of the fields that are asked for; a spread counts as a name that no field has."""
    nodes = info._raw_info.field_nodes  # noqa: SLF001 - Strawberry's own view of selections costs more than it tells
    chosen = (one for node in nodes if node.selection_set for one in node.selection_set.selections)
    return {one.name.value if isinstance(one, FieldNode) else "..." for one in chosen}


def issue_result(index: int, outcome: Outcome, prefix: tuple[str, ...]) -> IssueResult:
    """Return an outcome in the schema's form, with the fault's path below the record's place in the input."""
    error = user_error(outcome.fault.under(*prefix)) if outcome.fault else None
    return IssueResult(certificate_id=outcome.certificate_id, index=index, error=error)


def _row_result(row: ImportRow) -> IssueResult:
    error = user_error(row.fault) if row.fault else None
    return IssueResult(
        certificate_id=None if row.fault else row.certificate_id, index=row.number, error=error, line=row.line
    )


def _job(report: JobReport) -> Job:
    return Job(
        id=strawberry.ID(report.id),
        kind=_KINDS.get(report.kind, JobKind.ISSUE),
        state=report.state,
        total=report.total,
        done=report.done,
        failed=report.failed,
        created_at=moment(report.created_at),
        finished_at=moment(report.finished_at) if report.finished_at else None,
    )


def _owner(context: Context) -> str | None:
    """Return whose jobs the caller sees: None for all."""
    return None if context.caller.has(Scope.ADMIN) else context.caller.client_id
