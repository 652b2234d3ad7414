"""What two records say differently, field by field (contract, Certificate and reconcile)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from credential.record import VaccinationRecord


@dataclass(frozen=True, slots=True)
class Difference:
    """A field by its path in the record's JSON shape, such as `recipient.name`; None where a side does not have it."""

    field: str
    before: str | None
    after: str | None


def differences(before: VaccinationRecord, after: VaccinationRecord) -> list[Difference]:
    """Return the fields that differ, in the order of the record's members."""
    old, new = dict(_leaves(msgspec.to_builtins(before))), dict(_leaves(msgspec.to_builtins(after)))
    return [
        Difference(field, old.get(field), new.get(field))
        for field in {**old, **new}
        if old.get(field) != new.get(field)
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}.{index}")
    elif value is not None:
        yield path, str(value)
