"""The public figures, kept for a minute: however many ask, one of them has them counted."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from credential.errors import PramaanError
from credential.formats.bulk_csv import write_rows
from credential.operations.public_figures import PublicFigures, Row, public_figures
from credential.ports import Figuring
from gateway.faults import log

KEPT = timedelta(minutes=1)
JSON, CSV = "application/json", "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True, slots=True)
class Printed:
    """The figures in one form, as sent; equal bytes have an equal tag."""

    media_type: str
    content: bytes
    packed: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What was counted at one time, in all forms, and since when it is the same."""

    made_at: datetime
    changed_at: datetime
    json: Printed
    csv: Printed


class FiguresCache:
    """Counts at most once a minute. Who comes while it is counted gets the last edition, or waits for the first."""

    def __init__(self, figuring: Figuring, clock: Callable[[], datetime]) -> None:
        """Take the port that counts, and the time."""
        self._figuring, self._clock = figuring, clock
        self._edition: Edition | None = None
        self._making: asyncio.Task[Edition] | None = None

    async def edition(self) -> Edition:
        """Return the newest edition that there is. Raises Unavailable where there is none yet and none can be made."""
        last = self._edition
        if last and self._clock() - last.made_at < KEPT:
            return last
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        if last:
            return last
        return await asyncio.shield(self._making)

    async def close(self) -> None:
        """Let what is being counted end."""
        if self._making:
            await asyncio.gather(self._making, return_exceptions=True)

    async def _make(self) -> Edition:
        try:
            edition = await self._counted(self._clock(), self._edition)
            self._edition = edition
            return edition
        finally:
            self._making = None

    async def _counted(self, now: datetime, last: Edition | None) -> Edition:
        """Count. Where the store is away, the last ones stay for another minute: not every viewer asks it."""
        try:
            return edition_of(await public_figures(figuring=self._figuring, now=now), now, last)
        except PramaanError:
            if last is None:
                raise
            log.warning("figures_not_counted")
            return Edition(now, last.changed_at, last.json, last.csv)


def edition_of(figures: PublicFigures, now: datetime, last: Edition | None) -> Edition:
    """Return the figures in all forms; unchanged ones keep the time of their last change."""
    json, table = _printed(JSON, _json(figures)), _printed(CSV, _csv(figures.rows))
    same = last is not None and last.json.tag == json.tag
    return Edition(now, last.changed_at if last and same else now, json, table)


def _json(figures: PublicFigures) -> bytes:
    rows = [
        {"table": row.table, "key": row.key, "value": row.value, "suppressed": row.suppressed} for row in figures.rows
    ]
    return msgspec.json.encode({"asOf": figures.as_of, "rows": rows})


def _csv(rows: tuple[Row, ...]) -> bytes:
    lines = [
        (row.table, row.key, "" if row.value is None else str(row.value), str(row.suppressed).lower()) for row in rows
    ]
    return write_rows(("table", "key", "value", "suppressed"), lines).encode()


def _printed(media_type: str, content: bytes) -> Printed:
    return Printed(media_type, content, gzip.compress(content, 9, mtime=0), sha256(content).hexdigest()[:32])
