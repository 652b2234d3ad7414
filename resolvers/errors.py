"""Errors of the schema: `userErrors` for what the caller can mend, and refusals that become top-level errors."""

from enum import StrEnum

import strawberry

from credential.errors import Duplicate, StaleVersion, UserFault
from resolvers.enums import describe


class UserErrorCode(StrEnum):
    """Stable codes of user errors."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    DUPLICATE = "DUPLICATE"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    IDEMPOTENCY_IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS"
    LIMIT_REACHED = "LIMIT_REACHED"
    NO_CHANGE = "NO_CHANGE"
    STALE_VERSION = "STALE_VERSION"


describe(
    UserErrorCode,
    "UserErrorCode",
    "What the caller can mend.",
    {
        "BAD_USER_INPUT": "A value breaks a rule; see message and path.",
        "NOT_FOUND": "No such certificate or beneficiary for this caller.",
        "DUPLICATE": "A live certificate for the same programme, beneficiary and dose exists.",
        "IDEMPOTENCY_CONFLICT": "The idempotency key was used with another input.",
        "IDEMPOTENCY_IN_PROGRESS": "A request with the same idempotency key is at work; ask again.",
        "LIMIT_REACHED": "The dose has used up its corrections.",
        "NO_CHANGE": "The update leaves everything as it is.",
        "STALE_VERSION": "The certificate has another version by now.",
    },
)


@strawberry.interface(description="Something that the caller can mend. It never repeats a value of the input.")
class UserError:
    """The interface; its fields are those of `credential.errors.UserFault`."""

    code: UserErrorCode = strawberry.field(description="Stable code.")
    message: str = strawberry.field(description="What to do, for people.")
    path: list[str] = strawberry.field(description="Where, relative to the mutation's input; empty for all of it.")


@strawberry.type(description="An error that needs no more than code, message and path.")
class RequestError(UserError):
    """The plain error."""


@strawberry.type(description="A live certificate for the same programme, beneficiary and dose exists.")
class DuplicateError(UserError):
    """Carries the certificate that is there."""

    existing_certificate_id: strawberry.ID | None = strawberry.field(description="The certificate that exists.")


@strawberry.type(description="The certificate has another version by now.")
class StaleVersionError(UserError):
    """Carries the version that is current."""

    current_version: int | None = strawberry.field(description="The version that is current.")


def user_error(fault: UserFault) -> UserError:
    """Return the schema's form of a fault."""
    code, path = UserErrorCode(fault.code), list(fault.path)
    if isinstance(fault, Duplicate):
        existing = fault.existing_certificate_id
        return DuplicateError(
            code=code,
            message=fault.message,
            path=path,
            existing_certificate_id=strawberry.ID(existing) if existing else None,
        )
    if isinstance(fault, StaleVersion):
        return StaleVersionError(code=code, message=fault.message, path=path, current_version=fault.current_version)
    return RequestError(code=code, message=fault.message, path=path)


class Refused(Exception):  # noqa: N818 - a refusal, not a failure
    """A request that the caller may not make; becomes a top-level error with its code."""

    def __init__(self, code: str, message: str) -> None:
        """Take a stable code and a message without values."""
        super().__init__(message)
        self.code = code
        self.message = message


UNAUTHENTICATED = "UNAUTHENTICATED"
UNAVAILABLE = "UNAVAILABLE"
FORBIDDEN = "FORBIDDEN"
