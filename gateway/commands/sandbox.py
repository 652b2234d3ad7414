"""Serve a sandbox: sample people with certificates, keys for every caller, nothing that counts anywhere else."""

import os
import socket
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from backends.settings import Environment, Settings
from credential.access import Caller, Scope
from credential.errors import ConfigurationError
from credential.operations import issue
from credential.operations.waiting import MAX_WAIT_MS, until_terminal
from credential.ports import Request
from credential.record import Kind
from gateway.commands.clock import now
from gateway.commands.demo.samples import sample_records
from gateway.commands.deployment import run
from gateway.commands.serve import attend
from gateway.commands.serving import listen, public_url
from gateway.commands.terminal import say, warn
from gateway.commands.trial_keys import ADMIN, SOURCE, TRIAL_DAYS, trial_key
from gateway.state import Composition

OPERATOR = Caller(client_id="operator", name="pramaan sandbox", scopes=frozenset({Scope.ISSUE}))
CHANNEL = "sample-app"
CALLERS = {
    "PARTNER": frozenset({Scope.FETCH}),
    "SOURCE": SOURCE,
    "ANALYST": frozenset({Scope.STATS}),
    "ADMIN": ADMIN,
}


def sandbox(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any free one.", min=0, max=65535)] = 8000,
) -> None:
    """Serve a sandbox, for whoever writes an app.

    Everything is as in production but for this: the signing keys are published,
    certificates name a sandbox as their issuer, PDFs say SAMPLE / NOT VALID, and
    one-time codes are printed here. Sample people have certificates already.
    Files lie in .sandbox (PRAMAAN_DATA_DIR); deleting it begins anew. Other
    commands reach the same store with PRAMAAN_ENV=sandbox before them.

      pramaan sandbox
    """
    if os.environ.get("PRAMAAN_ENV") == Environment.PRODUCTION:
        raise ConfigurationError("PRAMAAN_ENV is production, which is no sandbox; leave it out or set it to sandbox.")
    with listen(host, port) as listening:
        environ = {**os.environ, "PRAMAAN_ENV": Environment.SANDBOX}
        chosen = Settings.from_environment(environ, public_url=public_url(host, listening))
        for caution in chosen.cautions:
            warn(caution)
        run(_serve(chosen, listening))


async def _serve(chosen: Settings, listening: socket.socket) -> None:
    await attend(chosen, listening, with_worker=True, greet=_greet)


async def _greet(parts: Composition, address: str) -> None:
    """Issue the samples, unless they are there, make a key for each caller, and print all that one needs."""
    records = sample_records()
    await _issue(records, parts)
    say(f"\n  Keys for {TRIAL_DAYS} days, to copy into another terminal:\n")
    say(f"export BASE={address}")
    for name, scopes in CALLERS.items():
        channel = CHANNEL if Scope.FETCH in scopes else None
        say(f"export {name}={await trial_key(parts.store, f'sandbox {name.lower()}', scopes, channel=channel)}")
    say("\n  Holders of certificates:\n")
    for record in records:
        recipient, given = record["recipient"], record["vaccination"]
        mobile, dose = recipient["mobile"], f"{given['dose']}/{given['totalDoses']}"
        say(f"  {record['beneficiaryId']}  {mobile}  {given['name']} {dose}  {recipient['name']}")
    say(f"\n  They sign in at {address}/certificates by mobile number; the one-time code is printed here.")
    say(f"  GraphiQL is at {address}/graphql. Ctrl-C ends the sandbox.", style="dim")


async def _issue(records: Sequence[dict[str, Any]], parts: Composition) -> None:
    """Issue records and wait for the worker; a sandbox that had them refuses each as a duplicate."""
    accepted = await issue.accept(
        records,
        request=Request(OPERATOR, "issueCertificates", None, b"", now()),
        kind=Kind.DOMESTIC,
        policy=parts.policy,
        intake=parts.store,
        queue=parts.queue,
    )
    ids = [outcome.certificate_id for outcome in accepted.outcomes if outcome.certificate_id]
    await until_terminal(ids, wait_ms=MAX_WAIT_MS, reading=parts.store)
