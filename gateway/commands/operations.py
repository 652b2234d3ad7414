"""GraphQL documents that clients may send by their SHA-256: add, list, remove.

A client made with --trusted-only is answered these, and nothing else.
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from credential.errors import BadUserInput
from credential.ports import TrustedDocument
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import complain, out, print_json, say
from gateway.limits import Limits
from gateway.parsing import Documents
from resolvers.schema import executable

NOT_THERE = 1

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files of one document each.", exists=True, dir_okay=False)],
    *,
    json: Json = False,
) -> None:
    """Trust the documents of some files, byte for byte as they stand.

    Each must fit the schema and its limits. Clients send the SHA-256:
    {"documentId": "sha256:...", "variables": {...}}

      pramaan operations add queries/*.graphql
    """
    documents = [_document(file) for file in files]
    run(_add(documents))
    if json:
        print_json([{"name": one.name, "documentId": f"sha256:{one.sha256}"} for one in documents])
        return
    for one in documents:
        say(f"sha256:{one.sha256}  {one.name}")


@app.command("list")
def list_trusted(*, json: Json = False) -> None:
    """List the trusted documents by name.

    pramaan operations list
    """
    found = run(_list())
    if json:
        rows = [
            {
                "name": one.name,
                "documentId": f"sha256:{one.sha256}",
                "addedAt": one.added_at.isoformat(),
                "text": one.text,
            }
            for one in found
        ]
        print_json(rows)
    elif found:
        table = Table(Column("document id", overflow="fold"), "name", "added", box=None)
        for one in found:
            table.add_row(f"sha256:{one.sha256}", one.name, f"{one.added_at:%Y-%m-%d}")
        out().print(table)
    else:
        say("No document is trusted yet; `pramaan operations add` adds some.")


@app.command()
def remove(document_id: Annotated[str, typer.Argument(metavar="ID", help="sha256:..., as `list` shows it.")]) -> None:
    """Trust a document no longer. Gateways that know it answer it until they start again.

    pramaan operations remove sha256:...
    """
    if not run(_remove(document_id.removeprefix("sha256:"))):
        complain("No such document is trusted; `pramaan operations list` shows which are.")
        raise typer.Exit(NOT_THERE)
    say("The document is trusted no longer.")


def _document(file: Path) -> TrustedDocument:
    """Return a file's document. Raises BadUserInput where it does not fit the schema."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadUserInput(f"{file.name} is not UTF-8 text.") from None
    prepared = Documents(executable(), Limits(), introspection=False).prepare(text)
    if prepared.faults:
        raise BadUserInput(f"{file.name}: {prepared.faults[0].message}")
    return TrustedDocument(sha256(text.encode()).hexdigest(), text, file.stem, now())


async def _add(documents: list[TrustedDocument]) -> None:
    async with opened_store(settings()) as store:
        await store.trust_documents(documents)


async def _list() -> list[TrustedDocument]:
    async with opened_store(settings()) as store:
        return await store.trusted_documents()


async def _remove(sha256_hex: str) -> bool:
    async with opened_store(settings()) as store:
        return await store.distrust_document(sha256_hex)
