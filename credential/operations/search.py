"""Search: who is behind a number or an id, for admins alone (contract, Who calls). Audited before it is answered."""

from dataclasses import replace
from datetime import datetime

from credential.access import Caller
from credential.ports import AuditEntry, Counting, Hit, Overseeing, Page, SearchTerm
from credential.record import normal_mobile


async def search(
    term: SearchTerm,
    *,
    caller: Caller,
    first: int,
    after: str | None,
    overseeing: Overseeing,
    counting: Counting,
    now: datetime,
) -> Page[Hit]:
    """Return a page of people. Raises BadUserInput for what is no number, and for a broken cursor."""
    if term.mobile is not None:
        term = replace(term, mobile=normal_mobile(term.mobile))
    page = await overseeing.find_people(term, first=first, after=after)
    how = _how(term)
    entries = [AuditEntry(caller, "search", hit.certificate_id, now, how) for hit in page.items]
    await counting.audit(entries or [AuditEntry(caller, "search", None, now, f"{how}, nobody found")])
    return page


def _how(term: SearchTerm) -> str:
    """Return by what was searched, never for what."""
    if term.mobile is not None:
        return "by mobile"
    return "by beneficiary" if term.certificate_id is None else "by certificate"
