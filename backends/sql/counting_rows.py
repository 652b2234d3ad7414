"""Events: what happened, with what can be counted and nothing that names a person."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from backends.sql.context import Context
from backends.sql.figure_tables import DIMENSIONS
from credential.certificate import stage_of
from credential.figures import Measure
from credential.ports import Event
from credential.record import Kind, VaccinationRecord, printed_age

_BAND_STARTS = (0, 5, 12, 15, 18, 45, 60)  # the groups in which India's programme was opened


def age_band(age: int | None) -> str:
    """Return the band of an age in years: 0-4, 5-11, 12-14, 15-17, 18-44, 45-59, 60+; unknown where there is none."""
    if age is None:
        return "unknown"
    for start, following in pairwise(_BAND_STARTS):
        if age < following:
            return f"{start}-{following - 1}"
    return f"{_BAND_STARTS[-1]}+"


def dimensions_of(record: VaccinationRecord, kind: Kind) -> tuple[tuple[str, str], ...]:
    """Return the (name, value) pairs of a record, sorted by name."""
    facility, given = record.facility, record.vaccination
    return (
        ("ageBand", age_band(printed_age(record))),
        ("district", facility.address.district),
        ("dose", str(given.dose)),
        ("facility", facility.id or facility.name),
        ("gender", record.recipient.gender),
        ("kind", kind.value),
        ("stage", stage_of(given.dose, given.total_doses).value),
        ("state", facility.address.state),
        ("vaccine", given.name),
    )


def issued_event(record: VaccinationRecord, kind: Kind, certificate_id: str, now: datetime, *, updated: bool) -> Event:
    """Return the event of a certificate that was issued, for the first time or as a correction."""
    measure = Measure.UPDATED if updated else Measure.ISSUED
    return Event(measure, now, certificate_id, dimensions_of(record, kind))


def event_rows(context: Context, events: Sequence[Event]) -> list[dict[str, object]]:
    """Return the rows of events. Dimensions that the contract does not name are not kept."""
    return [
        {
            "shard": context.shard_of(event.certificate_id),
            "id": context.row_id(event.at),
            "measure": event.measure,
            "at": event.at,
            "dimensions": _text(event.dimensions),
        }
        for event in events
    ]


def _text(dimensions: Sequence[tuple[str, str]]) -> str:
    kept = {name: value for name, value in dimensions if name in DIMENSIONS}
    return msgspec.json.encode(kept, order="sorted").decode()
