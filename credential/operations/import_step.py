"""The steps of an import: first every page is taken in, then every page is sealed.

A page is issued under an idempotency key of its own, so that trying it again changes nothing. It is sealed once none of
its certificates waits to be signed: what became of its rows is fixed then, and a root stands over it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import msgspec

from credential import merkle
from credential.certificate import Status
from credential.errors import IdempotencyInProgress, NotFound
from credential.formats.record_rows import FileForm, RecordRow
from credential.formats.row_stream import Place
from credential.import_outcome import leaf_of, unsigned
from credential.operations.files import form_of_file, judged
from credential.operations.import_source import rows_from
from credential.operations.imports import PAGE, Cursor, Order, Result
from credential.operations.issue import take
from credential.operations.sealing import Shelf
from credential.policy import IssuancePolicy
from credential.ports import (
    Files,
    ImportPage,
    ImportResults,
    ImportRow,
    Imports,
    Intake,
    Outbox,
    Outcome,
    Queue,
    Request,
    RowState,
    Step,
    StoredFile,
    Work,
)

ISSUING = "issueCertificates"
CROWDED = 20_000
"""Rows in the outbox above which the job waits: others are refused at five times as many."""
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Deployed:
    """The ports of a step."""

    files: Files
    shelf: Shelf
    imports: Imports
    results: ImportResults
    intake: Intake
    outbox: Outbox
    queue: Queue
    policy: IssuancePolicy


async def step(work: Work, *, deployed: Deployed, now: datetime) -> Step:
    """Take in or seal one page. Raises Unavailable, NotFound where the file is gone."""
    cursor = msgspec.json.decode(work.cursor, type=Cursor) if work.cursor else Cursor()
    if cursor.sealing:
        return await _seal(work, cursor, deployed)
    if await deployed.outbox.backlog() > CROWDED:
        return _later(work)
    try:
        return await _take(work, cursor, deployed, now)
    except IdempotencyInProgress:  # whoever had this page before was stopped in the middle of it
        return _later(work)


@dataclass(frozen=True, slots=True)
class _Source:
    """The file of an order, and how its rows are read."""

    order: Order
    file: StoredFile
    form: FileForm
    deployed: Deployed

    @classmethod
    async def of(cls, work: Work, deployed: Deployed) -> Self:
        """Find the file."""
        order = msgspec.json.decode(work.order, type=Order)
        file = await deployed.files.file(order.file, client_id=None)
        if file is None:
            raise NotFound("The file of the import is gone.")
        return cls(order, file, await form_of_file(file, shelf=deployed.shelf), deployed)

    @property
    def start(self) -> Place:
        """Return where the first row begins."""
        return Place(0, -1) if self.order.again else self.form.start

    async def rows(self, begin: Place) -> list[RecordRow]:
        """Return the rows of a page."""
        shelf, results = self.deployed.shelf, self.deployed.results
        again = self.order.again
        return await rows_from(self.file, self.form, begin, again=again, limit=PAGE, shelf=shelf, results=results)

    def total(self, cursor: Cursor, work: Work) -> int:
        """Return about how many rows there are, by the length of those read so far."""
        if self.order.again:
            return work.total
        length = self.file.size - self.form.start.offset
        return cursor.rows * length // max(cursor.offset - self.form.start.offset, 1)


async def _take(work: Work, cursor: Cursor, deployed: Deployed, now: datetime) -> Step:
    """Take in the page behind the cursor; after the last, which is not full, begin to seal."""
    source = await _Source.of(work, deployed)
    begin = cursor.place or source.start
    rows, first = await source.rows(begin), cursor.page * PAGE
    failed = 0
    if rows:
        outcomes = await _issue(work, source, cursor.page, rows, now=now)
        noted = [_noted(first + index, row, one) for index, (row, one) in enumerate(zip(rows, outcomes, strict=True))]
        await deployed.imports.note_page(work.id, ImportPage(cursor.page, begin, first, len(rows)), noted)
        failed = sum(one.fault is not None for one in outcomes)
    done, refused = work.done + len(rows) - failed, work.failed + failed
    if len(rows) < PAGE:
        return Step(_encoded(Cursor(sealing=True)), done, refused, total=done + refused)
    after = rows[-1].after
    following = Cursor(after.offset, after.rows, after.lines, cursor.page + 1)
    return Step(_encoded(following), done, refused, total=max(done + refused, source.total(following, work)))


async def _issue(
    work: Work, source: _Source, page: int, rows: Sequence[RecordRow], *, now: datetime
) -> tuple[Outcome, ...]:
    """Issue the rows of a page, once, however often it is tried."""
    deployed, kind = source.deployed, source.order.kind
    items = await asyncio.to_thread(lambda: [judged(row, kind=kind, policy=deployed.policy, now=now) for row in rows])
    request = Request(work.caller, ISSUING, f"import {work.id} {page}", b"", now)
    return (await take(items, request=request, intake=deployed.intake, queue=deployed.queue)).outcomes


async def _seal(work: Work, cursor: Cursor, deployed: Deployed) -> Step:
    """Seal the cursor's page once none of its certificates is pending; behind the last one the job is over."""
    found = await deployed.imports.page(work.id, cursor.page)
    if found is None:
        root = merkle.root(await deployed.imports.roots(work.id))
        result = msgspec.json.encode(Result(work.total, root.hex()))
        return Step(work.cursor, work.done, work.failed, finished=True, result=result)
    page, states = found
    if any(state.status is Status.PENDING for state in states):
        return _later(work)
    late = {row.number: row for row in await _late(work, page, states, deployed)}
    leaves = [merkle.leaf(leaf_of(late.get(state.row.number, state.row))) for state in states]
    await deployed.imports.seal_page(work.id, page.number, merkle.root(leaves), list(late.values()))
    following = _encoded(Cursor(page=cursor.page + 1, sealing=True))
    return Step(following, work.done - len(late), work.failed + len(late))


async def _late(work: Work, page: ImportPage, states: Sequence[RowState], deployed: Deployed) -> list[ImportRow]:
    """Return the rows of a page that were accepted and could not be signed, with the text that they had."""
    wrong = [state for state in states if state.status is Status.FAILED]
    if not wrong:
        return []
    texts = [row.text for row in await (await _Source.of(work, deployed)).rows(page.place)]
    return [
        replace(row, fault=unsigned(failure), text=texts[row.number - page.first])
        for row, failure in ((state.row, state.failure) for state in wrong)
    ]


def _noted(number: int, row: RecordRow, outcome: Outcome) -> ImportRow:
    fault = outcome.fault
    return ImportRow(number, row.line, outcome.certificate_id, fault, None if fault is None else row.text)


def _later(work: Work) -> Step:
    return Step(work.cursor, work.done, work.failed, wait=PAUSE)


def _encoded(cursor: Cursor) -> bytes:
    return msgspec.json.encode(cursor)
