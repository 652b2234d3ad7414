"""Sign, render and count what the queue brings."""

import asyncio
import os
import signal
import sys
from typing import Annotated

import structlog
import typer

from backends.registry import open_queue
from backends.settings import Settings
from credential.errors import ConfigurationError
from workers.composition import opened
from workers.runner import Load, run

USAGE = 2


def worker(
    *,
    signing: Annotated[int, typer.Option(min=1, max=64, help="Batches signed at once.")] = 4,
    rendering: Annotated[int, typer.Option(min=1, max=64, help="Batches of documents rendered at once.")] = 1,
    grace: Annotated[float, typer.Option(min=0, help="Seconds for what is at work when told to end.")] = 25,
) -> None:
    """Sign, render and count what the queue brings.

    Holds the private keys, so it runs beside the gateway, not in it. Any
    number of workers share a queue. SIGTERM lets what is at work finish; what
    does not is done by another worker.

      pramaan worker --signing 8
    """
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        settings = Settings.from_environment(os.environ)
        asyncio.run(_work(settings, Load(signing, rendering, grace)))
    except ConfigurationError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(USAGE) from None


async def _work(settings: Settings, load: Load) -> None:
    if settings.queue_url.startswith("inprocess:"):
        raise ConfigurationError(
            "PRAMAAN_QUEUE_URL is inprocess:, which no other process can reach; set it to redis://..., "
            "or run `pramaan serve --with-worker`."
        )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with opened(settings) as parts, open_queue(settings) as queue:
        await run(parts, queue, stopping=stopping, load=load, ready=_ready)
    typer.echo("Everything at work was finished.")


def _ready() -> None:
    typer.echo("Worker ready.")
