"""Our own JSON record, read leniently: members that the record does not have are left out and named.

The gateway refuses unknown members; a source system's file, sent by an operator, should not fail for a member too many.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from credential.formats.members import Converted, Member, Path, convert
from credential.record import VaccinationRecord


def _leaves(shape: type[msgspec.Struct], prefix: Path = ()) -> Iterator[Path]:
    for field in msgspec.structs.fields(shape):
        path = (*prefix, field.encode_name)
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _leaves(field.type, path)
        else:
            yield path


PATHS: tuple[Path, ...] = tuple(_leaves(VaccinationRecord))


def _same(value: Any) -> Any:  # noqa: ANN401 - any JSON value; the record's rules judge it
    return value


MEMBERS = tuple(Member(path, path, _same) for path in PATHS)


def from_record_json(data: Any) -> Converted:  # noqa: ANN401
    """Return the record's JSON without unknown members. Raises BadUserInput where an object is expected."""
    return convert(data, MEMBERS)


def complete(record: VaccinationRecord) -> dict[str, Any]:
    """Return the record's JSON with every member, null where it has none: changes that leave nothing as it was."""
    given, every = msgspec.to_builtins(record), dict[str, Any]()
    for path in PATHS:
        value, place = given, every
        for name in path[:-1]:
            value, place = value.get(name, {}), place.setdefault(name, {})
        place[path[-1]] = value.get(path[-1])
    return every
