"""Import a file of records: `pramaan import`."""

from pathlib import Path
from typing import Annotated

import typer

from credential.record import Kind
from gateway.commands.deployment import run, settings
from gateway.commands.graphql_client import Gateway
from gateway.commands.importing.direct import import_directly
from gateway.commands.importing.order import Imported, Order, digest_of
from gateway.commands.importing.over_http import import_over_http
from gateway.commands.terminal import print_json, say

SOME_FAILED = 1


def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV, or JSON lines (a record a line).", exists=True, dir_okay=False, readable=True)
    ],
    *,
    kind: Annotated[Kind, typer.Option(help="Kind of records that name none.", case_sensitive=False)] = Kind.DOMESTIC,
    url: Annotated[str | None, typer.Option(help="Send to this gateway instead of the configured store.")] = None,
    key: Annotated[
        str | None, typer.Option(envvar="PRAMAAN_CLIENT_KEY", help="Client key for --url, scopes issue and jobs.")
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="File for failed rows; default FILE.errors.csv.")] = None,
    sign_here: Annotated[bool, typer.Option("--sign-here", help="Sign in this process; development only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Import a file of records of any size, and wait until all is signed.

    The file is read a page at a time. Stopped at any moment and run again, it
    goes on where it was: nothing is issued twice. Failed rows are written with
    the reason to FILE.errors.csv; mend them there and import that file. The
    Merkle root stands for what became of every row: `pramaan proof` tells of
    one.

      pramaan import day.csv                        with `pramaan worker` beside it
      PRAMAAN_CLIENT_KEY=... pramaan import day.csv --url https://example.org

    Exit code: 0 all issued, 1 some rows failed.
    """
    order = Order(file, digest_of(file), kind, errors)
    if url is not None:
        done = import_over_http(order, Gateway(url, key))
    else:
        done = run(import_directly(order, settings(), sign_here=sign_here))
    _show(done, as_json=json)
    if done.failed:
        raise typer.Exit(SOME_FAILED)


def _show(done: Imported, *, as_json: bool) -> None:
    if as_json:
        print_json(done.to_json())
        return
    say(f"{done.total:,} rows: {done.done:,} issued, {done.failed:,} failed. Job {done.job}")
    if done.errors_file:
        say(f"The failed rows are in {done.errors_file}, each with the reason; mend them and import that file.")
    say(f"Merkle root {done.merkle_root}", style="dim")
