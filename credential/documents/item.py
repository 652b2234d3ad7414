"""What a builder of credentials is given, and how times are written."""

from dataclasses import dataclass
from datetime import UTC, datetime

from credential.record import Kind, VaccinationRecord
from credential.status.positions import StatusPosition


@dataclass(frozen=True, slots=True)
class ToIssue:
    """One certificate to build: its id, its record, its kind, the aware time of issue.

    `subject_uuid` is a random UUID as text, which the profile vc2 needs and the others ignore. `position` is its bit in
    the status lists, None for a certificate without status.
    """

    certificate_id: str
    record: VaccinationRecord
    kind: Kind
    issued_at: datetime
    subject_uuid: str | None = None
    position: StatusPosition | None = None


def timestamp(moment: datetime) -> str:
    """Return an aware time as YYYY-MM-DDTHH:MM:SS.mmmZ in UTC (Co-WIN specification 2.1)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
