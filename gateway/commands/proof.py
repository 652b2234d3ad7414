"""What became of a row of an import, provably: get a proof, and verify one without asking anybody.

A finished import has a Merkle root over what became of each row. Who keeps the root can check any row later.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct

from credential import merkle
from credential.errors import BadUserInput, NotFound
from credential.operations import imports
from credential.operations.imports import Proof
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.graphql_client import Gateway
from gateway.commands.long_work import ADMIN
from gateway.commands.terminal import complain, print_json, say

WRONG = 1
ASK = "query($id: ID!, $row: Int!) { job(id: $id) { proof(row: $row) { row leaf size path root } } }"

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)


class ProofFile(Struct, frozen=True):
    """A proof as a file: hashes in hexadecimal, `leaf` as its very bytes."""

    row: int
    leaf: str
    size: int
    path: tuple[str, ...]
    root: str

    def holds(self) -> bool:
        """Tell whether the path leads from the leaf to the root. Raises ValueError for what is no hexadecimal."""
        steps = [bytes.fromhex(step) for step in self.path]
        leaf, root = merkle.leaf(self.leaf.encode()), bytes.fromhex(self.root)
        return merkle.included(leaf, index=self.row, size=self.size, steps=steps, root_hash=root)

    def is_about_its_row(self) -> bool:
        """Tell whether the leaf names the row."""
        told = msgspec.json.decode(self.leaf)
        return isinstance(told, dict) and told.get("row") == self.row


@app.command()
def get(
    job: Annotated[str, typer.Argument(help="Id of the import's job.")],
    row: Annotated[int, typer.Argument(help="Number of the row, from 0.", min=0)],
    *,
    url: Annotated[str | None, typer.Option(help="Ask this gateway instead of the configured store.")] = None,
    key: Annotated[str | None, typer.Option(envvar="PRAMAAN_CLIENT_KEY", help="Client key for --url.")] = None,
) -> None:
    """Print the proof of a row as JSON.

    pramaan proof get job_... 17 > row-17.json
    """
    print_json(_stored(job, row) if url is None else _asked(job, row, url, key))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A proof; - reads standard input.", allow_dash=True)],
    *,
    root: Annotated[str | None, typer.Option(help="The root that was told, in hexadecimal.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Verify a proof offline.

    With --root also that it is of the import that was told: otherwise the
    proof's own root is believed.

      pramaan proof verify row-17.json --root 4f1c...

    Exit code: 0 the proof holds, 1 it does not.
    """
    proof = _read(file)
    try:
        holds = proof.holds() and proof.is_about_its_row() and root in {None, proof.root}
    except (ValueError, msgspec.MsgspecError):
        holds = False
    if json:
        print_json({"valid": holds, "row": proof.row, "leaf": proof.leaf, "root": proof.root})
    elif holds:
        say(f"Row {proof.row} of {proof.size}: {proof.leaf}")
        say(f"It is in the import of root {proof.root}" + ("" if root else "; compare it with the root you were told"))
    else:
        complain("The proof does not hold: row, outcome, path or root is another.")
    if not holds:
        raise typer.Exit(WRONG)


def _asked(job: str, row: int, url: str, key: str | None) -> dict[str, Any]:
    found = Gateway(url, key).ask(ASK, id=job, row=row)["job"]
    if found is None or found["proof"] is None:
        raise _unknown()
    proof: dict[str, Any] = found["proof"]
    return proof


def _stored(job: str, row: int) -> dict[str, Any]:
    proof = run(_proof(job, row))
    if proof is None:
        raise _unknown()
    path = tuple(step.hex() for step in proof.path)
    told: dict[str, Any] = msgspec.to_builtins(ProofFile(proof.row, proof.leaf, proof.size, path, proof.root.hex()))
    return told


async def _proof(job: str, row: int) -> Proof | None:
    async with opened_store(settings()) as store:
        report = await imports.import_of(job, caller=ADMIN, works=store)
        return await imports.prove(report, row, imports=store)


def _read(file: Path) -> ProofFile:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return msgspec.json.decode(data, type=ProofFile)
    except (OSError, msgspec.MsgspecError):
        raise BadUserInput("This is no proof; `pramaan proof get JOB ROW` prints one.", ("file",)) from None


def _unknown() -> NotFound:
    return NotFound("There is no such import that is finished, or no such row in it.", ("job",))
