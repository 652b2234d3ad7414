"""Issue certificates for a file of records: JSON or CSV, of the old system or ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from backends.registry import open_queue, open_signer
from backends.settings import Settings
from credential.certificate import Status
from credential.errors import ConfigurationError, Unavailable
from credential.record import Kind
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.destinations import Batch, Destination, Direct, OverHttp, deadline_in
from gateway.commands.graphql_client import Gateway
from gateway.commands.issue_report import Report, errors_path, show, write_errors
from gateway.commands.progress import progress
from gateway.commands.source_file import Item, SourceFile, error_of, read_source
from gateway.commands.terminal import warn

BATCH = 500
SOME_FAILED = 1
AGAIN = "The file was not sent to its end. Run the same command again: nothing is issued twice."


@dataclass(frozen=True, slots=True)
class Order:
    """A file to send: its kind where a record names none, the base of its idempotency keys, seconds to wait or None."""

    source: SourceFile
    kind: Kind
    key: str
    wait: float | None


def issue(
    file: Annotated[Path, typer.Argument(help="A .csv file, or JSON.", exists=True, dir_okay=False, readable=True)],
    *,
    kind: Annotated[Kind, typer.Option(help="Kind of records that name none.", case_sensitive=False)] = Kind.DOMESTIC,
    url: Annotated[str | None, typer.Option(help="Send to this gateway instead of the configured store.")] = None,
    key: Annotated[
        str | None, typer.Option(envvar="PRAMAAN_CLIENT_KEY", help="Client key for --url, with the scope issue.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until everything is signed.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds that --wait waits at most.", min=0)] = 600,
    errors: Annotated[Path | None, typer.Option(help="File for row errors; default FILE.errors.csv or .json.")] = None,
    idempotency_key: Annotated[str | None, typer.Option(help="Default: made of the file's digest.")] = None,
    sign_here: Annotated[bool, typer.Option("--sign-here", help="Sign in this process; development only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Issue certificates for a file of records.

    JSON: an array, one object, or {"records": ...}, of our records or of the
    old system's certification requests. CSV: the old bulk templates, or our
    members as columns: beneficiaryId, recipient.name, vaccination.date. What
    a record does not have is ignored with a warning. The same file sent twice
    issues nothing twice.

      pramaan issue records.json --wait
      PRAMAAN_CLIENT_KEY=... pramaan issue day.csv --url https://example.org

    Records that break a rule spoil none of the others. They are written with
    the reason to FILE.errors.csv (the file's columns and `errors`) or .json.

    Exit code: 0 all issued (accepted, without --wait), 1 some were not.
    """
    source = read_source(file)
    order = Order(source, kind, idempotency_key or f"file:{source.digest}:{kind}", timeout if wait else None)
    if url is not None:
        report = run(_send(order, OverHttp(Gateway(url, key))))
    else:
        report = run(_send_directly(order, settings(), sign_here=sign_here))
    errors_file = write_errors(source, report, errors or errors_path(file, source))
    show(report, len(source), errors_file, as_json=json)
    if report.errors or (wait and report.count(Status.PENDING)):
        raise typer.Exit(SOME_FAILED)


async def _send_directly(order: Order, chosen: Settings, *, sign_here: bool) -> Report:
    async with opened_store(chosen) as store, open_queue(chosen) as queue:
        if not sign_here:
            return await _send(order, Direct(store, queue, chosen.policy()))
        if chosen.production:
            raise ConfigurationError("--sign-here is for development; in production a worker signs: `pramaan worker`.")
        async with open_signer(chosen) as signer:
            await store.register(signer.keys())
            return await _send(order, Direct(store, queue, chosen.policy(), signer))


async def _send(order: Order, destination: Destination) -> Report:
    """Send the file batch by batch: always the same ones, so that their keys fit when the file comes again."""
    report, deadline = Report(), deadline_in(order.wait)
    items = order.source.items()
    with progress() as bar:
        task = bar.add_task("", total=len(order.source))
        for number, batch in enumerate(_batches(items)):
            key = f"{order.key}:{number}"
            try:
                await _send_batch(
                    batch, key=key, order=order, deadline=deadline, destination=destination, report=report
                )
            except Unavailable:
                warn(AGAIN)
                raise
            bar.advance(task, len(batch))
    return report


async def _send_batch(
    items: list[Item], *, key: str, order: Order, deadline: float | None, destination: Destination, report: Report
) -> None:
    report.ignored.update(name for item in items for name in item.ignored)
    report.errors += [error_of(item, item.refusal) for item in items if item.refusal]
    good = [item for item in items if item.record is not None]
    if not good:
        return
    answers = await destination.send(Batch([item.record for item in good], order.kind, key, deadline))
    for item, answer in zip(good, answers, strict=True):
        if answer.refusal is not None:
            report.errors.append(error_of(item, answer.refusal))
        elif answer.certificate_id is not None and answer.status is not None:
            report.issued.append((item.index, answer.certificate_id, answer.status))


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch
