"""What commands print: results to stdout, everything else to stderr; JSON where a program reads."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text


def out() -> Console:
    """Return the console for results. Text is printed as it is: no markup, no highlighting."""
    return Console(markup=False, highlight=False)


def err() -> Console:
    """Return the console for progress, warnings and errors."""
    return Console(stderr=True, markup=False, highlight=False)


def say(text: str = "", style: str = "") -> None:
    """Print a line of the result, never wrapped, so that addresses and keys can be copied."""
    out().print(Text(text, style=style), soft_wrap=True)


def warn(text: str) -> None:
    """Print a warning."""
    err().print(Text.assemble(("Warning: ", "yellow"), text), soft_wrap=True)


def complain(text: str) -> None:
    """Print an error: what is wrong and what to do."""
    err().print(Text.assemble(("Error: ", "bold red"), text), soft_wrap=True)


def print_json(value: Any) -> None:  # noqa: ANN401 - a JSON document
    """Print a JSON document for programs: indented, characters not escaped."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
