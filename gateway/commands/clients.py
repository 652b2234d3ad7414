"""Keys for those who call the gateway: create, list, revoke.

A key is printed once, when it is made; the store keeps a keyed hash of it.
"""

import secrets
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from backends.settings import Settings
from credential.access import Scope, Terms
from credential.operations.clients import NewClient, new_client
from credential.ports import Client, Clients
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import complain, out, print_json, say

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


async def store_client(made: NewClient, clients: Clients) -> NewClient:
    """Store a client and return it."""
    await clients.create(made.client, made.key)
    return made


@app.command()
def create(
    *,
    name: Annotated[str, typer.Option(help="Who will bear the key, such as co-win or digilocker.")],
    scope: Annotated[list[Scope], typer.Option(help="What the key allows; give it once per scope.")],
    channel: Annotated[
        str | None, typer.Option(help="Where accesses with fetch are counted; default the name.")
    ] = None,
    purpose: Annotated[str, typer.Option(help="Why the client processes personal data.")] = "",
    legal_basis: Annotated[str, typer.Option(help="Why it may, such as consent; recorded with each read.")] = "",
    daily_reads: Annotated[
        int | None, typer.Option(min=1, help="Certificates that it may read a day; default no limit.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Cost of operations a minute and gateway; default no limit.")
    ] = None,
    trusted_only: Annotated[
        bool, typer.Option("--trusted-only", help="Only documents of `pramaan operations` are answered.")
    ] = False,
    expires_days: Annotated[int | None, typer.Option(min=1, help="Days until the key ends; default never.")] = None,
    json: Json = False,
) -> None:
    """Create a client and print its key, once.

    The key goes into the header `Authorization: Bearer KEY`. A source system:

      pramaan clients create --name co-win --scope issue --scope jobs

    A partner app that fetches for holders; accesses are counted to its channel:

      pramaan clients create --name locker --scope fetch --channel locker
    """
    moment = now()
    expires_at = moment + timedelta(days=expires_days) if expires_days else None
    made = new_client(
        name,
        frozenset(scope),
        created_at=moment,
        randomness=secrets.token_bytes,
        channel=channel,
        purpose=purpose,
        expires_at=expires_at,
        terms=Terms(legal_basis, daily_reads, per_minute, trusted_only),
    )
    run(_create(settings(), made))
    if json:
        print_json({"id": made.client.id, "key": made.key})
        return
    say(f"id   {made.client.id}")
    say(f"key  {made.key}")
    say("The key is shown this once. Keep it where secrets are kept.", style="dim")


@app.command("list")
def list_clients(*, json: Json = False) -> None:
    """List the clients, oldest first, without their keys.

    Revoked and expired ones stay in the list. A key cannot be shown again:
    whoever lost one gets a new client, and the old one is revoked.

      pramaan clients list
    """
    found = run(_list(settings()))
    if json:
        print_json([_as_json(client) for client in found])
    elif found:
        out().print(_table(found))
    else:
        say("No client yet; `pramaan clients create` makes one.")


@app.command()
def revoke(client_id: Annotated[str, typer.Argument(metavar="ID", help="The client's id.")]) -> None:
    """End a client's key.

    Gateways may believe it for five seconds more. What the client issued
    stays issued.

      pramaan clients revoke client-0123456789abcdef
    """
    if not run(_revoke(settings(), client_id)):
        complain("No such client; `pramaan clients list` shows the ids.")
        raise typer.Exit(1)
    say("The key no longer opens anything.")


async def _create(chosen: Settings, made: NewClient) -> None:
    async with opened_store(chosen) as store:
        await store_client(made, store)


async def _list(chosen: Settings) -> list[Client]:
    async with opened_store(chosen) as store:
        return await store.clients()


async def _revoke(chosen: Settings, client_id: str) -> bool:
    async with opened_store(chosen) as store:
        return await store.revoke_client(client_id, now=now())


def _as_json(client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "scopes": sorted(client.scopes),
        "channel": client.channel,
        "purpose": client.purpose,
        "legalBasis": client.terms.legal_basis,
        "dailyReads": client.terms.daily_reads,
        "perMinute": client.terms.per_minute,
        "trustedOnly": client.terms.trusted_only,
        "createdAt": client.created_at.isoformat(),
        "expiresAt": client.expires_at.isoformat() if client.expires_at else None,
        "revokedAt": client.revoked_at.isoformat() if client.revoked_at else None,
    }


def _table(found: list[Client]) -> Table:
    table = Table(Column("id", no_wrap=True), "name", "scopes", "channel", "created", "ends")
    for client in found:
        ended = client.revoked_at or client.expires_at
        table.add_row(
            client.id,
            client.name,
            " ".join(sorted(client.scopes)),
            client.channel or "",
            f"{client.created_at:%Y-%m-%d}",
            f"{'revoked ' if client.revoked_at else ''}{ended:%Y-%m-%d}" if ended else "never",
        )
    return table
