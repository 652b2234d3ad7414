"""Long work on the configured store, for commands: a file brought in, and a job followed while its steps are taken."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from backends.registry import Store, open_artifacts, open_queue, open_signer
from backends.settings import Settings
from credential.access import Caller, Scope
from credential.errors import ConfigurationError, NotFound, Unavailable
from credential.jobs import NUDGE, SIGN
from credential.operations import files, issue
from credential.operations.sealing import Shelf
from credential.operations.working import Run, work_on
from credential.policy import IssuancePolicy
from credential.ports import JobState, Queue, Request, Signer, StoredFile, WorkKind, WorkReport
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store
from gateway.commands.progress import progress

ADMIN = Caller(client_id="operator", name="operator", scopes=frozenset({Scope.ADMIN}))
IDLE_SECONDS = 0.2
GOING_ON = frozenset({JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class House:
    """What long work is done with. `signer`: None where only workers sign; `sign_here`: this process signs."""

    store: Store
    queue: Queue
    shelf: Shelf
    policy: IssuancePolicy
    largest: int
    signer: Signer | None = None
    sign_here: bool = False


@asynccontextmanager
async def opened_house(chosen: Settings, *, signs: bool = False, sign_here: bool = False) -> AsyncIterator[House]:
    """Open what the settings name; the signer where the work itself `signs`, or certificates are signed here."""
    if sign_here and chosen.production:
        raise ConfigurationError("--sign-here is for development; in production a worker signs: `pramaan worker`.")
    async with opened_store(chosen) as store, open_queue(chosen) as queue, open_artifacts(chosen) as artifacts:
        parts = store, queue, Shelf(artifacts, chosen.document_secret()), chosen.policy(), chosen.max_upload
        if not (signs or sign_here):
            yield House(*parts)
            return
        async with open_signer(chosen) as signer:
            if sign_here:
                await store.register(signer.keys())
            yield House(*parts, signer, sign_here)


async def uploaded(
    file: Path, digest: str, *, caller: Caller, house: House, content: bytes | None = None
) -> StoredFile:
    """Bring a file into the artifact store; chunks that are there already are not sent again.

    `digest` is its SHA-256 in hexadecimal; `content` stands for its bytes where others are sent.
    Raises BadUserInput, Unavailable.
    """
    asked = Request(caller, "createUpload", f"file:{digest}", digest.encode(), now())
    size = (await asyncio.to_thread(file.stat)).st_size if content is None else len(content)
    store, shelf = house.store, house.shelf
    stored = await files.create(file.name, size, digest, request=asked, files=store, largest=house.largest)
    if stored.complete:
        return stored
    there = {chunk.number for chunk in await store.chunks(stored.id)}
    with progress() as bar, file.open("rb") if content is None else BytesIO(content) as given:
        task = bar.add_task("chunks", total=stored.chunks, completed=len(there))
        for number in range(stored.chunks):
            data = await asyncio.to_thread(given.read, stored.chunk_size)
            if number in there:
                continue
            await files.take_chunk(stored, number, data, sha256(data).digest(), files=store, chunks=store, shelf=shelf)
            bar.advance(task)
    return await files.own_file(stored.id, caller=caller, files=store)


async def followed(job_id: str, steps: Mapping[WorkKind, Run], *, house: House, what: str) -> WorkReport:
    """Go on with a job, beside whatever worker does, until it is over or waits for approval.

    Raises Unavailable where it was given up.
    """
    with progress() as bar:
        task = bar.add_task(what, total=None)
        while True:
            taken = await _turn(job_id, steps, house)
            report = await house.store.work(job_id, client_id=None)
            if report is None:
                raise NotFound("The job is gone.")
            if report.state is JobState.FAILED:
                raise Unavailable(f"The job stopped ({report.fault}); mend the cause and run `pramaan jobs replay`.")
            bar.update(task, total=report.total or None, completed=report.done + report.failed)
            if report.state not in GOING_ON:
                return report
            if not taken:
                bar.update(task, description="waiting; a worker signs: `pramaan worker`")
                await asyncio.sleep(IDLE_SECONDS)


async def _turn(job_id: str, steps: Mapping[WorkKind, Run], house: House) -> int:
    """Take the steps that are due, and sign where that is done here; return how much was done."""
    try:
        taken = await work_on(works=house.store, steps=steps, clock=now, job_id=job_id)
    except Unavailable:
        taken = 0
    if house.signer is None or not house.sign_here:
        return taken
    due = await house.store.due(now=now() + NUDGE, limit=1_000)  # nobody else was told of them
    ids = [one for job in due if job.name == SIGN for one in job.ids]
    signed = await issue.sign(ids, policy=house.policy, signing=house.store, signer=house.signer, now=now())
    return taken + len(signed)
