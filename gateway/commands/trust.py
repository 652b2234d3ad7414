"""Issuers beside our own whose certificates count as genuine: add, list, remove.

Verification tells them apart: VALID by a key of this list, UNKNOWN_ISSUER
where no key of the issuer is known, INVALID where another key signed.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from credential.access import Caller, Scope
from credential.errors import BadUserInput, ConfigurationError
from credential.keys import PublicKey
from credential.sandbox import refuse_published
from credential.trust import TrustedKey
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.key_files import read_keys
from gateway.commands.terminal import complain, out, print_json, say

OPERATOR = Caller(client_id="operator", name="pramaan trust", scopes=frozenset({Scope.ADMIN}))
NOT_THERE = 1

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
DAY = ["%Y-%m-%d"]


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="PEM, JWK or JWK Set, base58 or DID document.", exists=True)],
    *,
    issuer: Annotated[str, typer.Option(help="The issuer as certificates name it, such as https://cowin.gov.in/")],
    name: Annotated[str, typer.Option(help="The issuer's name, for people.")],
    key_id: Annotated[
        str | None, typer.Option("--key-id", help="The name that proofs bear, such as did:india; default any.")
    ] = None,
    country: Annotated[str, typer.Option(help="ISO 3166 code of two letters.")] = "",
    active_from: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="First day, UTC.")] = None,
    retired_at: Annotated[datetime | None, typer.Option("--until", formats=DAY, help="End of it, UTC.")] = None,
    json: Json = False,
) -> None:
    """Trust the keys of a file for one issuer.

    Get the file from the issuer itself, over a way that you trust: whoever
    holds its private half makes certificates that count here. Adding a key
    again changes what is known of it.

      pramaan trust add india.pem --issuer https://cowin.gov.in/ --key-id did:india --name Co-WIN --country IN
    """
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", issuer):
        raise BadUserInput("--issuer must be an absolute address or DID, as certificates name it.")
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        raise BadUserInput("--country must be two capital letters, such as IN.")
    if active_from and retired_at and active_from > retired_at:
        raise BadUserInput("--until must not be before --from.")
    keys = [
        TrustedKey(_of_issuer(key, issuer, active_from, retired_at), name, country, now())
        for key in read_keys(file, key_id)
    ]
    refuse_published(one.key for one in keys)
    run(_add(keys))
    if json:
        print_json([one.key.id for one in keys])
        return
    for one in keys:
        say(f"{one.key.algorithm} key {one.key.id} is trusted for {issuer}")


@app.command("list")
def list_trusted(*, json: Json = False) -> None:
    """List the trusted keys by issuer.

    pramaan trust list --json
    """
    found = run(_list())
    if json:
        print_json([_as_json(one) for one in found])
        return
    if not found:
        say("No other issuer is trusted; `pramaan trust add --help` tells how.")
        return
    table = Table(Column("issuer", overflow="fold"), "name", "country", "algorithm", "proofs name", "key", box=None)
    for one in found:
        key = one.key
        table.add_row(key.issuer, one.name, one.country, key.algorithm, key.verification_method or "any", key.id)
    out().print(table)


@app.command()
def remove(
    issuer: Annotated[str, typer.Argument(help="The issuer, as `pramaan trust list` shows it.")],
    *,
    key: Annotated[str | None, typer.Option(help="Only this key; default all of the issuer.")] = None,
) -> None:
    """Trust an issuer's keys no longer: its certificates become UNKNOWN_ISSUER.

    pramaan trust remove https://cowin.gov.in/ --key KEY
    """
    gone = run(_remove(issuer, key))
    if not gone:
        complain("No such key is trusted; `pramaan trust list` shows which are.")
        raise typer.Exit(NOT_THERE)
    say(f"{gone} {'key is' if gone == 1 else 'keys are'} trusted no longer.")


def _of_issuer(key: PublicKey, issuer: str, start: datetime | None, end: datetime | None) -> PublicKey:
    return PublicKey(
        id=key.id,
        algorithm=key.algorithm,
        pem=key.pem,
        verification_method=key.verification_method,
        issuer=issuer,
        active_from=start and start.replace(tzinfo=UTC),
        retired_at=end and end.replace(tzinfo=UTC),
        is_foreign=True,
    )


def _as_json(one: TrustedKey) -> dict[str, str | None]:
    key = one.key
    return {
        "issuer": key.issuer,
        "name": one.name,
        "country": one.country,
        "id": key.id,
        "algorithm": key.algorithm,
        "verificationMethod": key.verification_method,
        "activeFrom": key.active_from.isoformat() if key.active_from else None,
        "retiredAt": key.retired_at.isoformat() if key.retired_at else None,
        "publicKeyPem": key.pem,
    }


async def _add(keys: list[TrustedKey]) -> None:
    async with opened_store(settings()) as store:
        own = {key.id for key in await store.public_keys()}
        if any(one.key.id in own for one in keys):
            raise ConfigurationError("One of the keys is this deployment's own; it needs no trust.")
        await store.trust(keys, caller=OPERATOR)


async def _list() -> list[TrustedKey]:
    async with opened_store(settings()) as store:
        return await store.trusted_keys()


async def _remove(issuer: str, key: str | None) -> int:
    async with opened_store(settings()) as store:
        return await store.distrust(issuer, key, caller=OPERATOR, now=now())
