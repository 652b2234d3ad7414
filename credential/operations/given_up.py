"""What was given up: tried again when an admin says so (reliability and security, Nothing is lost)."""

from collections.abc import Sequence

from credential.errors import BadUserInput
from credential.jobs import SIGN, Job
from credential.operations.nudging import nudge
from credential.ports import Overseeing, Queue, Request

AT_ONCE = 1_000


async def replay(ids: Sequence[str], *, request: Request, overseeing: Overseeing, queue: Queue) -> list[str]:
    """Let dead letters be tried again; return the ids that wait. Raises BadUserInput for none or too many."""
    if not 1 <= len(ids) <= AT_ONCE:
        raise BadUserInput(f"Give 1 to {AT_ONCE:,} ids.", ("ids",))
    again = await overseeing.replay_given_up(list(dict.fromkeys(ids)), request=request)
    signed = tuple(one.removeprefix(f"{SIGN}:") for one in again if one.startswith(f"{SIGN}:"))
    await nudge(queue, Job(SIGN, signed))
    return again
