"""Serve GraphQL, documents, keys and health over HTTP."""

import socket
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from backends.settings import Settings
from credential.errors import ConfigurationError
from gateway.commands.deployment import run, settings
from gateway.commands.serving import address_of, listen, new_server, public_url
from gateway.commands.serving import serve as serve_until_told
from gateway.commands.terminal import say, warn
from gateway.commands.trial_keys import ADMIN, SOURCE, TRIAL_DAYS, trial_key
from gateway.state import Composition

Greet = Callable[[Composition, str], Awaitable[None]]
MUTATION = (
    '{"query":"mutation($r:RecordList){issueCertificates(input:{recordsJson:$r,waitMs:5000})'
    '{results{certificate{id status}error{code message path}}}}","variables":{"r":[{"beneficiaryId":"SAMPLE-1",'
    '"recipient":{"name":"Sample Person 1","age":41,"mobile":"9999900001"},"vaccination":{"name":"COVAXIN",'
    '"batch":"SAMPLE","manufacturer":"Bharat Biotech","date":"2021-03-01T05:00:00Z","dose":1,"totalDoses":2},'
    '"facility":{"name":"Sample Health Centre"}}]}}'
)


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any free one.", min=0, max=65535)] = 8000,
    with_worker: Annotated[
        bool, typer.Option("--with-worker", help="Sign in this process, too; not in production.")
    ] = False,
    welcome: Annotated[bool, typer.Option("--welcome", help="Make keys for trying out and print them.")] = False,
) -> None:
    """Serve GraphQL, documents, keys and health over HTTP.

    SQLite is brought to the newest schema first; PostgreSQL is left to
    `pramaan migrate`. SIGTERM lets what is at work finish. TLS is for the
    proxy in front.

      pramaan serve --with-worker --welcome     everything in one process
      pramaan serve --host 0.0.0.0              with `pramaan worker` beside it
    """
    chosen = settings()
    _check(chosen, with_worker=with_worker, welcome=welcome)
    with listen(host, port) as listening:
        chosen = settings(public_url=public_url(host, listening))
        run(attend(chosen, listening, with_worker=with_worker, greet=_welcome if welcome else None))


def _check(chosen: Settings, *, with_worker: bool, welcome: bool) -> None:
    """Refuse what is only convenient in production; warn of what is odd. Raises ConfigurationError."""
    if chosen.production and with_worker:
        raise ConfigurationError(
            "--with-worker puts private keys into the gateway's process, which PRAMAAN_ENV=production refuses; "
            "run `pramaan worker` beside it."
        )
    if chosen.production and welcome:
        raise ConfigurationError(
            "--welcome prints keys, which PRAMAAN_ENV=production refuses; use `pramaan clients create`."
        )
    for caution in chosen.cautions:
        warn(caution)
    if chosen.queue_url.startswith("inprocess:") and not with_worker:
        warn("Nothing is signed: PRAMAAN_QUEUE_URL is inprocess:, which only --with-worker serves.")


async def attend(chosen: Settings, listening: socket.socket, *, with_worker: bool, greet: Greet | None = None) -> None:
    """Serve until told to end, saying where; `greet` is called with the parts and the address once all is open."""
    address = address_of(listening)

    async def ready(parts: Composition) -> None:
        say(f"Serving on {address}")
        if greet is not None:
            await greet(parts, address)

    await serve_until_told(new_server(), chosen, listening, with_worker=with_worker, ready=ready)
    say("Everything at work was finished.")


async def _welcome(parts: Composition, address: str) -> None:
    """Make two clients and print all that one needs to try the gateway."""
    callers = (("local source system", SOURCE), ("local admin", ADMIN))
    keys = {name: await trial_key(parts.store, name, scopes) for name, scopes in callers}
    say()
    for label, path in (
        ("GraphiQL", "/graphql"),
        ("Health", "/health/ready"),
        ("Issuer's key", "/did:india"),
        ("Issuer's keys", "/.well-known/jwks.json"),
    ):
        say(f"  {label:<14} {address}{path}")
    say()
    for name, key in keys.items():
        say(f"  Key of the {name}, for {TRIAL_DAYS} days: {key}")
    say()
    say("  Try it:")
    say(f"  curl -s {address}/graphql -H 'Authorization: Bearer {keys['local source system']}' \\")
    say(f"    -H 'Content-Type: application/json' -d '{MUTATION}'")
    say()
    say("  Ctrl-C ends it.", style="dim")
