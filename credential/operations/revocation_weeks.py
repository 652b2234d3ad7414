"""The old weekly list of revoked certificates (Co-WIN specification 4.6), for the issuer's own callers.

It tells certificate ids, which no public list does. Its column is repaired: the id is that of the certificate that no
longer counts, not of the one after it.
"""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from credential.access import Caller, own_rows
from credential.errors import BadUserInput
from credential.ports import AuditEntry, Counting, RevokedCertificate, Revoking

PAGE: Final = 10_000
_INDIA: Final = ZoneInfo("Asia/Kolkata")
_WEEK: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])-w([1-5])", re.ASCII)
_DAYS: Final = 7


def week(name: str) -> tuple[datetime, datetime]:
    """Return the first moment of a week such as 2022-03-w1, and the first after it.

    The old name: N is the day of the month divided by seven, plus one, so w1 has six days and w5 the last few. Raises
    BadUserInput.
    """
    found = _WEEK.fullmatch(name)
    if found is None:
        raise BadUserInput("Name a week as the files were named, such as 2022-03-w1.", ("week",))
    year, month, number = (int(part) for part in found.groups())
    first = date(year, month, max(1, _DAYS * (number - 1))) if _DAYS * (number - 1) <= _last(year, month) else None
    if first is None:
        raise BadUserInput("The month has no such week.", ("week",))
    end = date(year, month, 1) + timedelta(days=min(_DAYS * number - 1, _last(year, month)))
    return _midnight(first), _midnight(end)


async def revoked_in(
    name: str, *, caller: Caller, revoking: Revoking, counting: Counting, now: datetime
) -> AsyncIterator[list[RevokedCertificate]]:
    """Return pages of what was revoked or superseded in a week, oldest first; only what the caller may see.

    Raises BadUserInput for a week that there is not, Unavailable where the access cannot be audited.
    """
    start, end = week(name)
    await counting.audit([AuditEntry(caller, "list revoked", None, now, name)])
    return _pages(start, end, caller, revoking)


async def _pages(
    start: datetime, end: datetime, caller: Caller, revoking: Revoking
) -> AsyncIterator[list[RevokedCertificate]]:
    last: RevokedCertificate | None = None
    while True:
        page = await revoking.revoked(start=start, end=end, after=last, limit=PAGE, visible=own_rows(caller))
        if page:
            yield page
            last = page[-1]
        if len(page) < PAGE:
            return


def _last(year: int, month: int) -> int:
    """Return the last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _INDIA)
