"""The console, for development: messages are printed, and reach nobody."""

import sys

import structlog

log = structlog.get_logger(__name__)


class ConsoleNotifier:
    """Implements Notifier by printing to the standard error."""

    def __init__(self) -> None:
        """Warn: whoever reads the console reads the codes."""
        log.warning("messages to holders are printed here and sent nowhere")

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        """Print."""
        head = f"{recipient}  {subject}".rstrip()
        sys.stderr.write(f"--- message to {head}\n{message}\n")
