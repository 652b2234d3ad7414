"""POST /v1/events: what verifier apps report of their own doing."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from credential.errors import BadUserInput
from credential.verification.result import Verdict
from gateway.doors.described import Reply
from gateway.doors.source.answers import converted, described, posted_json, reply
from gateway.graphql import counting
from resolvers.context import Context
from resolvers.issue import MAX_RECORDS

VERIFIED = {
    "valid-verification": Verdict.VALID,
    "invalid-verification": Verdict.INVALID,
    "revoked-certificate": Verdict.REVOKED,
}
"""Events that are verifications which nobody else counted: made without us. Our own doors count for themselves."""


class OldEvent(Struct, frozen=True):
    """Something that happened in an app."""

    date: str | None = None
    type: str | None = None
    extra: Annotated[dict[str, Any] | str | None, Meta(description="Taken and not kept.")] = None


class EventsTaken(Struct, frozen=True):
    """How many events were taken, and how many of them are counted."""

    taken: int
    counted: int


async def events(request: Request, context: Context) -> Response:
    """Count verifications of callers with a key; anyone's else are taken and not counted, as anyone can send any."""
    value = await posted_json(request)
    given = converted(value if isinstance(value, list) else [value], list[OldEvent])
    if len(given) > MAX_RECORDS:
        raise BadUserInput("Send an array of at most 1,000 events.")
    verdicts = [VERIFIED[one.type] for one in given if one.type in VERIFIED] if context.caller.client_id else []
    for verdict in verdicts:
        context.verified(verdict.value)
    response = reply(EventsTaken(len(given), len(verdicts)))
    response.background = counting(request.app.state.gateway, context)
    return response


_BODY = {
    "anyOf": [
        {"type": "array", "maxItems": MAX_RECORDS, "items": msgspec.json.schema(OldEvent)["$defs"]["OldEvent"]},
        msgspec.json.schema(OldEvent)["$defs"]["OldEvent"],
    ]
}
DESCRIBED = [
    described(
        "POST",
        path,
        "Report verifications made offline",
        {200: Reply("Taken.", EventsTaken)},
        body=_BODY,
        statuses=(400, 422),
        key=False,
        more=f"Counted are, of callers with a key, {', '.join(VERIFIED)}.",
    )
    for path in ("/v1/events", "/v1/events/")
]
