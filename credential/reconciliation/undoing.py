"""What undoing a correction puts back: the fields that it changed, and nothing that others changed since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from credential.record import Kind, VaccinationRecord, change_record


def former(
    now_held: VaccinationRecord, before: VaccinationRecord, kind: Kind, fields: Sequence[str], *, now: datetime
) -> VaccinationRecord:
    """Return a record with some fields, by their dotted paths, as they were before. Raises BadUserInput."""
    old = msgspec.to_builtins(before)
    changes: dict[str, Any] = {}
    for path in fields:
        *above, last = path.split(".")
        place, value = changes, old
        for name in above:
            place, value = place.setdefault(name, {}), value.get(name, {})
        place[last] = value.get(last)
    return change_record(now_held, {**changes, "kind": kind.value}, now=now)
