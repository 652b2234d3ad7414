"""Make one ZIP of the documents of many certificates."""

import asyncio
import csv
import io
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from backends.registry import Store, open_artifacts, open_queue
from backends.settings import Settings
from credential.access import Caller, Scope
from credential.errors import BadUserInput, Unavailable
from credential.operations import bundles
from credential.operations.documents import DocumentFormat, Press
from credential.operations.sealing import Shelf
from credential.ports import BundleOrder, BundleSelection, JobReport, JobState, Request
from credential.rendering import Layout
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.graphql_client import Gateway
from gateway.commands.terminal import err, say

COLUMN = "certificateId"
OPERATOR = Caller(client_id="operator", name="pramaan documents", scopes=frozenset({Scope.ADMIN}))
SOME_FAILED = 1
PAUSE_SECONDS = 1.0
CREATE = """mutation($input: CreateBundleInput!) {
  createBundle(input: $input) { job { id } userErrors { message } } }"""
JOB = "query($id: ID!) { job(id: $id) { state total done failed document { state url } } }"


def documents(
    file: Annotated[Path, typer.Argument(help="A .csv file of certificate ids.", exists=True, dir_okay=False)],
    *,
    out: Annotated[Path, typer.Option(help="The ZIP to write.", dir_okay=False)] = Path("bundle.zip"),
    form: Annotated[DocumentFormat, typer.Option("--format", case_sensitive=False)] = DocumentFormat.PDF,
    language: Annotated[str | None, typer.Option(help="Such as ta; default that of each facility's state.")] = None,
    layout: Annotated[Layout | None, typer.Option(help="Default: that of each certificate's kind.")] = None,
    url: Annotated[str | None, typer.Option(help="Ask this gateway instead of the configured store.")] = None,
    key: Annotated[str | None, typer.Option(envvar="PRAMAAN_CLIENT_KEY", help="Client key for --url.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the workers at most.", min=0)] = 3600,
) -> None:
    """Make one ZIP of the documents of many certificates.

    The file has a column certificateId, or one id per line; at most 10,000.
    manifest.csv in the ZIP tells what became of each. With --url the workers
    of that gateway make it, of certificates that the client issued.

      pramaan documents ids.csv --language ta --out camp.zip

    Exit code: 0 all are in it, 1 some are not.
    """
    ids = read_ids(file)
    order = BundleOrder(form.value, language.upper() if language else None, layout.value if layout else None)
    try:
        if url is None:
            done, total = run(_make(ids, order, out, settings()))
        else:
            done, total = _fetch(Gateway(url, key), ids, order, out, timeout)
    except OSError:
        raise BadUserInput("The ZIP cannot be written; name another file with --out.", ("out",)) from None
    say(f"{done} of {total} documents are in {out}.")
    if done < total:
        raise typer.Exit(SOME_FAILED)


def read_ids(file: Path) -> tuple[str, ...]:
    """Return the ids of a file: its column certificateId, else its first. Raises BadUserInput."""
    try:
        rows = [row for row in csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))) if any(row)]
    except (UnicodeDecodeError, csv.Error):
        raise BadUserInput("The file is no CSV in UTF-8.", ("file",)) from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    place = header.index(COLUMN) if COLUMN in header else 0
    listed = rows[1:] if COLUMN in header else rows
    ids = tuple(row[place].strip() for row in listed if len(row) > place and row[place].strip())
    if not ids:
        raise BadUserInput(f"The file names no certificate; give a column {COLUMN}, or one id per line.", ("file",))
    return ids


async def _make(ids: tuple[str, ...], order: BundleOrder, out: Path, chosen: Settings) -> tuple[int, int]:
    """Make the bundle in this process, beside whatever workers do; return how many are in it, of how many."""
    async with opened_store(chosen) as store, open_artifacts(chosen) as artifacts, open_queue(chosen) as queue:
        press = Press(store, Shelf(artifacts, chosen.document_secret()))
        request = Request(OPERATOR, "createBundle", None, b"", now())
        job_id = await bundles.create(BundleSelection(ids), order, request=request, bundles=store, queue=queue)
        with _progress() as progress:
            bar = progress.add_task("documents", total=None)
            while (report := await _report(store, job_id)).state is JobState.RUNNING:
                progress.update(bar, total=report.total, completed=report.done + report.failed)
                if not await bundles.make_next(bundles=store, counting=store, press=press, now=now()):
                    await asyncio.sleep(PAUSE_SECONDS)  # workers have the rest at hand
        stored = await press.shelf.fetch(bundles.bundle_name(job_id, press.shelf))
        if stored is None:
            raise Unavailable("The bundle could not be put together; run the command again.")
        with out.open("wb") as target:
            async for data in press.shelf.stream(stored, 0, stored.envelope.size):
                target.write(data)
        return report.done, report.total


async def _report(store: Store, job_id: str) -> JobReport:
    report = await store.job(job_id, client_id=None)
    if report is None:
        raise Unavailable("The job is gone; run the command again.")
    return report


def _fetch(gateway: Gateway, ids: tuple[str, ...], order: BundleOrder, out: Path, timeout: float) -> tuple[int, int]:
    """Let a gateway's workers make the bundle, and save it."""
    given = {
        "certificateIds": ids,
        "format": order.format,
        "language": order.language,
        "layout": order.layout.upper() if order.layout else None,
    }
    payload = gateway.ask(CREATE, input={name: value for name, value in given.items() if value is not None})
    created = payload["createBundle"]
    if created["userErrors"]:
        raise BadUserInput(created["userErrors"][0]["message"])
    job = _followed(gateway, created["job"]["id"], monotonic() + timeout)
    if job["document"]["state"] != "READY":
        raise Unavailable("The bundle could not be put together; run the command again.")
    gateway.save(job["document"]["url"], out)
    return job["done"], job["total"]


def _followed(gateway: Gateway, job_id: str, deadline: float) -> dict[str, Any]:
    """Return the job once it is finished. Raises Unavailable where it takes too long."""
    with _progress() as progress:
        bar = progress.add_task("documents", total=None)
        while True:
            job: dict[str, Any] | None = gateway.ask(JOB, id=job_id)["job"]
            if job is None:
                raise Unavailable("The job is gone; run the command again.")
            progress.update(bar, total=job["total"], completed=job["done"] + job["failed"])
            if job["state"] == "FINISHED":
                return job
            if monotonic() > deadline:
                raise Unavailable("The workers take too long; wait longer with --timeout, and see that one runs.")
            sleep(PAUSE_SECONDS)


def _progress() -> Progress:
    return Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err())
