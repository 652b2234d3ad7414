"""reconcile, applyReconciliation, undoReconciliation and reconciliation."""

from datetime import date
from typing import Annotated

import strawberry
from msgspec import structs
from strawberry import UNSET

from credential.errors import BadUserInput, UserFault
from credential.operations import apply_reconciliation
from credential.operations.begin_reconcile import Intake, reconcile_records, reconcile_upload, until_reported
from credential.operations.reconcile_order import ReconcileOrder
from credential.reconciliation.findings import FindingKind
from credential.record import Kind
from resolvers.context import Context, Info
from resolvers.enums import Completeness
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import KEY, VaccinationRecordInput, optional
from resolvers.issue import checked_key, checked_wait, chosen_records, fingerprint_of
from resolvers.jobs import Job, job_of
from resolvers.scalars import Date, RecordList
from resolvers.types_reconciliation import Reconciliation, reconciliation_of

OPERATION = "reconcile"
NONCE_BYTES = 12
argument = strawberry.argument
field = strawberry.field


@strawberry.input(description="Which certificates the source claims to name all of; what is left out is no limit.")
class ReconciliationScopeInput:
    """A facility, days of vaccination, or everything."""

    facility: str | None = optional("Id of the facility, or its name where it has none.")
    from_: Date | None = strawberry.field(
        name="from", default=UNSET, description="First day of vaccination, in Asia/Kolkata."
    )
    to: Date | None = optional("The day after the last one.")


@strawberry.input(
    description="Input of reconcile: exactly one of `records`, `recordsJson` and `uploadId`. An empty value says "
    "nothing; `revoked: true` in a record's JSON, or a column `revoked`, says that the source has revoked it."
)
class ReconcileInput:
    """What the source holds now."""

    records: list[VaccinationRecordInput] | None = optional("Typed records, at most 1,000.")
    records_json: RecordList | None = optional("Records as JSON, at most 1,000; requests of the old system's, too.")
    upload_id: strawberry.ID | None = optional("A file of records that was uploaded.")
    complete: Completeness | None = optional("Of whom the source names all doses: others of theirs are then EXTRA.")
    scope: ReconciliationScopeInput | None = optional(
        "Which certificates the source names all of, `{}` for every one: others of the scope are then EXTRA."
    )
    kind: Kind = field(default=Kind.DOMESTIC, description="Kind of new certificates whose record names none.")
    idempotency_key: str | None = field(default=None, description=KEY)
    wait_ms: int = field(default=0, description="Wait up to so many milliseconds, at most 10,000, for the report.")


@strawberry.input(description="Input of applyReconciliation.")
class ApplyReconciliationInput:
    """Which report, and what of it."""

    report_digest: str = field(description="Digest of the report; of several with this digest the newest is meant.")
    kinds: list[FindingKind] | None = optional(
        "What is put right; the default is MISSING, DIFFERENT and REVOKED_ELSEWHERE. EXTRA is revoked when named here."
    )
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.input(description="Input of undoReconciliation.")
class UndoReconciliationInput:
    """Which report."""

    report_digest: str = field(description="Digest of the report that was applied.")
    idempotency_key: str | None = field(default=None, description=KEY)


@strawberry.type(description="Answer of reconcile.")
class ReconcilePayload:
    """The report."""

    reconciliation: Reconciliation | None = field(description="The report, finished or on its way.")
    user_errors: list[UserError] = field(description="Why there is none.")


@strawberry.type(description="Answer of applyReconciliation and undoReconciliation.")
class ApplyReconciliationPayload:
    """The job that acts."""

    report_id: strawberry.Private[str | None] = None
    job_id: strawberry.Private[str | None] = None
    approval_needed: bool = field(
        default=False, description="The job begins when another client sends the same: that is the approval."
    )
    user_errors: list[UserError] = field(default_factory=list, description="Why nothing was begun.")

    @computed("The job that acts, of the client that began it.")
    async def job(self, info: Info) -> Job | None:
        """Read it."""
        return await job_of(info.context, self.job_id) if self.job_id else None

    @computed("The report, where it is the caller's own.")
    async def reconciliation(self, info: Info) -> Reconciliation | None:
        """Read it."""
        return await reconciliation_of(info.context, self.report_id) if self.report_id else None


async def reconcile(
    info: Info, given: Annotated[ReconcileInput, argument(name="input", description="What the source holds now.")]
) -> ReconcilePayload:
    """Begin a dry run, and wait for its report if asked to."""
    context = info.context
    try:
        report_id = await _begun(context, given)
        await until_reported(report_id, wait_ms=checked_wait(given.wait_ms), reports=context.ports.reports)
    except UserFault as fault:
        return ReconcilePayload(reconciliation=None, user_errors=[user_error(fault)])
    return ReconcilePayload(reconciliation=await reconciliation_of(context, report_id), user_errors=[])


async def _begun(context: Context, given: ReconcileInput) -> str:
    checked_wait(given.wait_ms)
    key, order = checked_key(given.idempotency_key), _order(given)
    ports = context.ports
    intake = Intake(ports.works, ports.files, ports.reports, context.press.shelf)
    asked = [order.kind, order.beneficiaries, order.scoped, order.facility, order.start, order.end]
    if given.upload_id is not UNSET and given.upload_id is not None:
        if given.records or given.records_json:
            raise BadUserInput("Give exactly one of records, recordsJson and uploadId.", ("uploadId",))
        request = context.request(OPERATION, key, fingerprint_of([*asked, given.upload_id]) if key else b"")
        return await reconcile_upload(given.upload_id, order, request=request, intake=intake)
    name, records = chosen_records(given)
    request = context.request(OPERATION, key, fingerprint_of([*asked, {name: records}]) if key else b"")
    nonce = context.deployment.randomness(NONCE_BYTES).hex()
    return await reconcile_records(records, order, nonce=nonce, request=request, intake=intake)


def _order(given: ReconcileInput) -> ReconcileOrder:
    """Return what is asked, without the source. Raises BadUserInput."""
    beneficiaries = bool(given.complete)
    scope = given.scope or None
    if beneficiaries and scope is not None:
        raise BadUserInput("Give either complete or scope.", ("scope",))
    order = ReconcileOrder("", kind=given.kind, beneficiaries=beneficiaries)
    if scope is None:
        return order
    start, end = _day(scope.from_, "from"), _day(scope.to, "to")
    return structs.replace(order, scoped=True, facility=scope.facility or None, start=start, end=end)


def _day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadUserInput("Expected an existing date (YYYY-MM-DD).", ("scope", name)) from None


async def apply_report(
    info: Info, given: Annotated[ApplyReconciliationInput, argument(name="input", description="Which report.")]
) -> ApplyReconciliationPayload:
    """Begin to put right what a report found, or approve that."""
    kinds = given.kinds or None
    return await _acted(info.context, given.report_digest, kinds, given.idempotency_key, undo=False)


async def undo_report(
    info: Info, given: Annotated[UndoReconciliationInput, argument(name="input", description="Which report.")]
) -> ApplyReconciliationPayload:
    """Begin to take back what applying a report did, or approve that."""
    return await _acted(info.context, given.report_digest, None, given.idempotency_key, undo=True)


async def _acted(
    context: Context, digest: str, kinds: list[FindingKind] | None, key: str | None, *, undo: bool
) -> ApplyReconciliationPayload:
    operation = apply_reconciliation.UNDO if undo else apply_reconciliation.APPLY
    try:
        checked = checked_key(key)
        request = context.request(operation, checked, fingerprint_of([digest, kinds]) if checked else b"")
        report, begun = await apply_reconciliation.begin(
            digest,
            kinds,
            undo=undo,
            request=request,
            approval_above=context.deployment.policy.approval_above,
            reports=context.ports.reports,
            works=context.ports.works,
        )
    except UserFault as fault:
        return ApplyReconciliationPayload(user_errors=[user_error(fault)])
    return ApplyReconciliationPayload(report_id=report.id, job_id=begun.id, approval_needed=begun.awaiting)


async def reconciliation(
    info: Info, id_: Annotated[strawberry.ID, argument(name="id", description="Id of the report.")]
) -> Reconciliation | None:
    """Return a report of the caller's own; an admin any."""
    return await reconciliation_of(info.context, id_)
