"""Doing something again whenever a file changes that decides how pages look."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from credential import rendering
from gateway.commands.clock import now
from gateway.commands.terminal import complain, say

BUNDLED = Path(rendering.__file__).parent
DECISIVE = {".typ", ".toml", ".svg", ".png", ".ttf", ".py"}


def again_on_change(arguments: Sequence[str], *, folder: Path | None, written: Iterable[Path]) -> None:
    """Run a `pramaan` command line now and after every change, until the interrupt key ends it.

    Each time in a process of its own, since translations and templates are read once per process; one that fails is
    shown and waited upon. `written` are the command's own files, of which no change counts.
    """
    folders = [BUNDLED, *([folder] if folder else [])]
    own = {str(file.absolute()) for file in written}
    _run(arguments)
    say("Watching templates, translations and issuers; Ctrl+C ends it.", style="dim")
    for changed in _changes(folders, own):
        say(f"{now().astimezone():%H:%M:%S}  {', '.join(changed)} changed", style="dim")
        _run(arguments)


def _changes(folders: Sequence[Path], own: set[str]) -> Iterator[list[str]]:
    """Yield the names of changed files."""

    def decisive(_: Change, path: str) -> bool:
        return Path(path).suffix in DECISIVE and path not in own

    for changes in watch(*folders, watch_filter=decisive, raise_interrupt=False):
        yield sorted({Path(path).name for _, path in changes})


def _run(arguments: Sequence[str]) -> None:
    done = subprocess.run(  # noqa: S603 - this command itself
        [sys.executable, "-m", "gateway.cli", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        complain(_last_line(done.stderr))
    else:
        say(done.stdout.rstrip())


def _last_line(text: str) -> str:
    """Return an error without what led to it, such as the trace that a broken translation leaves."""
    lines = text.strip().splitlines() or ["It failed without a word; run it without --watch."]
    return lines[-1].removeprefix("Error: ")
