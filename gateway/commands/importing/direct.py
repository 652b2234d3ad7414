"""An import on the configured store: the steps are taken here, and by whatever worker is free."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from backends.registry import Store, open_artifacts, open_queue, open_signer
from backends.settings import Settings
from credential.access import Caller, Scope
from credential.errors import ConfigurationError, PramaanError, Unavailable
from credential.formats.error_rows import errors_head, errors_line
from credential.jobs import SIGN
from credential.operations import files, import_step, imports, issue
from credential.operations.files import MAX_FILE
from credential.operations.import_step import Deployed
from credential.operations.sealing import Shelf
from credential.operations.working import Run, work_on
from credential.policy import IssuancePolicy
from credential.ports import JobState, Queue, Request, Signer, Step, StoredFile, Work, WorkKind, WorkReport
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store
from gateway.commands.importing.order import Imported, Order, cannot_write, is_csv
from gateway.commands.progress import progress

OPERATOR = Caller(client_id="operator", name="pramaan import", scopes=frozenset({Scope.ISSUE, Scope.JOBS}))
ADMIN = Caller(client_id="operator", name="operator", scopes=frozenset({Scope.ADMIN}))
IDLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class House:
    """What an import works with. `signer`: this process signs."""

    store: Store
    queue: Queue
    shelf: Shelf
    policy: IssuancePolicy
    signer: Signer | None

    @property
    def deployed(self) -> Deployed:
        """The ports of a step."""
        store = self.store
        return Deployed(store, self.shelf, store, store, store, store, self.queue, self.policy)


async def import_directly(order: Order, chosen: Settings, *, sign_here: bool) -> Imported:
    """Upload, import, wait, and write the failed rows. Raises BadUserInput, Unavailable, ConfigurationError."""
    if sign_here and chosen.production:
        raise ConfigurationError("--sign-here is for development; in production a worker signs: `pramaan worker`.")
    async with _opened(chosen, sign_here=sign_here) as house:
        file = await _uploaded(order, house)
        begun = await imports.begin(
            file.id,
            order.kind,
            request=_request("startImport", order.keys[1], order),
            files=house.store,
            works=house.store,
            shelf=house.shelf,
        )
        report = await _followed(begun.id, house)
        return await _told(report, file, order, house)


@asynccontextmanager
async def _opened(chosen: Settings, *, sign_here: bool) -> AsyncIterator[House]:
    async with (
        opened_store(chosen) as store,
        open_queue(chosen) as queue,
        open_artifacts(chosen) as artifacts,
    ):
        shelf = Shelf(artifacts, chosen.document_secret())
        if not sign_here:
            yield House(store, queue, shelf, chosen.policy(), None)
            return
        async with open_signer(chosen) as signer:
            await store.register(signer.keys())
            yield House(store, queue, shelf, chosen.policy(), signer)


async def _uploaded(order: Order, house: House) -> StoredFile:
    """Bring the file into the artifact store; chunks that are there already are not sent again."""
    size = order.file.stat().st_size
    asked = _request("createUpload", order.keys[0], order)
    file = await files.create(order.file.name, size, order.digest, request=asked, files=house.store, largest=MAX_FILE)
    there = {chunk.number for chunk in await house.store.chunks(file.id)} if not file.complete else set()
    with progress() as bar, order.file.open("rb") as content:
        task = bar.add_task("chunks", total=file.chunks, completed=file.chunks if file.complete else len(there))
        for number in range(0 if not file.complete else file.chunks, file.chunks):
            data = await asyncio.to_thread(content.read, file.chunk_size)
            if number not in there:
                digest = sha256(data).digest()
                await files.take_chunk(
                    file, number, data, digest, files=house.store, chunks=house.store, shelf=house.shelf
                )
                bar.advance(task)
    return await files.own_file(file.id, caller=OPERATOR, files=house.store)


async def _followed(job_id: str, house: House) -> WorkReport:
    """Go on with the job until it is over. Raises PramaanError where it was given up."""
    deployed = house.deployed

    async def step(work: Work, moment: datetime) -> Step:
        return await import_step.step(work, deployed=deployed, now=moment)

    with progress() as bar:
        task = bar.add_task("rows", total=None)
        while True:
            taken = await _turn(job_id, house, step)
            report = await imports.import_of(job_id, caller=OPERATOR, works=house.store)
            bar.update(task, total=report.total or None, completed=report.done + report.failed)
            if report.state is JobState.FINISHED:
                return report
            if report.state is JobState.FAILED:
                raise Unavailable(f"The import stopped ({report.fault}); mend the cause and run `pramaan jobs replay`.")
            if not taken:
                bar.update(task, description="waiting for a worker to sign: `pramaan worker`")
                await asyncio.sleep(IDLE_SECONDS)


async def _turn(job_id: str, house: House, step: Run) -> int:
    """Take the steps that are due, and sign where that is done here; return how much was done."""
    try:
        taken = await work_on(works=house.store, steps={WorkKind.IMPORT: step}, clock=now, job_id=job_id)
    except Unavailable:
        taken = 0
    if house.signer is None:
        return taken
    due = await house.store.due(now=now(), limit=1_000)
    ids = [one for job in due if job.name == SIGN for one in job.ids]
    signed = await issue.sign(ids, policy=house.policy, signing=house.store, signer=house.signer, now=now())
    return taken + len(signed)


async def _told(report: WorkReport, file: StoredFile, order: Order, house: House) -> Imported:
    root = imports.root_of(report)
    if root is None:
        raise PramaanError("A finished import has no root.")
    done = Imported(report.id, report.total, report.done, report.failed, root)
    if not report.failed:
        return done
    form = await files.form_of_file(file, shelf=house.shelf)
    path = order.errors_path(is_csv(form))
    try:
        with path.open("w", encoding="utf-8", newline="") as target:
            target.write(errors_head(form))
            async for row in imports.failed_rows(report.id, results=house.store):
                target.write(errors_line(form, row.text or "", row.fault))
    except OSError:
        raise cannot_write() from None
    return Imported(report.id, report.total, report.done, report.failed, root, path)


def _request(operation: str, key: str, order: Order) -> Request:
    return Request(OPERATOR, operation, key, f"{order.digest} {order.kind}".encode(), now())
