"""GET /revocations/{week}.json: the weekly list that the old system put into a bucket, behind a key."""

from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from credential.operations.revocation_weeks import revoked_in
from credential.ports import RevokedCertificate
from gateway.doors.described import JSON, Parameter, Reply
from gateway.doors.source.answers import described
from resolvers.context import Context


async def revoked_of_week(request: Request, context: Context) -> Response:
    """Return the week's certificates that no longer count, as the array that importers know."""
    ports = context.ports
    pages = await revoked_in(
        request.path_params["week"],
        caller=context.caller,
        revoking=ports.revoking,
        counting=ports.counting,
        now=context.now,
    )
    return StreamingResponse(_array(pages), 200, {"content-disposition": "inline"}, f"{JSON}; charset=utf-8")


async def _array(pages: AsyncIterator[list[RevokedCertificate]]) -> AsyncIterator[bytes]:
    yield b"["
    separator = b""
    async for page in pages:
        for one in page:
            # The spelling is the old one.
            yield separator + msgspec.json.encode({"certificateId": one.certificate_id, "revockedAt": one.at})
            separator = b","
    yield b"]"


DESCRIBED = [
    described(
        "GET",
        "/revocations/{week}.json",
        "List the certificates revoked or superseded in a week",
        {
            200: Reply(
                "An array, oldest first; empty where there are none.",
                {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"certificateId": {"type": "string"}, "revockedAt": {"type": "string"}},
                    },
                },
            )
        },
        parameters=[Parameter("week", "path", "Such as 2022-03-w1: the day of the month divided by seven, plus one.")],
        statuses=(400,),
    )
]
