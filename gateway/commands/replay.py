"""Rebuild every document from its stored intent and compare."""

from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from backends.registry import Store, open_signer
from backends.settings import Settings
from credential.operations.rebuild import Finding, rebuild
from credential.ports import Signer
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.progress import progress
from gateway.commands.terminal import out, print_json, say

PAGE = 500
SHARDS = 4096
DIFFERENT = 1


def replay(
    *,
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign again with the keys of PRAMAAN_SIGNER_URL, where that is repeatable.")
    ] = False,
    show: Annotated[int, typer.Option(min=0, help="How many differences are shown.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Rebuild every document from its stored intent, and compare with what was signed.

    The unsigned document must be the same byte for byte, the digest of the
    bytes to sign the one that was stored, and the signature fit. With --sign,
    which needs the private keys, Ed25519 signatures are made again and the
    whole text compared. Run it after a restore, or after an upgrade, with the
    settings that the certificates were issued under. Nothing is changed.

      pramaan replay --json

    Exit code: 0 all the same, 1 something differs.
    """
    compared, found = run(_replay(settings(), sign=sign))
    if json:
        print_json({"compared": compared, "differences": len(found), "first": [_as_json(one) for one in found[:show]]})
    else:
        _show(compared, found, show)
    if found:
        raise typer.Exit(DIFFERENT)


async def _replay(chosen: Settings, *, sign: bool) -> tuple[int, list[Finding]]:
    async with opened_store(chosen) as store:
        if not sign:
            return await _compare(chosen, store, None)
        async with open_signer(chosen) as signer:
            return await _compare(chosen, store, signer)


async def _compare(chosen: Settings, store: Store, signer: Signer | None) -> tuple[int, list[Finding]]:
    keys, policy = await store.public_keys(), chosen.policy()
    compared, found, after = 0, list[Finding](), None
    with progress() as bar:
        task = bar.add_task("", total=SHARDS)
        while True:
            page = await store.signed_after(after, limit=PAGE)
            found += await rebuild(page.signed, policy=policy, keys=keys, now=now(), signer=signer)
            compared += len(page.signed)
            bar.update(task, completed=page.shard + 1)
            if page.after is None:
                return compared, found
            after = page.after


def _show(compared: int, found: list[Finding], most: int) -> None:
    say(f"{compared:,} certificates rebuilt, {len(found):,} differences")
    if not found:
        return
    for fault, number in Counter(one.fault for one in found).most_common():
        say(f"  {fault}: {number:,}")
    table = Table("certificate", "profile", "differs in", "where", box=None, pad_edge=False)
    for one in found[:most]:
        table.add_row(one.certificate_id, one.profile or "", one.fault, one.where)
    out().print(table)


def _as_json(one: Finding) -> dict[str, str | None]:
    return {"certificateId": one.certificate_id, "profile": one.profile, "fault": one.fault, "where": one.where}
