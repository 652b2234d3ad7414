"""Exports: a series of any length as a file, made by a worker."""

import asyncio
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from credential.errors import BadUserInput, UserFault
from credential.figures import Bucket, Cut, Measure, Point
from credential.formats.figure_tables import CSV_TYPE, PARQUET_TYPE, csv_of, parquet_of
from credential.operations import stats
from credential.operations.sealing import Shelf, Stored, whole
from credential.ports import BegunWork, Figuring, Request, Step, Work, WorkKind, Works

LONGEST = timedelta(days=3_660)
MAX_FIGURES = 1_000_000


class ExportFormat(StrEnum):
    """Kinds of files."""

    CSV = "CSV"
    PARQUET = "PARQUET"


class Order(Struct, frozen=True):
    """What is to be exported."""

    measure: Measure
    bucket: Bucket
    start: date
    end: date
    where: dict[str, str]
    by: tuple[str, ...]
    form: ExportFormat

    @property
    def cut(self) -> Cut:
        """The figures."""
        return Cut(self.start, self.end, self.where, self.by, self.bucket)


async def begin(order: Order, *, request: Request, works: Works) -> BegunWork:
    """Begin an export. Raises BadUserInput for what the caller is not told, the idempotency faults."""
    if not timedelta() < order.end - order.start <= LONGEST:
        raise BadUserInput("`to` must be after `from`, at most ten years: it is the first day left out.", ("to",))
    stats.require_told(order.cut, request.caller)
    return await works.begin_work(request, WorkKind.EXPORT, msgspec.json.encode(order))


def export_name(job_id: str, shelf: Shelf) -> str:
    """Return the name under which an export is kept."""
    return shelf.name("export", job_id)


async def remove_old(*, works: Works, shelf: Shelf, now: datetime) -> None:
    """Remove the files of exports that a purge at this time forgets: after it nothing would name them."""
    for job_id in await works.old_works(WorkKind.EXPORT, now=now):
        await shelf.remove(export_name(job_id, shelf))


async def step(work: Work, *, figuring: Figuring, shelf: Shelf) -> Step:
    """Make the whole file: reading is quick, since figures are kept ready. Without a file it counts as failed."""
    order = msgspec.json.decode(work.order, type=Order)
    try:
        points = await stats.series(order.measure, order.cut, caller=work.caller, figuring=figuring, limit=MAX_FIGURES)
    except UserFault:  # more figures than a file is made of
        return Step(b"", done=0, failed=1, total=1, finished=True)
    await shelf.keep(export_name(work.id, shelf), await asyncio.to_thread(_file, work.id, order, points))
    return Step(b"", done=len(points), failed=0, total=len(points), finished=True)


def _file(job_id: str, order: Order, points: list[Point]) -> Stored:
    name = f"{order.measure.lower()}-{order.start}-{order.end}-{job_id}.{order.form.lower()}"
    if order.form is ExportFormat.CSV:
        return whole(csv_of(points, order.by), media_type=CSV_TYPE, file_name=name)
    facts = {"measure": order.measure, "bucket": order.bucket, "filter": msgspec.json.encode(order.where).decode()}
    return whole(parquet_of(points, order.by, facts), media_type=PARQUET_TYPE, file_name=name)
