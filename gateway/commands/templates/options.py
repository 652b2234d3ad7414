"""Options that several of the commands have."""

from pathlib import Path
from typing import Annotated

import typer

Issuers = Annotated[
    Path | None,
    typer.Option(help="A folder of ISSUER.toml files, beside the bundled ones.", exists=True, file_okay=False),
]
Issuer = Annotated[str, typer.Option(help="Name of the issuer: that of its file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]

SHORT = 12
"""How many characters of a digest are shown to people."""
