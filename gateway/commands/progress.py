"""A progress bar on stderr, on a terminal only."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.commands.terminal import err


def progress() -> Progress:
    """Return a bar with counts and the time left; a task's description stands behind it."""
    console = err()
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
