"""Revoke all certificates of a batch, facility, vaccinator, client, key or time."""

from datetime import datetime
from typing import Annotated

import typer

from backends.settings import Settings
from credential.access import Caller, Scope
from credential.certificate import RevocationReason
from credential.errors import BadUserInput
from credential.instants import instant
from credential.operations.revoke_by_reach import OPERATION, Begun, Found, begin, dry_run
from credential.ports import Request
from credential.reach import Where
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import print_json, say

OPERATOR = Caller(client_id="operator", name="pramaan revoke", scopes=frozenset({Scope.ADMIN}))


def revoke(
    *,
    batch: Annotated[str | None, typer.Option(help="Batch of the vaccine, in any case.")] = None,
    facility: Annotated[str | None, typer.Option(help="Id of the facility, or its name where it has none.")] = None,
    vaccine: Annotated[str | None, typer.Option(help="Vaccine, in any case.")] = None,
    vaccinator: Annotated[str | None, typer.Option(help="Id or name of the vaccinator, in any case.")] = None,
    client: Annotated[str | None, typer.Option(help="Id of the client that sent the records in.")] = None,
    key_id: Annotated[str | None, typer.Option(help="Id of the key that signed.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First moment, as 2021-12-15T11:30:00+05:30.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="The moment after the last one.")] = None,
    digest: Annotated[str | None, typer.Option(help="Revoke what the dry run with this digest counted.")] = None,
    reason: Annotated[RevocationReason, typer.Option(case_sensitive=False)] = RevocationReason.BATCH_RECALL,
    dry: Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Revoke all certificates of a batch, facility, vaccinator, client, key or time.

    A dry run counts, however long it takes, and prints a digest, which is good
    for a day. Given back with the same options, it begins a job that workers
    do in the background. Above PRAMAAN_APPROVAL_ABOVE certificates an admin's
    client approves: revokeCertificates with the same `where`, reason and
    digest; and this command approves what such a client has begun.

      pramaan revoke --batch 4121Z045 --dry-run
      pramaan revoke --batch 4121Z045 --digest D
    """
    where = Where(
        batch=batch,
        facility=facility,
        vaccine=vaccine,
        vaccinator=vaccinator,
        client=client,
        key_id=key_id,
        start=_moment(start, "--from"),
        end=_moment(end, "--to"),
    )
    if dry == (digest is not None):
        raise BadUserInput("Give --dry-run, and then the --digest that it prints.")
    if digest is None:
        _show_found(run(_count(settings(), where)), as_json=json)
    else:
        _show_begun(run(_begin(settings(), where, reason, digest)), as_json=json)


async def _count(chosen: Settings, where: Where) -> Found:
    async with opened_store(chosen) as store:
        secret = chosen.document_secret()
        return await dry_run(where, caller=OPERATOR, reaching=store, secret=secret, now=now(), pages=None)


async def _begin(chosen: Settings, where: Where, reason: RevocationReason, digest: str) -> Begun:
    async with opened_store(chosen) as store:
        return await begin(
            where,
            reason,
            digest,
            request=Request(OPERATOR, OPERATION, None, b"", now()),
            reaching=store,
            works=store,
            secret=chosen.document_secret(),
            approval_above=chosen.approval_above,
        )


def _show_found(found: Found, *, as_json: bool) -> None:
    if as_json:
        more = {"sample": list(found.sample), "digest": found.digest, "to": found.to.isoformat()}
        print_json({"count": found.count, **more})
        return
    say(f"{found.count:,} certificates, such as {' '.join(found.sample) or 'none'}")
    say(f"What is taken in or issued from {found.to:%Y-%m-%d %H:%M:%S} UTC on is not among them.")
    say(f"Revoke them with the same options and --digest {found.digest}")


def _show_begun(begun: Begun, *, as_json: bool) -> None:
    if as_json:
        print_json({"job": begun.job_id, "count": begun.found.count, "approvalNeeded": begun.awaiting})
    elif begun.awaiting:
        say(f"{begun.job_id} waits until another client approves it, with the same `where`, reason and digest.")
    else:
        say(f"{begun.job_id} revokes {begun.found.count:,} certificates as soon as a worker is there.")


def _moment(text: str | None, option: str) -> datetime | None:
    try:
        return instant(text)
    except BadUserInput as fault:
        raise BadUserInput(f"{option}: {fault.message}") from None
