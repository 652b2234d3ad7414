"""What the source doors have in common: who may enter, how a body is read, and errors as `{code, message}`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from credential import ports
from credential.errors import (
    BadUserInput,
    Duplicate,
    IdempotencyConflict,
    IdempotencyInProgress,
    NotFound,
    StaleVersion,
    Unavailable,
    UserFault,
)
from credential.record import explain
from gateway.bodies import json_body
from gateway.costs import MUTATION
from gateway.doors.certificates import context_of
from gateway.doors.described import JSON, Described, Parameter, Reply
from gateway.doors.source.payloads import Error, Problem
from gateway.faults import BAD_REQUEST, RETRY_AFTER, STATUS, UNAVAILABLE, RequestFault, refuse
from gateway.graphql import CLOSING
from gateway.state import Gateway
from resolvers.context import Context
from resolvers.errors import Refused
from resolvers.issue import MAX_RECORDS, checked_key, fingerprint_of
from resolvers.permissions import Rule, anyone, refuse_unless

BASE = "/divoc/api"
TAG = "Source systems"
MALFORMED = "MALFORMED"
UNPROCESSABLE = 422
NOT_ALLOWED = 412
"""What the old gateway answered where an update may not be."""
STATUSES: Mapping[str, int] = {
    BadUserInput.code: 400,
    NotFound.code: 404,
    Duplicate.code: 409,
    IdempotencyConflict.code: UNPROCESSABLE,
    IdempotencyInProgress.code: 409,
    MALFORMED: UNPROCESSABLE,
}
"""Of faults of the whole request; others are 412. Those of the idempotency key follow IETF's Idempotency-Key draft."""
WRITES = 1 + MUTATION
"""What a request costs that changes something, as a mutation does."""
T = TypeVar("T")
Raised = RequestFault | Refused | UserFault | Unavailable
Handle = Callable[[Request, Context], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Malformed(UserFault):
    """A member of another type or form than the API file has."""

    code = MALFORMED


def door(handle: Handle, rule: Rule = anyone, cost: int = 1) -> Endpoint:
    """Return an endpoint for whom the rule allows; the cost is taken from the client's budget of a minute."""

    @wraps(handle)
    async def endpoint(request: Request) -> Response:
        try:
            context = await context_of(request, cost)
            refuse_unless(rule, context.caller, {})
            return await handle(request, context)
        except (RequestFault, Refused, UserFault, Unavailable) as raised:
            return refused(request, raised)

    return endpoint


def reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(value), status, headers, f"{JSON}; charset=utf-8")


def refused(request: Request, raised: Raised) -> Response:
    """Return the answer to a request that ends with an error."""
    status, problems = _told(raised)
    first = problems[0]
    headers = {}
    if status == STATUS[UNAVAILABLE] or first.code == IdempotencyInProgress.code:
        headers["retry-after"] = RETRY_AFTER[UNAVAILABLE]
    if isinstance(raised, RequestFault) and raised.faults[0].retry_after is not None:
        headers["retry-after"] = str(raised.faults[0].retry_after)
    if status == STATUS["UNAUTHENTICATED"]:
        headers["www-authenticate"] = "Bearer"
    if status in CLOSING:
        headers["connection"] = "close"
    return reply(Error(first.code, first.message, problems, request.state.request_id), status, headers)


def _told(raised: Raised) -> tuple[int, list[Problem]]:
    if isinstance(raised, RequestFault):
        return raised.status, [Problem(one.code, one.message, list(one.path)) for one in raised.faults]
    if isinstance(raised, Refused):
        return STATUS[raised.code], [Problem(raised.code, raised.message)]
    if isinstance(raised, Unavailable):
        return STATUS[UNAVAILABLE], [Problem(UNAVAILABLE, "The service is busy or a part of it is away; try again.")]
    return status_of(raised), [problem(raised)]


def status_of(fault: UserFault) -> int:
    """Return the status of a fault of a request."""
    return STATUSES.get(fault.code, NOT_ALLOWED)


def problem(fault: UserFault) -> Problem:
    """Return a fault as it is told."""
    existing = fault.existing_certificate_id if isinstance(fault, Duplicate) else None
    current = fault.current_version if isinstance(fault, StaleVersion) else None
    return Problem(fault.code, fault.message, list(fault.path), existing, current)


async def posted_json(request: Request) -> Any:  # noqa: ANN401 - any JSON value
    """Return the body's JSON value. Raises RequestFault."""
    gateway: Gateway = request.app.state.gateway
    body = await json_body(request, gateway.made_of.limits)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise refuse(BAD_REQUEST, "The body is not JSON in UTF-8.") from None


async def posted_items(request: Request, shape: Any) -> list[Any]:  # noqa: ANN401 - a type that msgspec knows
    """Return the body's array as it came, its members being of the shape. Raises RequestFault, UserFault."""
    items: list[Any] = await posted_json(request)
    converted(items, list[shape])
    if not 1 <= len(items) <= MAX_RECORDS:
        raise BadUserInput("Send an array of 1 to 1,000 items.")
    return items


def converted(value: Any, shape: type[T]) -> T:  # noqa: ANN401 - any JSON value
    """Return a JSON value as a type that msgspec knows. Raises Malformed."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise Malformed(*explain(str(error))) from None
    except (RecursionError, OverflowError):
        raise Malformed("The body is not of the documented shape.") from None


def request_of(request: Request, context: Context, operation: str, *fingerprinted: object) -> ports.Request:
    """Return what the store is told of a request that changes something. Raises BadUserInput for a bad key."""
    given = request.headers.get("idempotency-key")
    key = None if given is None else checked_key(given.strip().removeprefix('"').removesuffix('"'))
    fingerprint = fingerprint_of([request.url.path, *fingerprinted]) if key else b""
    return context.request(operation, key, fingerprint)


_ERROR = {
    400: "The request breaks a rule; nothing was stored.",
    401: "No key was sent, or it is not known.",
    403: "The key does not allow this.",
    404: "There is none.",
    408: "The body did not arrive in time.",
    409: "A request with the same Idempotency-Key is still at work; ask again after Retry-After.",
    412: "An update is not allowed.",
    413: "The body is too large.",
    415: "The media type is not taken.",
    422: "A member has another type or form, or the Idempotency-Key came with another body before.",
    503: "The store is away or too much waits; try again after Retry-After.",
}
_BODY_STATUSES = frozenset({408, 413, 415})
KEY_HEADER = Parameter(
    "Idempotency-Key",
    "header",
    "Makes the request safe to send again for 7 days: the same key with the same body gives the same answer.",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9._:-]+$"},
)


def described(
    method: str,
    path: str,
    summary: str,
    replies: Mapping[int, Reply],
    *,
    parameters: Sequence[Parameter] = (),
    body: Any = None,  # noqa: ANN401 - a type or a schema
    body_type: str = JSON,
    statuses: Sequence[int] = (),
    key: bool = True,
    more: str = "",
) -> Described:
    """Return the description of a source door, with the errors that it shares with the others."""
    shared = {401, 503, *statuses, *({403} if key else ()), *(_BODY_STATUSES if body is not None else ())}
    errors = {status: Reply(_ERROR[status], Error) for status in shared}
    return Described(
        method=method,
        path=BASE + path if path.startswith("/v") else path,
        tag=TAG,
        summary=summary,
        replies={**errors, **replies},
        parameters=parameters,
        body=body,
        body_type=body_type,
        key="needed" if key else "may",
        more=more,
    )
