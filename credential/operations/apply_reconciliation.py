"""Applying a reconciliation's report, and undoing that: each finding once, at a bounded rate (contract, reconcile)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from credential.access import Caller, Scope
from credential.certificate import RevocationReason
from credential.errors import BadUserInput, NotFound
from credential.jobs import PUBLISH_REVOCATIONS, SIGN, Job
from credential.operations.issue import check_qr
from credential.operations.nudging import nudge
from credential.policy import IssuancePolicy
from credential.ports import (
    Act,
    Acted,
    ActKind,
    Applying,
    BegunWork,
    Found,
    JobState,
    Queue,
    Recorded,
    Report,
    Reports,
    Request,
    Result,
    Step,
    Work,
    WorkKind,
    Works,
)
from credential.reconciliation.comparing import changed
from credential.reconciliation.findings import APPLICABLE, BY_DEFAULT, Dose, Finding, FindingKind
from credential.reconciliation.undoing import former
from credential.record import Kind, VaccinationRecord, record_from_json

PAGE = 500
APPLY, UNDO = "applyReconciliation", "undoReconciliation"
UNKNOWN = "There is no finished report with this digest; make one with reconcile."


class ApplyOrder(Struct, frozen=True):
    """Which report, and which kinds of its findings."""

    report: str
    kinds: tuple[FindingKind, ...]


class Cursor(Struct, frozen=True, omit_defaults=True):
    """Where it stands: the last finding done, and what came of those before."""

    after: str | None = None
    counts: dict[Result, int] = {}


@dataclass(frozen=True, slots=True)
class Tools:
    """What acts are done with. Without `queue` the relay brings what follows."""

    reports: Reports
    applying: Applying
    policy: IssuancePolicy
    queue: Queue | None = None


async def begin(
    digest: str,
    kinds: Collection[FindingKind] | None,
    *,
    undo: bool,
    request: Request,
    approval_above: int,
    reports: Reports,
    works: Works,
) -> tuple[Report, BegunWork]:
    """Begin to apply a report, or to undo what applying it did; or approve what another client began.

    One who asks again finds the same work. `kinds` None: all but EXTRA. Raises NotFound, BadUserInput and the
    idempotency faults.
    """
    report = await reports.newest_report(digest)
    if report is None or not await _may(report, request.caller, works, undo=undo):
        raise NotFound(UNKNOWN, ("reportDigest",))
    chosen = _chosen(report, kinds)
    order = ApplyOrder(report.id, chosen)
    number = sum((report.counts or {}).get(kind, 0) for kind in chosen)
    begun = await works.begin_work(
        request,
        WorkKind.UNDO if undo else WorkKind.APPLY,
        msgspec.json.encode(order),
        total=number,
        subject=report.id.encode() if undo else msgspec.json.encode(order),
        approval=number > approval_above,
    )
    await reports.note_job(report.id, begun.id, undo=undo)
    return report, begun


async def _may(report: Report, caller: Caller, works: Works, *, undo: bool) -> bool:
    """Tell whether a caller may: its own report, an admin any, and others what waits for somebody's approval."""
    if caller.has(Scope.ADMIN) or report.client_id == (caller.client_id or caller.name):
        return True
    job = report.undo_job if undo else report.apply_job
    waiting = None if job is None else await works.work(job, client_id=None)
    return waiting is not None and (waiting.state is JobState.AWAITING_APPROVAL or waiting.approved_by is not None)


def _chosen(report: Report, kinds: Collection[FindingKind] | None) -> tuple[FindingKind, ...]:
    chosen = frozenset(BY_DEFAULT if kinds is None else kinds)
    if not chosen or not chosen <= APPLICABLE:
        raise BadUserInput(
            "Give kinds that can be put right: MISSING, DIFFERENT, EXTRA, REVOKED_ELSEWHERE.", ("kinds",)
        )
    if FindingKind.EXTRA in chosen and (report.counts or {}).get(FindingKind.INVALID):
        message = "EXTRA cannot be believed while rows of the source are INVALID; mend them and reconcile again."
        raise BadUserInput(message, ("kinds",))
    return tuple(kind for kind in FindingKind if kind in chosen)


async def apply_step(work: Work, *, tools: Tools, now: datetime) -> Step:
    """Put the next findings right."""
    return await _step(work, tools, now, undo=False)


async def undo_step(work: Work, *, tools: Tools, now: datetime) -> Step:
    """Take the next acts back, where nothing has changed since."""
    return await _step(work, tools, now, undo=True)


async def _step(work: Work, tools: Tools, now: datetime, *, undo: bool) -> Step:
    order = msgspec.json.decode(work.order, type=ApplyOrder)
    cursor = msgspec.json.decode(work.cursor, type=Cursor) if work.cursor else Cursor()
    rate = tools.policy.apply_per_second
    size = min(PAGE, rate) if rate else PAGE
    kinds = tuple(APPLICABLE) if undo else order.kinds
    page = await tools.reports.findings(order.report, kinds=kinds, first=size, after=cursor.after)
    wanted = [one for one in page.items if (one.result is not None if undo else one.finding.applicable)]
    acted = await _act(wanted, work, order.report, tools, now, undo=undo)
    counts = dict(Counter(cursor.counts) + Counter(acted.results))
    after = Cursor(page.cursors[-1] if page.cursors else cursor.after, counts)
    await _nudge(tools.queue, acted)
    return Step(
        msgspec.json.encode(after),
        counts.get(Result.DONE, 0),
        counts.get(Result.STALE, 0) + counts.get(Result.REFUSED, 0),
        finished=not page.has_next,
        result=msgspec.json.encode(counts),
        wait=len(wanted) / rate if rate and page.has_next else 0,
    )


async def _act(
    wanted: Sequence[Found], work: Work, report_id: str, tools: Tools, now: datetime, *, undo: bool
) -> Acted:
    """Make acts of findings, and have them done."""
    ids = [name for one in wanted for name in (one.finding.certificate_id, one.made_id) if name]
    recorded = dict(zip(ids, await tools.applying.recorded(ids), strict=True))
    acts: list[Act] = []
    refused: list[Act] = []
    for one in wanted:
        try:
            act = _undoing(one, recorded, now) if undo else _applying(one, recorded, now)
            if act is not None and act.record is not None and not undo:
                check_qr(act.record, now=now, policy=tools.policy)
        except BadUserInput:
            refused.append(Act(one.finding.kind, one.number, ActKind.REVOKE, _dose(one.finding)))
        else:
            acts += [] if act is None else [act]
    if not acts and not refused:
        return Acted((), {})
    request = Request(work.caller, UNDO if undo else APPLY, None, b"", now)
    return await tools.applying.act(request, report_id, acts, refused, undo=undo)


def _applying(one: Found, recorded: Mapping[str, Recorded | None], now: datetime) -> Act | None:
    """Return what puts a finding right. Raises BadUserInput where the record that comes of it breaks a rule."""
    found = one.finding
    if found.kind is FindingKind.MISSING:
        record = record_from_json(found.record.encode())
        return _version(one, ActKind.ISSUE, record, record.kind or Kind.DOMESTIC)
    if found.kind is FindingKind.DIFFERENT:
        held = recorded.get(found.certificate_id or "")
        if held is None:
            return None
        changes: dict[str, Any] = msgspec.json.decode(found.record)
        record = changed(held.record, held.kind, changes, now=now)
        return _version(one, ActKind.CORRECT, record, record.kind or held.kind, on=found.certificate_id)
    reason = RevocationReason.ISSUED_IN_ERROR if found.kind is FindingKind.EXTRA else RevocationReason.OTHER
    return Act(found.kind, one.number, ActKind.REVOKE, _dose(found), found.certificate_id, reason=reason)


def _undoing(one: Found, recorded: Mapping[str, Recorded | None], now: datetime) -> Act | None:
    """Return what takes an act back. Raises BadUserInput where the record that comes of it breaks a rule."""
    found, old, new = one.finding, one.finding.certificate_id, one.made_id
    if one.result is not Result.DONE and one.result is not Result.UNDONE:
        return None
    if found.kind is FindingKind.MISSING:
        reason = RevocationReason.ISSUED_IN_ERROR
        return Act(found.kind, one.number, ActKind.REVOKE, _dose(found), new, reason=reason)
    before = recorded.get(old or "")
    if before is None:
        return None
    if found.kind is not FindingKind.DIFFERENT:
        return _version(one, ActKind.ISSUE, before.record, before.kind, client_id=before.client_id)
    after = recorded.get(new or "")
    if after is None:
        return None
    record = former(after.record, before.record, before.kind, [each.field for each in found.differences], now=now)
    return _version(one, ActKind.CORRECT, record, before.kind, on=new)


def _version(
    one: Found,
    kind: ActKind,
    record: VaccinationRecord,
    certificate_kind: Kind,
    *,
    on: str | None = None,
    client_id: str | None = None,
) -> Act:
    found = one.finding
    return Act(
        found.kind,
        one.number,
        kind,
        _dose(found),
        certificate_id=on,
        record=record,
        certificate_kind=certificate_kind,
        client_id=client_id,
    )


def _dose(found: Finding) -> Dose:
    return Dose(found.programme, found.beneficiary_id, found.dose)


async def _nudge(queue: Queue | None, acted: Acted) -> None:
    if queue is not None:
        await nudge(queue, Job(SIGN, acted.new))
        await nudge(queue, Job(PUBLISH_REVOCATIONS))
