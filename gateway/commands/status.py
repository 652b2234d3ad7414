"""Status lists: which there are, one of them, and whether they say what the records say."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from backends.settings import Settings
from credential.errors import BadUserInput
from credential.ports import ListDifference, ListedStatus
from credential.status.positions import ListPurpose
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import out, print_json, say

DIFFERENT = 1
NUMBERS_AT_ONCE = 500
SHOWN = 20

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command("list")
def list_lists(*, json: Json = False) -> None:
    """List the published lists.

    pramaan status list --json
    """
    found = run(_published(settings()))
    if json:
        print_json([_facts(one) for one in found])
        return
    table = Table("purpose", "number", "sequence", "valid until", box=None, pad_edge=False)
    for one in found:
        table.add_row(one.purpose, str(one.number), str(one.sequence), one.valid_until.isoformat(timespec="seconds"))
    out().print(table if found else "No list is published yet; a worker publishes the first.")


@app.command()
def get(
    purpose: Annotated[ListPurpose, typer.Argument(help="What a set bit says.")],
    number: Annotated[int, typer.Argument(min=0, max=2**31 - 1, help="Number of the list.")],
    *,
    out_file: Annotated[Path | None, typer.Option("--out", help="A file instead of the standard output.")] = None,
) -> None:
    """Print a list's credential, as /status/PURPOSE/NUMBER has it.

    pramaan status get revocation 0 --out list.json
    """
    found = run(_one(settings(), purpose, number))
    if found is None:
        raise BadUserInput(f"No list {number} of {purpose} is published; see `pramaan status list`.")
    if out_file is None:
        say(found.credential)
        return
    try:
        out_file.write_text(found.credential, encoding="utf-8")
    except OSError as fault:
        raise BadUserInput(f"--out {out_file.name} cannot be written ({fault.strerror}).") from None


@app.command()
def rebuild(
    *,
    repair: Annotated[bool, typer.Option(help="Give lists that differ the right bits; workers then publish.")] = False,
    json: Json = False,
) -> None:
    """Make the lists anew from the records and compare.

    No list is changed meanwhile. A bit that is missing is a revocation that
    verifiers do not see; one too many makes a certificate that counts look
    revoked. Exit code: 0 they agree (or do now), 1 they differ.

      pramaan status rebuild --repair
    """
    found = run(_compared(settings(), repair=repair))
    if json:
        print_json({"differences": [_difference(one) for one in found], "repaired": repair and bool(found)})
    else:
        _show(found, repaired=repair)
    if found and not repair:
        raise typer.Exit(DIFFERENT)


def _show(found: list[ListDifference], *, repaired: bool) -> None:
    if not found:
        say("The lists say what the records say.", style="bold green")
        return
    for one in found:
        say(f"{one.purpose}/{one.number}: {len(one.missing)} missing, {len(one.extra)} too many", style="bold red")
        for label, indexes in (("missing", one.missing), ("too many", one.extra)):
            if indexes:
                more = f" and {len(indexes) - SHOWN} more" if len(indexes) > SHOWN else ""
                say(f"  {label}: {', '.join(map(str, indexes[:SHOWN]))}{more}")
    say("Repaired; workers publish it in a moment." if repaired else "Mend it with `pramaan status rebuild --repair`.")


def _facts(one: ListedStatus) -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "number": one.number,
        "sequence": one.sequence,
        "validUntil": one.valid_until.isoformat(timespec="seconds"),
    }


def _difference(one: ListDifference) -> dict[str, Any]:
    return {"purpose": one.purpose, "number": one.number, "missing": list(one.missing), "extra": list(one.extra)}


async def _published(chosen: Settings) -> list[ListedStatus]:
    found: list[ListedStatus] = []
    async with opened_store(chosen) as store:
        while page := await store.status_lists(after=found[-1].number if found else -1, numbers=NUMBERS_AT_ONCE):
            found += page
    return found


async def _one(chosen: Settings, purpose: ListPurpose, number: int) -> ListedStatus | None:
    async with opened_store(chosen) as store:
        return await store.status_list(purpose, number)


async def _compared(chosen: Settings, *, repair: bool) -> list[ListDifference]:
    async with opened_store(chosen) as store:
        return await store.compare_lists(repair=repair)
