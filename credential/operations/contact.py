"""Change how somebody is reached: no new version, since nothing of it is printed or signed."""

from collections.abc import Mapping
from typing import Any

from credential.access import own_rows
from credential.errors import BadUserInput
from credential.jobs import SEND_CODES, Job
from credential.operations.nudging import nudge
from credential.ports import Contacting, Queue, Request


async def change(
    programme: str,
    beneficiary_id: str,
    contact: Mapping[str, Any],
    *,
    request: Request,
    contacting: Contacting,
    queue: Queue,
) -> int:
    """Change mobile and email, those that are given (null clears), in all of a beneficiary's live certificates.

    Return in how many. Raises NotFound, NoChange, BadUserInput.
    """
    if not contact:
        raise BadUserInput("Give mobile, email, or both.", ("mobile",))
    number = await contacting.change_contact(
        request, programme, beneficiary_id, contact, visible=own_rows(request.caller)
    )
    await nudge(queue, Job(SEND_CODES))  # letters go the way of codes; the index follows from the outbox
    return number
