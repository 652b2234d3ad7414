"""Stored answers of requests: outcomes and faults as JSON without values, and back as the same faults."""

from msgspec import Struct
from msgspec.json import decode, encode

from credential import errors
from credential.errors import BadUserInput, Duplicate, StaleVersion, UserFault
from credential.ports import Outcome

_FAULTS = {
    kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UserFault)
} | {BadUserInput.code: BadUserInput}


class _Fault(Struct, frozen=True, omit_defaults=True):
    code: str
    message: str
    path: tuple[str, ...] = ()
    existing: str | None = None
    current: int | None = None


class Answer(Struct, frozen=True, omit_defaults=True):
    """What a request was answered: certificate ids, or a fault."""

    ids: tuple[str, ...] = ()
    fault: _Fault | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> "Answer":
        """Return the answer that an outcome is."""
        if outcome.fault is not None:
            return cls.of_fault(outcome.fault)
        return cls(ids=() if outcome.certificate_id is None else (outcome.certificate_id,))

    @classmethod
    def of_fault(cls, fault: UserFault) -> "Answer":
        """Return the answer that a fault is."""
        existing = fault.existing_certificate_id if isinstance(fault, Duplicate) else None
        current = fault.current_version if isinstance(fault, StaleVersion) else None
        return cls(fault=_Fault(fault.code, fault.message, fault.path, existing, current))

    @property
    def user_fault(self) -> UserFault | None:
        """The fault as an error."""
        if self.fault is None:
            return None
        if self.fault.code == Duplicate.code:
            return Duplicate(self.fault.message, self.fault.path, self.fault.existing)
        if self.fault.code == StaleVersion.code:
            return StaleVersion(self.fault.message, self.fault.path, self.fault.current)
        return _FAULTS[self.fault.code](self.fault.message, self.fault.path)

    @property
    def outcome(self) -> Outcome:
        """The answer as the outcome of one record."""
        return Outcome(certificate_id=self.ids[0] if self.ids else None, fault=self.user_fault)


def to_bytes(answer: Answer) -> bytes:
    """Write an answer."""
    return encode(answer)


def from_bytes(data: bytes) -> Answer:
    """Read an answer."""
    return decode(data, type=Answer)
