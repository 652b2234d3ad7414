"""Values of a reconciliation: what the source says, what we hold, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from credential.certificate import Status
from credential.record import Kind, VaccinationRecord


class FindingKind(StrEnum):
    """What can be found. The order is that of reports."""

    MISSING = "MISSING"
    DIFFERENT = "DIFFERENT"
    EXTRA = "EXTRA"
    DUPLICATE = "DUPLICATE"
    REVOKED_ELSEWHERE = "REVOKED_ELSEWHERE"
    INVALID = "INVALID"


APPLICABLE = frozenset({FindingKind.MISSING, FindingKind.DIFFERENT, FindingKind.EXTRA, FindingKind.REVOKED_ELSEWHERE})
"""Kinds that can be put right here; the others only the source can mend."""
BY_DEFAULT = APPLICABLE - {FindingKind.EXTRA}
"""Kinds that are put right unless others are named: what a source does not name is revoked only when asked for."""


class Dose(NamedTuple):
    """What a certificate is for."""

    programme: str
    beneficiary_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What the source says of one dose: a record's JSON, without what is empty.

    `whole`: in a row of its own; otherwise it is an earlier dose that another dose's row names in passing, and
    `carried` is what that row says of the person, which a correction takes over. `row` counts from 0.
    """

    dose: Dose
    record: Mapping[str, Any]
    row: int
    line: int | None = None
    revoked: bool = False
    whole: bool = True
    carried: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that cannot be compared, and why; the dose where it tells that much."""

    row: int
    line: int | None
    message: str
    dose: Dose | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of a dose: the version that counts or is to count next, or else the one that was revoked.

    `own` False: it belongs to another source system, whose record is nobody else's to see.
    """

    certificate_id: str
    version: int
    status: Status
    kind: Kind
    record: VaccinationRecord | None
    own: bool = True


class FieldDifference(Struct, frozen=True, array_like=True):
    """A field by its path in the record's JSON, such as `recipient.name`; empty where a side has no value."""

    field: str
    ours: str
    theirs: str


class Finding(Struct, frozen=True, omit_defaults=True):
    """One thing that was found. It holds personal data: stored sealed.

    `record` is the record's JSON to issue (MISSING) or the members to put over ours (DIFFERENT). `revoked_here`: it was
    revoked by us, and the source still has it. `message` tells more, without values.
    """

    kind: FindingKind
    programme: str = ""
    beneficiary_id: str = ""
    dose: int = 0
    certificate_id: str | None = None
    version: int | None = None
    differences: tuple[FieldDifference, ...] = ()
    row: int | None = None
    line: int | None = None
    record: str = ""
    revoked_here: bool = False
    message: str = ""

    @property
    def applicable(self) -> bool:
        """Whether applying the report can put it right."""
        return self.kind in APPLICABLE and not self.revoked_here
