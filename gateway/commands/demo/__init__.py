"""Show the whole way of a certificate: issue, fetch, verify, tamper, update, revoke."""

import json as json_codec
import os
import subprocess  # the command alone is what is shown: a process of its own, without gateway and store
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from credential.errors import BadUserInput
from gateway.commands.demo.running import running_gateway
from gateway.commands.demo.samples import sample_records
from gateway.commands.demo.steps import tell
from gateway.commands.demo.story import Step, Story, judged
from gateway.commands.terminal import err, out, print_json, say

VERIFY_SECONDS = 60


def demo(
    *,
    directory: Annotated[
        Path, typer.Option("--out", help="Where certificates are written; made if need be.", file_okay=False)
    ] = Path("out"),
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Show the whole way of a certificate, on this machine and without any server.

    A gateway with a worker starts on embedded backends in a temporary directory.
    Eight sample people, their names in eight scripts, get certificates of
    every stage and kind; these are fetched, verified, altered, corrected,
    revoked and counted. PDFs, QR codes and signed JSON stay in --out;
    everything else is deleted.

      pramaan demo --out out

    Exit code: 0 when everything went as expected, 1 otherwise.
    """
    records = sample_records()
    _make(directory)
    with (
        err().status("starting a gateway") as status,
        TemporaryDirectory(prefix="pramaan-demo-") as data_dir,
        running_gateway(Path(data_dir)) as actors,
    ):
        story = Story(actors, records, directory, _verify_alone, lambda step: status.update(step.name))
        figures = tell(story)
    good = all(step.ok for step in story.steps)
    if json:
        steps = [{**asdict(step), "ok": step.ok} for step in story.steps]
        print_json({"ok": good, "out": str(directory), "steps": steps, "stats": figures})
    else:
        _show(story.steps, figures, directory)
    if not good:
        raise typer.Exit(1)


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise BadUserInput("The directory cannot be made; name another with --out.", ("out",)) from None


def _verify_alone(path: Path, key: Path) -> str:
    """Run `pramaan verify` on a file as a process of its own, which knows the issuer's key only."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRAMAAN_")}
    command = [sys.executable, "-m", "gateway.cli", "verify", str(path), "--key", str(key), "--json"]
    done = subprocess.run(  # noqa: S603 - our own command and our own files
        command, capture_output=True, check=False, env=environment, timeout=VERIFY_SECONDS
    )
    try:
        return judged(json_codec.loads(done.stdout))
    except ValueError:
        return f"nothing (exit code {done.returncode})"


def _show(steps: Sequence[Step], figures: Mapping[str, Any], directory: Path) -> None:
    table = Table("step", "expected", "found", "", box=None, padding=(0, 1, 0, 0))
    for step in steps:
        mark = Text("ok", "green") if step.ok else Text("WRONG", "bold red")
        table.add_row(Text(step.name), Text(step.expected), Text(step.found), mark)
    out().print(table)
    totals = ", ".join(f"{name} {count}" for name, count in figures["totals"].items())
    channels = ", ".join(f"{each['channel']} {each['count']}" for each in figures["accessedByChannel"])
    say(f"Counted: {totals}; accessed through {channels}.")
    wrong = sum(not step.ok for step in steps)
    if wrong:
        say(f"{wrong} of {len(steps)} steps went wrong.", style="bold red")
    else:
        say(f"All {len(steps)} steps went as expected; the certificates are in {directory}.", style="bold green")
