"""Errors as clients see them: a code, a fixed message, places and paths; never an exception's text or a value.

This is the one table that maps our errors to GraphQL codes and HTTP statuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from graphql import GraphQLError

from credential.errors import RateLimited, Unavailable, UserFault
from resolvers.errors import FORBIDDEN, UNAUTHENTICATED, Refused

BAD_REQUEST = "BAD_REQUEST"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"
METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
NOT_FOUND = "NOT_FOUND"
CONFLICT = "CONFLICT"
TOO_COMPLEX = "TOO_COMPLEX"
PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
RATE_LIMITED = "RATE_LIMITED"
DOCUMENT_UNKNOWN = "PERSISTED_QUERY_NOT_FOUND"
TIMEOUT = "TIMEOUT"
UNAVAILABLE = "UNAVAILABLE"
INTERNAL = "INTERNAL"

STATUS = {
    BAD_REQUEST: 400,
    PARSE_FAILED: 400,
    VALIDATION_FAILED: 400,
    BAD_USER_INPUT: 400,
    TOO_COMPLEX: 400,
    UNAUTHENTICATED: 401,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    DOCUMENT_UNKNOWN: 404,
    METHOD_NOT_ALLOWED: 405,
    NOT_ACCEPTABLE: 406,
    CONFLICT: 409,
    PAYLOAD_TOO_LARGE: 413,
    UNSUPPORTED_MEDIA_TYPE: 415,
    RATE_LIMITED: 429,
    INTERNAL: 500,
    UNAVAILABLE: 503,
    TIMEOUT: 503,
}
GRAPHQL_OWN = frozenset({PARSE_FAILED, VALIDATION_FAILED, BAD_USER_INPUT})
"""Answered with status 200 to those who accept only application/json (GraphQL over HTTP, 6.4.1)."""
RETRY_AFTER = {UNAVAILABLE: "5", TIMEOUT: "5"}

log = structlog.stdlib.get_logger("pramaan.gateway")


@dataclass(frozen=True, slots=True)
class Fault:
    """An error. `path` names a member of the request, `locations` lines and columns, `retry_after` seconds."""

    code: str
    message: str
    path: tuple[str, ...] = ()
    locations: tuple[tuple[int, int], ...] = ()
    retry_after: int | None = None

    def to_json(self, request_id: str) -> dict[str, Any]:
        """Return the error in GraphQL's form."""
        extensions: dict[str, Any] = {"code": self.code, "requestId": request_id}
        if self.path:
            extensions["path"] = self.path
        if self.retry_after is not None:
            extensions["retryAfterSeconds"] = self.retry_after
        error: dict[str, Any] = {"message": self.message, "extensions": extensions}
        if self.locations:
            error["locations"] = [{"line": line, "column": column} for line, column in self.locations]
        return error


class RequestFault(Exception):  # noqa: N818 - a fault of the request, not of ours
    """Ends a request before execution."""

    def __init__(self, *faults: Fault) -> None:
        """Take one or more faults; the first decides the status."""
        super().__init__(faults[0].code)
        self.faults = faults

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS[self.faults[0].code]


class SlowBody(RequestFault):
    """The body did not arrive in time: TIMEOUT, but the client's."""

    def __init__(self) -> None:
        """Take nothing: there is one reason."""
        super().__init__(Fault(TIMEOUT, "The body did not arrive in time; send it again, or fewer records at a time."))

    @property
    def status(self) -> int:
        """The HTTP status of a request that did not arrive (RFC 9110, 15.5.9)."""
        return 408


def refuse(code: str, message: str, path: tuple[str, ...] = ()) -> RequestFault:
    """Return the exception for a single fault."""
    return RequestFault(Fault(code, message, path))


def executed(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Return errors of the execution in GraphQL's form, with what may be told; the rest goes to the log."""
    answer = []
    for error in errors:
        fault = _fault(error, request_id)
        told = fault.to_json(request_id)
        if error.path:
            told["path"] = list(error.path)
        answer.append(told)
    return answer


def broken_off(error: Exception, request_id: str) -> list[dict[str, Any]]:
    """Return what a stream that ends with an exception tells of it."""
    if isinstance(error, RequestFault):
        return [one.to_json(request_id) for one in error.faults]
    return executed([GraphQLError("The stream broke off.", original_error=error)], request_id)


def _fault(error: GraphQLError, request_id: str) -> Fault:
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    places = tuple((one.line, one.column) for one in error.locations or ())
    if isinstance(cause, Refused):
        return Fault(cause.code, cause.message, (), places)
    if isinstance(cause, UserFault):
        return Fault(cause.code, cause.message, cause.path, places)
    if isinstance(cause, RateLimited):
        return Fault(RATE_LIMITED, cause.message, (), places, cause.seconds)
    if isinstance(cause, Unavailable):
        return Fault(UNAVAILABLE, "The service is busy or a part of it is away; try again.", (), places)
    if isinstance(cause, GraphQLError):
        return Fault(BAD_USER_INPUT, "A value is not of the type that the schema asks for.", (), places)
    log_failure(cause, request_id, "resolver_failed", field=".".join(str(step) for step in error.path or ()))
    return Fault(INTERNAL, "Something went wrong on our side; tell us the request id.", (), places)


def log_failure(error: BaseException | None, request_id: str, event: str, **facts: str) -> None:
    """Log the class of an unexpected error and where it was raised: its text may hold values."""
    place, step = "", error.__traceback__ if error else None
    while step is not None:
        place = f"{step.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{step.tb_lineno}"
        step = step.tb_next
    log.error(event, error=type(error).__name__, at=place, request_id=request_id, **facts)
