"""`pramaan templates check`."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec import to_builtins
from rich.table import Table

from credential.errors import ConfigurationError
from credential.rendering import Registry, load
from gateway.commands.progress import progress
from gateway.commands.templates.checking import (
    Fault,
    Reviewed,
    fault_of_page,
    faults_of_choice,
    faults_of_words,
    pages_to_try,
    review,
)
from gateway.commands.templates.options import Json
from gateway.commands.terminal import complain, out, print_json, say

FAULTY = 1


def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder of <issuer>.toml files; default the bundled ones.", exists=True, file_okay=False),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Read a folder of issuers and render every template in every language.

    FOLDER holds one <issuer>.toml per issuer, with its pictures beside it.
    Each template is tried with a sample's values in every layout and language
    that it is for. A fault names its file, the place in it and the remedy.
    How many strings a native reader has reviewed is told too, as no fault.

      pramaan templates check
      pramaan templates check /etc/pramaan/issuers

    Exit code: 0 no fault, 1 faults.
    """
    try:
        registry = load(folder)
    except ConfigurationError as error:
        complain(str(error))
        raise typer.Exit(FAULTY) from None
    bundled = {one.issuer for one in load(None).templates}
    own = bundled if folder is None else {file.stem for file in folder.glob("*.toml")}
    tried, faults = _checked(registry, own)
    if json:
        print_json({"pages": tried, "faults": to_builtins(faults), "strings": to_builtins(review())})
    else:
        _show(tried, faults, review())
    if faults:
        raise typer.Exit(FAULTY)


def _checked(registry: Registry, issuers: set[str]) -> tuple[int, list[Fault]]:
    """Return how many pages were rendered, and all faults."""
    templates = [one for one in registry.templates if one.issuer in issuers]
    faults = [fault for template in templates for fault in faults_of_words(template)]
    faults += [fault for issuer in sorted(issuers) for fault in faults_of_choice(registry, issuer)]
    pages = pages_to_try(templates)
    with progress() as bar:
        task = bar.add_task("", total=len(pages))
        for page in pages:
            bar.update(task, description=f"{page.template.issuer} {page.layout} {page.language}")
            faults += filter(None, [fault_of_page(page)])
            bar.advance(task)
    return len(pages), faults


def _show(tried: int, faults: list[Fault], reviewed: list[Reviewed]) -> None:
    for fault in faults:
        complain(f"{fault.file}: {fault.where}: {fault.message}")
    say(f"{tried} pages rendered, {len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}.")
    strings, read = sum(one.strings for one in reviewed), sum(one.reviewed for one in reviewed)
    say(f"{read} of {strings} strings in {len(reviewed)} languages have been reviewed by a native reader.")
    table = Table("language", "strings", "from CLDR", "reviewed", box=None, pad_edge=False)
    for one in reviewed:
        table.add_row(one.language, str(one.strings), str(one.cldr), str(one.reviewed))
    out().print(table)
