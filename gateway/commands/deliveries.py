"""Acknowledgements to the source system: list them, send again those that were given up."""

from typing import Annotated

import typer

from credential.access import Caller, Scope
from credential.acknowledgement import DeliveryState, rfc3339
from credential.errors import BadUserInput
from credential.ports import DeliveryReport
from gateway.commands.clock import now
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import complain, print_json, say

OPERATOR = Caller(client_id="operator", name="pramaan deliveries", scopes=frozenset({Scope.ADMIN}))
NOT_ALL = 1
SHOWN = 100

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command("list")
def list_deliveries(
    *,
    state: Annotated[
        DeliveryState, typer.Option(case_sensitive=False, help="Given up, still to be sent, or done within seven days.")
    ] = DeliveryState.DEAD,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the oldest first.")] = SHOWN,
    json: Json = False,
) -> None:
    """List acknowledgements, those that were given up unless another state is asked for.

    pramaan deliveries list --state waiting --json
    """
    found = run(_list(state, limit))
    if json:
        print_json([_as_json(one) for one in found])
        return
    if not found:
        say(f"No acknowledgement is {state.lower()}.")
        return
    due = "due" if state is DeliveryState.WAITING else "ended"
    for one in found:
        told = f"{one.became.lower()}, attempts: {one.attempts}, {due} {rfc3339(one.due_at)}"
        say(f"{one.id}  {one.certificate_id}  {told}" + (f"  {one.fault}" if one.fault else ""))


@app.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids, as `pramaan deliveries list` shows them.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    json: Json = False,
) -> None:
    """Send again what was given up: workers begin at once, with all attempts before them.

    Exit code 1 where one of the ids was not given up. A message keeps its id.

      pramaan deliveries replay --all
    """
    if bool(ids) == every:
        raise BadUserInput("Give ids, or --all for all that were given up.")
    again = run(_replay(None if every else ids))
    if json:
        print_json(again)
    else:
        say(f"{len(again)} {'acknowledgement waits' if len(again) == 1 else 'acknowledgements wait'} to be sent again.")
    missing = len(set(ids or ()) - set(again))
    if missing:
        complain(f"{missing} of the ids were not given up; `pramaan deliveries list` shows which are.")
        raise typer.Exit(NOT_ALL)


def _as_json(one: DeliveryReport) -> dict[str, str | int | None]:
    return {
        "id": one.id,
        "certificateId": one.certificate_id,
        "became": one.became,
        "state": one.state,
        "attempts": one.attempts,
        "dueAt" if one.state is DeliveryState.WAITING else "endedAt": rfc3339(one.due_at),
        "fault": one.fault,
    }


async def _list(state: DeliveryState, limit: int) -> list[DeliveryReport]:
    async with opened_store(settings()) as store:
        return await store.deliveries(state, limit=limit)


async def _replay(ids: list[str] | None) -> list[str]:
    async with opened_store(settings()) as store:
        return await store.replay_deliveries(ids, caller=OPERATOR, now=now())
