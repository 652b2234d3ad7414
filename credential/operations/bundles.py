"""Bundles: one ZIP with the documents of many certificates, made by workers part by part.

A part is an artifact of up to 25 documents, with a small one beside it that tells what is in it. The parts know nothing
of each other: any worker makes any of them, and what is made stays made. The last job puts the directory behind them.
Memory holds one part at a time.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from msgspec import Struct
from msgspec.json import decode, encode

from credential.access import own_rows
from credential.certificate import Certificate
from credential.errors import BadUserInput, UserFault
from credential.formats import zip_parts
from credential.formats.bulk_csv import write_rows
from credential.formats.zip_parts import Entry, File
from credential.jobs import BUNDLE, Job
from credential.operations import documents, stats
from credential.operations.documents import DocumentFormat, Press
from credential.operations.nudging import nudge
from credential.operations.sealing import Envelope, Section, Shelf, Stored, whole
from credential.ports import AuditEntry, BundleOrder, BundlePart, Bundles, BundleSelection, Counting, Queue, Request
from credential.record import INDIA
from credential.rendering import Layout

MAX_ATTEMPTS = 5
"""How often a part is tried before its certificates are given up as FAILED, and the whole before the job is."""
MEDIA_TYPE = "application/zip"
PART_TYPE = "application/octet-stream"
MANIFEST = "manifest.csv"
INCLUDED, NOT_FOUND, NOT_ISSUED, FAILED = "INCLUDED", "NOT_FOUND", "NOT_ISSUED", "FAILED"
_ID = re.compile(r"[A-Za-z0-9]{1,64}")


class Row(Struct, frozen=True):
    """A line of the manifest: a certificate id as it was asked for, the file in the ZIP or nothing, the outcome."""

    certificate_id: str
    file: str
    outcome: str


class PartIndex(Struct, frozen=True):
    """What a part holds."""

    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]
    size: int


async def create(
    selection: BundleSelection, order: BundleOrder, *, request: Request, bundles: Bundles, queue: Queue
) -> str:
    """Order a bundle of the caller's own certificates, an admin of any; return the id of its job.

    Ids that are named twice count once. Raises BadUserInput and the idempotency faults.
    """
    if bool(selection.ids) == (selection.facility is not None):
        raise BadUserInput("Give exactly one of certificateIds, with at least one id, and facilityId.")
    if selection.start and selection.end and selection.start >= selection.end:
        raise BadUserInput("`to` must be after `from`: the day it names is the first that is left out.", ("to",))
    if not all(_ID.fullmatch(one) for one in selection.ids):
        raise BadUserInput("A certificate id has letters and digits only.", ("certificateIds",))
    chosen = replace(selection, ids=tuple(dict.fromkeys(selection.ids)))
    job_id = await bundles.create_bundle(request, chosen, order, visible=own_rows(request.caller))
    await nudge(queue, Job(BUNDLE))
    return job_id


def bundle_name(job_id: str, shelf: Shelf) -> str:
    """Return the name under which a bundle is kept."""
    return shelf.name("bundle", job_id)


async def make_next(*, bundles: Bundles, counting: Counting, press: Press, now: datetime) -> int:
    """Make the part that has waited longest; without one remove an old bundle. Return how many parts were made."""
    part = await bundles.lease_part(now=now)
    if part is None:
        await _remove_expired(bundles, press.shelf, now)
        return 0
    if not part.is_last:
        await _make(part, bundles, counting, press, now)
    elif part.attempts > MAX_ATTEMPTS or await _put_together(part, press.shelf):
        await bundles.finish_part(part, done=0, failed=0, now=now)
    return 1


async def _make(part: BundlePart, bundles: Bundles, counting: Counting, press: Press, now: datetime) -> None:
    """Make a part; its reads are audited, and counted once where it was not made before."""
    files, rows, found = await _documents(part, press)
    await counting.audit([AuditEntry(part.caller, "read", one.id, now, f"bundle {part.job_id}") for one in found])
    await _keep_part(part, zip_parts.pack(files), rows, press.shelf)
    done = len(found)
    if await bundles.finish_part(part, done=done, failed=len(rows) - done, now=now):
        order = part.order
        events = [
            stats.access(one, part.caller, form=order.format, now=now, language=order.language or "") for one in found
        ]
        await counting.append(events)


async def _documents(part: BundlePart, press: Press) -> tuple[list[File], list[Row], list[Certificate]]:
    """Return a part's files, its lines of the manifest, and the certificates that are in it."""
    if part.attempts > MAX_ATTEMPTS:
        return [], [Row(one, "", FAILED) for one in part.ids], []
    files, rows, found = [], [], []
    certificates = await press.reading.by_ids(part.ids, visible=part.visible)
    for asked, certificate in zip(part.ids, certificates, strict=True):
        if certificate is None or not documents.has_documents(certificate):
            rows.append(Row(asked, "", NOT_FOUND if certificate is None else NOT_ISSUED))
            continue
        try:
            stored = await _document(certificate, part.order, press)
        except UserFault as fault:  # such as a layout that this certificate does not have
            rows.append(Row(asked, "", fault.code))
            continue
        name, pdf = stored.envelope.file_name, stored.envelope.media_type == documents.MEDIA_TYPES[DocumentFormat.PDF]
        files.append(File(name, stored.data, certificate.issued_at or certificate.created_at, compressed=not pdf))
        rows.append(Row(asked, name, INCLUDED))
        found.append(certificate)
    return files, rows, found


async def _document(certificate: Certificate, order: BundleOrder, press: Press) -> Stored:
    """Return a document as it is kept, or render and keep it: whoever asks for it next need not wait."""
    layout = Layout(order.layout) if order.layout else None
    key = documents.document_key(certificate, form=DocumentFormat(order.format), language=order.language, layout=layout)
    page = await documents.page_of(certificate, key, press)
    return await press.shelf.fetch(page.name) or await documents.make(page, press.shelf)


async def _keep_part(part: BundlePart, packed: zip_parts.Part, rows: Sequence[Row], shelf: Shelf) -> None:
    """Keep the bytes, then what tells of them: who finds the one finds the other."""
    index = PartIndex(packed.entries, tuple(rows), len(packed.data))
    for name, data in zip(_names(part.job_id, part.number, shelf), (packed.data, encode(index)), strict=True):
        await shelf.keep(name, whole(data, media_type=PART_TYPE, file_name=""))


async def _put_together(part: BundlePart, shelf: Shelf) -> bool:
    """Write the manifest, the directory and what tells of the whole. False where a part is gone."""
    indexes, digest = list[PartIndex](), sha256()
    for number in range(part.parts):
        data, index = [await shelf.fetch(name) for name in _names(part.job_id, number, shelf)]
        if data is None or index is None:
            return False
        digest.update(data.data)
        indexes.append(decode(index.data, type=PartIndex))
    end = zip_parts.finish([_manifest(indexes)], [(index.entries, index.size) for index in indexes])
    digest.update(end)
    names = [_names(part.job_id, number, shelf)[0] for number in range(part.parts + 1)]
    sizes = [*(index.size for index in indexes), len(end)]
    await shelf.keep(names[-1], whole(end, media_type=PART_TYPE, file_name=""))
    sections = tuple(Section(name, size) for name, size in zip(names, sizes, strict=True))
    envelope = Envelope(
        MEDIA_TYPE, f"certificates-{part.job_id}.zip", digest.hexdigest(), sum(sizes), sections=sections
    )
    await shelf.keep(bundle_name(part.job_id, shelf), Stored(envelope, b""))
    return True


def _manifest(indexes: Sequence[PartIndex]) -> File:
    """Return the list of what was asked for and what became of it, dated as the newest document."""
    rows = [(row.certificate_id, row.file, row.outcome) for index in indexes for row in index.rows]
    newest = max((entry.at for index in indexes for entry in index.entries), default=(1980, 1, 1, 0, 0, 0))
    content = write_rows(("certificateId", "file", "outcome"), rows)
    return File(MANIFEST, content.encode(), datetime(*newest, tzinfo=INDIA), compressed=True)


async def _remove_expired(bundles: Bundles, shelf: Shelf, now: datetime) -> None:
    """Remove the artifacts of a bundle whose time is over, then the bundle: cut half-way it is done again."""
    old = await bundles.expired_bundle(now=now)
    if old is not None:
        job_id, parts = old
        for number in range(parts + 1):
            await shelf.remove(*_names(job_id, number, shelf))
        await shelf.remove(bundle_name(job_id, shelf))
        await bundles.drop_bundle(job_id)


def _names(job_id: str, number: int, shelf: Shelf) -> tuple[str, str]:
    """Return the names of a part's bytes and of its index."""
    return shelf.name("bundle", job_id, str(number), "data"), shelf.name("bundle", job_id, str(number), "index")
