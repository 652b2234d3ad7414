"""Reading a finished report: pages of findings, or all of them as CSV. Each reading is audited first."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from credential.access import Caller, Scope
from credential.errors import NotFound
from credential.ports import AuditEntry, Counting, Found, Page, Report, Reports
from credential.reconciliation.findings import FindingKind
from credential.reconciliation.lines import END, HEADER, lines

PAGE = 1_000
NO_REPORT = "There is no such report of yours."


def owner_of(caller: Caller) -> str | None:
    """Return whose reports a caller sees: None for all."""
    return None if caller.has(Scope.ADMIN) else caller.client_id or ""


async def own_report(report_id: str, *, caller: Caller, reports: Reports) -> Report:
    """Return a finished report of the caller's own, an admin any. Raises NotFound."""
    found = await reports.report(report_id, client_id=owner_of(caller))
    if found is None or found.digest is None:
        raise NotFound(NO_REPORT)
    return found


async def findings(
    report_id: str,
    kinds: Sequence[FindingKind],
    *,
    first: int,
    after: str | None,
    caller: Caller,
    reports: Reports,
    counting: Counting,
    now: datetime,
) -> Page[Found]:
    """Return a page of a report that the caller may read. Raises BadUserInput on a broken cursor."""
    await note_reading(report_id, caller=caller, counting=counting, now=now)
    return await reports.findings(report_id, kinds=kinds, first=first, after=after)


async def note_reading(report_id: str, *, caller: Caller, counting: Counting, now: datetime) -> None:
    """Note that somebody reads findings, which are personal data."""
    await counting.audit([AuditEntry(caller, "readReconciliation", None, now, report_id)])


async def csv(report_id: str, *, reports: Reports) -> AsyncIterator[bytes]:
    """Yield a report's CSV, a page at a time: its digest is over the lines below the header."""
    yield HEADER.encode()
    after, more = None, True
    while more:
        page = await reports.findings(report_id, kinds=tuple(FindingKind), first=PAGE, after=after)
        told = lines(one.finding for one in page.items)
        if told:
            yield (END.join(told) + END).encode()
        after, more = (page.cursors or (None,))[-1], page.has_next
