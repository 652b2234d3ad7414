"""Compare a source system's file with what was issued, and put right what is found."""

import asyncio
import itertools
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from backends.settings import Settings
from credential.errors import BadUserInput
from credential.formats.record_rows import HEAD
from credential.operations import apply_reconciliation, reconcile_report
from credential.operations.apply_reconciliation import APPLY, UNDO, Tools
from credential.operations.begin_reconcile import Intake, reconcile_upload
from credential.operations.reconcile import Desk
from credential.operations.reconcile_order import ReconcileOrder, encoded
from credential.operations.reconcile_steps import acting_steps, reconcile_steps
from credential.operations.working import Run
from credential.ports import JobState, Report, Request, SourceScope, WorkKind, WorkReport
from credential.reconciliation.findings import FindingKind
from credential.record import Kind
from gateway.commands.clock import now
from gateway.commands.deployment import run, settings
from gateway.commands.importing.order import digest_of
from gateway.commands.long_work import ADMIN, House, followed, opened_house, uploaded
from gateway.commands.source_file import records_of
from gateway.commands.terminal import print_json, say

OPERATION = "reconcile"
FOUND = 1


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked. `apply` and `undo` are digests of reports; `kinds` None: all but EXTRA."""

    file: Path
    wanted: ReconcileOrder
    apply: str | None
    undo: str | None
    kinds: tuple[FindingKind, ...] | None
    csv: Path | None


@dataclass(frozen=True, slots=True)
class Done:
    """The report, and the job that applied or undid it, where that was asked."""

    report: Report
    job: WorkReport | None = None

    @property
    def unfinished(self) -> bool:
        """Whether something was left as it was, or all waits for approval."""
        return self.job is not None and (bool(self.job.failed) or self.job.state is JobState.AWAITING_APPROVAL)

    def to_json(self) -> dict[str, Any]:
        """Return what programs read."""
        counts = {kind.value: (self.report.counts or {}).get(kind, 0) for kind in FindingKind}
        told: dict[str, Any] = {"id": self.report.id, "digest": self.report.digest, "counts": counts}
        if self.job is None:
            return {**told, "signature": self.report.signature}
        job = {"id": self.job.id, "state": self.job.state, "done": self.job.done, "failed": self.job.failed}
        results = msgspec.json.decode(self.job.result) if self.job.result else {}
        return {**told, "job": {**job, "results": results}}


def reconcile(
    file: Annotated[
        Path, typer.Argument(help="What the source holds now: CSV, JSON lines or JSON.", exists=True, dir_okay=False)
    ],
    *,
    kind: Annotated[Kind, typer.Option(help="Kind of records that name none.", case_sensitive=False)] = Kind.DOMESTIC,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file names all doses of the people in it: others are EXTRA.")
    ] = False,
    everything: Annotated[bool, typer.Option("--everything", help="It names all there is: the rest is EXTRA.")] = False,
    facility: Annotated[str | None, typer.Option(help="It names all of this facility: others there are EXTRA.")] = None,
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From this day on.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Before this day.")] = None,
    apply: Annotated[str | None, typer.Option(help="Put right what the report of this digest found.")] = None,
    undo: Annotated[str | None, typer.Option(help="Take back what applying this report did.")] = None,
    kinds: Annotated[
        list[FindingKind] | None, typer.Option("--only", help="Apply only these; EXTRA only when named here.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the findings to this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the digest and counts as JSON.")] = False,
) -> None:
    """Compare a file with what was issued; nothing changes without --apply.

    MISSING was never issued, DIFFERENT says something else, EXTRA the source
    does not name, DUPLICATE it names twice, REVOKED_ELSEWHERE it has revoked,
    INVALID rows cannot be compared. The report has a digest, which --apply
    repeats: what was seen is what is done. Stopped and run again it goes on.

      pramaan reconcile day.csv --csv findings.csv
      pramaan reconcile day.csv --apply 4f1c...
      pramaan reconcile day.csv --undo 4f1c...

    Exit code: 0 nothing differs, or all was done; 1 there are findings, or
    some could not be put right.
    """
    if apply and undo:
        raise BadUserInput("Give --apply or --undo, not both.", ("undo",))
    scope = SourceScope(facility, start and start.date(), end and end.date())
    wanted = _wanted(kind, scope, complete=complete, everything=everything)
    order = Order(file, wanted, apply, undo, tuple(kinds) if kinds else None, csv)
    done = run(_reconcile(order, settings()))
    _show(done, as_json=json)
    if done.unfinished if done.job else any((done.report.counts or {}).values()):
        raise typer.Exit(FOUND)


def _wanted(kind: Kind, scope: SourceScope, *, complete: bool, everything: bool) -> ReconcileOrder:
    scoped = everything or scope != SourceScope()
    return ReconcileOrder(
        "",
        kind=kind,
        beneficiaries=complete and not scoped,
        scoped=scoped,
        facility=scope.facility,
        start=scope.start,
        end=scope.end,
    )


async def _reconcile(order: Order, chosen: Settings) -> Done:
    digest = order.apply or order.undo
    async with opened_house(chosen, signs=digest is None) as house:
        done = await _compared(order, house) if digest is None else await _acted(order, digest, chosen, house)
        if order.csv:
            await _write(done.report.id, order.csv, house)
        return done


async def _compared(order: Order, house: House) -> Done:
    """Make a report, or go on with one that was stopped: after one is finished the next time is another dry run."""
    store, lines = house.store, await asyncio.to_thread(as_lines, order.file)
    digest = sha256(lines).hexdigest() if lines is not None else await asyncio.to_thread(digest_of, order.file)
    stored = await uploaded(order.file, digest, caller=ADMIN, house=house, content=lines)
    wanted = msgspec.structs.replace(order.wanted, digest=digest)
    asked = sha256(encoded(wanted)).hexdigest()
    intake = Intake(store, store, store, house.shelf)
    for number in itertools.count():
        key = f"{OPERATION}:{asked}:{number}"
        request = Request(ADMIN, OPERATION, key, key.encode(), now())
        job_id = await reconcile_upload(stored.id, wanted, request=request, intake=intake)
        found = await store.work(job_id, client_id=None)
        if found is None or found.state is not JobState.FINISHED:
            break
    await followed(job_id, _steps(house), house=house, what="rows")
    return Done(await reconcile_report.own_report(job_id, caller=ADMIN, reports=store))


def as_lines(file: Path) -> bytes | None:
    """Return a JSON document as JSON lines; None for a file that has rows already. Raises BadUserInput."""
    with file.open("rb") as content:
        head = content.read(HEAD).removeprefix(BOM_UTF8).lstrip()
    if head[:1] != b"[" and (head[:1] != b"{" or _is_a_record(head.partition(b"\n")[0])):
        return None
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records_of(file.read_bytes()))


def _is_a_record(line: bytes) -> bool:
    try:
        return "records" not in msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


async def _acted(order: Order, digest: str, chosen: Settings, house: House) -> Done:
    """Apply or undo a report, once, however often it is asked."""
    undo = order.undo is not None
    report, begun = await apply_reconciliation.begin(
        digest,
        order.kinds,
        undo=undo,
        request=Request(ADMIN, UNDO if undo else APPLY, None, b"", now()),
        approval_above=chosen.approval_above,
        reports=house.store,
        works=house.store,
    )
    return Done(report, await followed(begun.id, _steps(house), house=house, what="findings"))


def _steps(house: House) -> Mapping[WorkKind, Run]:
    """Return the steps that this process can take: without the key that signs reports, those of applying alone."""
    store = house.store
    tools = Tools(store, store, house.policy, house.queue)
    if house.signer is None:
        return acting_steps(tools)
    return reconcile_steps(Desk(store, store, house.signer, house.policy, house.shelf, store), tools)


async def _write(report_id: str, path: Path, house: House) -> None:
    await reconcile_report.note_reading(report_id, caller=ADMIN, counting=house.store, now=now())
    try:
        with path.open("wb") as target:
            async for piece in reconcile_report.csv(report_id, reports=house.store):
                target.write(piece)
    except OSError:
        raise BadUserInput("The file for findings cannot be written; name another with --csv.", ("csv",)) from None


def _show(done: Done, *, as_json: bool) -> None:
    if as_json:
        print_json(done.to_json())
        return
    for kind in FindingKind:
        say(f"{kind.value:18} {(done.report.counts or {}).get(kind, 0):>12,}")
    say(f"Digest {done.report.digest}", style="dim")
    if done.job is not None:
        say(_told(done.job))


def _told(job: WorkReport) -> str:
    if job.state is JobState.AWAITING_APPROVAL:
        return "So many need another's approval: an admin asks for the same with applyReconciliation."
    return f"{job.done:,} done, {job.failed:,} left as they were: changed meanwhile, or against a rule. Job {job.id}"
