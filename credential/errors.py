"""The error tree of the domain. Each class has a stable `code`; the edge maps codes to GraphQL and HTTP in one table.

PramaanError
├── UserFault                 the caller's input or timing; becomes a `userErrors` entry with a path
│   ├── BadUserInput          BAD_USER_INPUT
│   ├── NotFound              NOT_FOUND
│   ├── Duplicate             DUPLICATE               carries existing_certificate_id
│   ├── IdempotencyConflict   IDEMPOTENCY_CONFLICT
│   ├── IdempotencyInProgress IDEMPOTENCY_IN_PROGRESS
│   ├── LimitReached          LIMIT_REACHED
│   ├── NoChange              NO_CHANGE
│   └── StaleVersion          STALE_VERSION           carries current_version
├── DocumentError             a credential that cannot be built, read or trusted
│   ├── Unreadable            the bytes are no certificate in any known form
│   ├── CanonicalisationError
│   │   ├── UnknownContext    a JSON-LD context that is not bundled
│   │   ├── UndefinedTerm     a member that the context does not define, so it would not be signed
│   │   ├── RelativeId        a relative identifier, whose statements would not be signed
│   │   └── ForbiddenCharacter control characters or lone surrogates
│   ├── ProofError            a proof of the wrong shape, or of a suite that is not allowed
│   ├── IntendedKeyGone       the key of a stored intent is not there any more
│   ├── SignatureMismatch     the signature does not fit document, proof options and key
│   └── StatusListRefused     a status list or delta that a verifier does not believe
├── SigningFailed             the signer refused or is away; the work is retried
├── RateLimited               RATE_LIMITED: a budget is used up; carries seconds after which to try again
├── Unavailable               UNAVAILABLE: the store or queue is away or full; try again
└── ConfigurationError        a wrong or missing setting: one message with the variable and the remedy
"""

from typing import ClassVar


class PramaanError(Exception):
    """Root of every error that this project raises on purpose."""

    code: ClassVar[str] = "INTERNAL"


class UserFault(PramaanError):  # noqa: N818 - a fault of the caller's, named so in the contract
    """Something that the caller can mend. `path` is relative to the mutation's input, such as ("recipient", "age")."""

    code: ClassVar[str] = "BAD_USER_INPUT"

    def __init__(self, message: str, path: tuple[str, ...] = ()) -> None:
        """Take a message that names the remedy and never a value, and the path of the field."""
        super().__init__(message)
        self.message = message
        self.path = path

    def under(self, *prefix: str) -> "UserFault":
        """Return the same fault with its path below `prefix`."""
        self.path = (*prefix, *self.path)
        return self


class BadUserInput(UserFault):
    """A value that breaks a rule."""

    code: ClassVar[str] = "BAD_USER_INPUT"


class NotFound(UserFault):
    """No such certificate or beneficiary for this caller."""

    code: ClassVar[str] = "NOT_FOUND"


class Duplicate(UserFault):
    """A live certificate for the same programme, beneficiary and dose exists."""

    code: ClassVar[str] = "DUPLICATE"

    def __init__(self, message: str, path: tuple[str, ...] = (), existing_certificate_id: str | None = None) -> None:
        """Take also the id of the certificate that exists."""
        super().__init__(message, path)
        self.existing_certificate_id = existing_certificate_id


class IdempotencyConflict(UserFault):
    """The idempotency key was used with another input."""

    code: ClassVar[str] = "IDEMPOTENCY_CONFLICT"


class IdempotencyInProgress(UserFault):
    """A request with the same idempotency key is still at work."""

    code: ClassVar[str] = "IDEMPOTENCY_IN_PROGRESS"


class LimitReached(UserFault):
    """The dose has used up its corrections."""

    code: ClassVar[str] = "LIMIT_REACHED"


class NoChange(UserFault):
    """The update leaves the record as it is."""

    code: ClassVar[str] = "NO_CHANGE"


class StaleVersion(UserFault):
    """`expectedVersion` is not the current version."""

    code: ClassVar[str] = "STALE_VERSION"

    def __init__(self, message: str, path: tuple[str, ...] = (), current_version: int | None = None) -> None:
        """Take also the version that is current."""
        super().__init__(message, path)
        self.current_version = current_version


class DocumentError(PramaanError):
    """A credential that cannot be built, read or trusted."""

    code: ClassVar[str] = "DOCUMENT"


class Unreadable(DocumentError):  # noqa: N818 - named after the fault
    """The bytes are no certificate in any form we read. The message says what was tried and found."""

    code: ClassVar[str] = "UNREADABLE"


class CanonicalisationError(DocumentError):
    """The document has no trustworthy canonical form."""

    code: ClassVar[str] = "CANONICALISATION"


class UnknownContext(CanonicalisationError):  # noqa: N818 - named after the fault
    """A JSON-LD context that is not bundled; contexts are never downloaded."""

    code: ClassVar[str] = "UNKNOWN_CONTEXT"


class UndefinedTerm(CanonicalisationError):  # noqa: N818 - named after the fault
    """A member that no context defines: it would be left out of the signed statements."""

    code: ClassVar[str] = "UNDEFINED_TERM"


class RelativeId(CanonicalisationError):  # noqa: N818 - named after the fault
    """A relative identifier: its node would be left out of the signed statements."""

    code: ClassVar[str] = "RELATIVE_ID"


class ForbiddenCharacter(CanonicalisationError):  # noqa: N818 - named after the fault
    """A control character or lone surrogate, which canonicalisation algorithms write differently."""

    code: ClassVar[str] = "FORBIDDEN_CHARACTER"


class ProofError(DocumentError):
    """A proof of the wrong shape, purpose or suite."""

    code: ClassVar[str] = "PROOF"


class SignatureMismatch(DocumentError):  # noqa: N818 - named after the fault
    """The signature does not fit the document, the proof options and the key."""

    code: ClassVar[str] = "SIGNATURE_MISMATCH"


class StatusListRefused(DocumentError):  # noqa: N818 - named after the fault
    """A status list or delta that is not to be believed: altered, older than one seen, or none at all."""

    code: ClassVar[str] = "STATUS_LIST_REFUSED"


class IntendedKeyGone(DocumentError):  # noqa: N818 - named after the fault
    """The key that the stored intent names is not in the signer any more. A replay makes a new intent."""

    code: ClassVar[str] = "INTENDED_KEY_GONE"


class SigningFailed(PramaanError):  # noqa: N818 - an outcome, named as the state it leads to
    """The signer refused or is away. Nothing was issued; the work is retried."""

    code: ClassVar[str] = "SIGNING_FAILED"


class RateLimited(PramaanError):  # noqa: N818 - named as its GraphQL code
    """The caller has used up a budget."""

    code: ClassVar[str] = "RATE_LIMITED"

    def __init__(self, message: str, seconds: int) -> None:
        """Take a message without values, and after how many seconds there is budget again."""
        super().__init__(message)
        self.message = message
        self.seconds = seconds


class Unavailable(PramaanError):  # noqa: N818 - named as its GraphQL code
    """The store, queue or artifact store is away or full; the caller should try again later."""

    code: ClassVar[str] = "UNAVAILABLE"


class ConfigurationError(PramaanError):
    """A wrong or missing setting. The message names the variable and the remedy."""

    code: ClassVar[str] = "CONFIGURATION"
