"""Addresses of backends: `scheme:rest`."""

from pathlib import Path

from credential.errors import ConfigurationError


def scheme(url: str) -> str:
    """Return what stands before the first colon, in lower case; empty where there is none."""
    head, colon, _ = url.partition(":")
    return head.lower() if colon else ""


def directory(url: str, variable: str) -> Path:
    """Return the directory of `file:DIR` or `file:///DIR`. Raises ConfigurationError naming the variable."""
    path = url.partition(":")[2].removeprefix("//")
    if not path:
        raise ConfigurationError(f"{variable} names no directory; set it to file:DIR.")
    return Path(path).absolute()
