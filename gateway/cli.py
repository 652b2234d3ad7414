"""The command `pramaan`. Each entry point of the group `pramaan.commands` is one subcommand, loaded when it is called.

Exit codes: 0 done; 1 not all as wished (each command says what); 2 wrong usage or settings; 3 unreadable input.
"""

import ast
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from credential.errors import BadUserInput, ConfigurationError, PramaanError
from gateway.commands.terminal import complain

GROUP = "pramaan.commands"
ORDER = (
    "demo",
    "serve",
    "sandbox",
    "worker",
    "migrate",
    "clients",
    "keys",
    "issue",
    "revoke",
    "documents",
    "verify",
    "status",
    "trust",
    "operations",
    "replay",
    "templates",
)
FAILED, USAGE = 1, 2


class Commands(TyperGroup):
    """A group whose help needs no subcommand's code: it reads the first line of each module's docstring instead."""

    def __init__(self, **attrs: Any) -> None:  # noqa: ANN401 - Typer's own arguments
        """Put a named stand-in for every entry point."""
        super().__init__(**attrs)
        self._points = {point.name: point for point in entry_points(group=GROUP)}
        for name in sorted(self._points, key=_rank):
            self.add_command(TyperCommand(name, help=_summary(self._points[name])))

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401 - a type that Typer keeps to itself
        args: list[str],
    ) -> tuple[str | None, TyperCommand | TyperGroup | None, list[str]]:
        """Return the subcommand itself, loaded now."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else _load(self._points[name]), rest


def _rank(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER)), name


def _summary(point: EntryPoint) -> str:
    """Return the first line of the module's docstring without importing the module, which may take seconds."""
    try:
        spec = find_spec(point.module)
        source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
        return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
    except (ImportError, OSError, SyntaxError):
        return "(cannot be loaded; install the package that brings it again)"


def _load(point: EntryPoint) -> TyperCommand | TyperGroup:
    loaded = point.load()
    if not isinstance(loaded, typer.Typer):
        command, loaded = loaded, typer.Typer(add_completion=False, rich_markup_mode="rich")
        loaded.command(point.name, no_args_is_help=False)(command)
    made = typer.main.get_command(loaded)
    if not isinstance(made, TyperCommand | TyperGroup):
        raise ConfigurationError(f"The entry point {point.name} of {GROUP} is no command; install its package again.")
    return made


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the option's value
    if wanted:
        typer.echo(f"pramaan {version('pramaan')}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def pramaan(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Issue, sign, serve, verify and count vaccination certificates.

    Settings come from the environment: PRAMAAN_STORE_URL and the like.
    Each has a default for development, so this works at once:

      pramaan demo                      the whole way of a certificate
      pramaan serve --with-worker       serve on http://127.0.0.1:8000
      pramaan verify certificate.json   check a certificate or its QR

    `pramaan COMMAND --help` explains each command, with an example.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; errors of ours become one message."""
    try:
        app(list(arguments) if arguments is not None else None, prog_name="pramaan")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except (ConfigurationError, BadUserInput) as error:
        complain(str(error))
        return USAGE
    except PramaanError as error:
        complain(str(error))
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
