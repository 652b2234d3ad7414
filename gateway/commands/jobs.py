"""Jobs of workers that were given up: list them with the reason, have them done again."""

from typing import Annotated

import typer

from credential.access import Caller, Scope
from credential.acknowledgement import rfc3339
from credential.jobs import SIGN
from credential.ports import DeadLetter
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import print_json, say

OPERATOR = Caller(client_id="operator", name="pramaan jobs", scopes=frozenset({Scope.ADMIN}))
AT_ONCE = 1000

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command("list")
def list_jobs(
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the oldest first.")] = 100,
    json: Json = False,
) -> None:
    """List jobs that were given up: messages to holders, signatures, index entries.

    pramaan jobs list --json
    """
    found = run(_list(limit))
    if json:
        print_json([_as_json(one) for one in found])
        return
    for one in found:
        say(f"{rfc3339(one.at)}  {one.job}  {one.certificate_id}  {one.reason}")
    if not found:
        say("No job was given up.")


@app.command()
def replay(*, json: Json = False) -> None:
    """Have all that was given up done again, with all attempts before it, once the cause is gone.

    pramaan jobs replay
    """
    number = run(_replay())
    if json:
        print_json({"replayed": number})
    else:
        say(f"{number} {'job waits' if number == 1 else 'jobs wait'} to be done again.")


def _as_json(one: DeadLetter) -> dict[str, str]:
    return {"job": one.job, "certificateId": one.certificate_id, "reason": one.reason, "at": rfc3339(one.at)}


async def _list(limit: int) -> list[DeadLetter]:
    async with opened_store(settings()) as store:
        return await store.dead_letters(limit=limit)


async def _replay() -> int:
    async with opened_store(settings()) as store:
        letters = await store.dead_letters(limit=AT_ONCE)
        signing = await store.replay([one.certificate_id for one in letters if one.job == SIGN], now=now())
        return len(signing) + await store.revive(letters, caller=OPERATOR, now=now())
