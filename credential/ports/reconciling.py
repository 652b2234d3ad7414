"""Ports of reconciliation: the reports, what they compare, and what comes of applying them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from credential.access import Visibility
from credential.certificate import RevocationReason
from credential.ports.reading import Page
from credential.ports.writing import Request
from credential.reconciliation.findings import Dose, Finding, FindingKind, Holding
from credential.record import Kind, VaccinationRecord


@dataclass(frozen=True, slots=True)
class Naming:
    """That the source names a dose: in which row first, and what it says of it.

    `whole`: in a row of its own, which outranks the earlier doses of other rows. `twice`: it says different things.
    """

    dose: Dose
    row: int
    content: bytes
    whole: bool = True
    twice: bool = False

    def and_then(self, later: "Naming") -> "Naming":
        """Return what is named when another row comes to the same dose. The same row again changes nothing."""
        if self.whole is not later.whole:
            return self if self.whole else later
        return replace(self, twice=self.twice or self.content != later.content)


@dataclass(frozen=True, slots=True)
class SourceScope:
    """Which certificates a source claims to name all of: those of a facility, and of days of vaccination.

    `end` is exclusive; None: no limit. `facility` is its id, or its name where it has none.
    """

    facility: str | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding with its number, which orders those of its kind."""

    number: int
    finding: Finding


class Result(StrEnum):
    """What came of an act."""

    DONE = "DONE"
    STALE = "STALE"
    REFUSED = "REFUSED"
    UNDONE = "UNDONE"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of a report, and what came of it: `made_id` is the version that applying made."""

    number: int
    finding: Finding
    result: Result | None = None
    made_id: str | None = None


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Certificates of which the source says nothing, and where to go on; `after` None: that was all."""

    found: tuple[tuple[Dose, Holding], ...]
    after: tuple[int, str, str] | None


@dataclass(frozen=True, slots=True)
class Report:
    """A reconciliation. Until it is finished there is no digest."""

    id: str
    client_id: str
    created_at: datetime
    digest: str | None = None
    signature: str | None = None
    counts: Mapping[FindingKind, int] | None = None
    finished_at: datetime | None = None
    apply_job: str | None = None
    undo_job: str | None = None


class Comparing(Protocol):
    """What a dry run needs. What it stores once it never changes, so that a page that is done again changes nothing."""

    async def open_report(self, report_id: str, *, client_id: str, now: datetime) -> None:
        """Make room for a report; one that is there stays."""
        ...

    async def name_doses(self, report_id: str, namings: Sequence[Naming]) -> None:
        """Note which doses the source names."""
        ...

    async def named(self, report_id: str, doses: Sequence[Dose]) -> list[Naming | None]:
        """Return how the source names some doses, in their order."""
        ...

    async def holdings(self, doses: Sequence[Dose], *, visible: Visibility) -> list[Holding | None]:
        """Return what is held of some doses, in their order; what is not visible is held without its record."""
        ...

    async def unnamed(
        self,
        report_id: str,
        scope: SourceScope | None,
        *,
        after: tuple[int, str, str] | None,
        limit: int,
        visible: Visibility,
    ) -> Unnamed:
        """Return certificates that count and that the source does not name.

        Of the scope, or without one of the beneficiaries that the source names.
        """
        ...

    async def note_findings(self, report_id: str, page: int, found: Sequence[Numbered]) -> None:
        """Store the findings of a page, unless the page was stored before."""
        ...

    async def forget_doses(self, report_id: str, *, part: int, parts: int) -> None:
        """Forget a part of which doses the source names; with the last part what else only the dry run needed."""
        ...


class Reports(Protocol):
    """Finished reports, kept for thirty days."""

    async def close_report(
        self, report_id: str, *, digest: str, signature: str, counts: Mapping[FindingKind, int], now: datetime
    ) -> None:
        """Store what a report came to."""
        ...

    async def report(self, report_id: str, *, client_id: str | None) -> Report | None:
        """Return a report; `client_id` None means any client's."""
        ...

    async def newest_report(self, digest: str) -> Report | None:
        """Return the newest finished report with a digest, whoever's it is."""
        ...

    async def findings(
        self, report_id: str, *, kinds: Sequence[FindingKind], first: int, after: str | None
    ) -> Page[Found]:
        """Return findings by kind and number. Raises BadUserInput on a broken cursor."""
        ...

    async def note_job(self, report_id: str, job_id: str, *, undo: bool) -> None:
        """Note the job that applies a report, or undoes that."""
        ...


class ActKind(StrEnum):
    """What can be done about a finding."""

    ISSUE = "ISSUE"
    CORRECT = "CORRECT"
    REVOKE = "REVOKE"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do about a finding. `certificate_id` is the version that must still be the newest that counts.

    `record` and `certificate_kind` are those of the new version. `client_id`: whose it is, None for the caller's.
    """

    finding: FindingKind
    number: int
    kind: ActKind
    dose: Dose
    certificate_id: str | None = None
    record: VaccinationRecord | None = None
    certificate_kind: Kind = Kind.DOMESTIC
    client_id: str | None = None
    reason: RevocationReason = RevocationReason.OTHER

    @property
    def place(self) -> tuple[FindingKind, int]:
        """Which finding of the report it is about."""
        return self.finding, self.number


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of acts: the ids of new versions, and how many had which result, those done before among them."""

    new: tuple[str, ...]
    results: Mapping[Result, int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a version of a certificate says, and whose it is."""

    record: VaccinationRecord
    kind: Kind
    client_id: str


class Applying(Protocol):
    """Acts about findings, each once, in one transaction with the note of what came of it."""

    async def recorded(self, ids: Sequence[str]) -> list[Recorded | None]:
        """Return what some versions say, superseded and revoked ones too, in the order of the ids."""
        ...

    async def act(
        self, request: Request, report_id: str, acts: Sequence[Act], refused: Sequence[Act], *, undo: bool
    ) -> Acted:
        """Do what was not done before, and note `refused` as such.

        What is no longer as the report found it is left alone, and noted as STALE.
        """
        ...
