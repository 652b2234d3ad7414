"""Reading a source's object into the record's JSON shape by a table of members: pure, the same for JSON and for CSV."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from credential.errors import BadUserInput

Path = tuple[str, ...]

_WHOLE = re.compile(r"[+-]?\d{1,9}(\.0+)?")


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value may arrive; what fits no member is refused later, with its path
    """Return a value as it is; empty text counts as absent."""
    return None if isinstance(value, str) and not value.strip() else value


def text(value: Any) -> Any:  # noqa: ANN401
    """Return text, numbers written out (a postal code may come as either); empty text and 0 count as absent."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0f}" if value else None
    return plain(value)


def whole(value: Any) -> Any:  # noqa: ANN401
    """Return a whole number given as number or text; empty text counts as absent, anything else stays as it is."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    return plain(value)


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where the source has it, where the record has it, and how the value is read (None = absent)."""

    source: Path
    target: Path
    read: Callable[[Any], Any] = plain


@dataclass(frozen=True, slots=True)
class Converted:
    """The record's JSON, ready for `parse_record`, and the dotted names of the source's members that it leaves out."""

    record: dict[str, Any]
    ignored: tuple[str, ...]


def convert(data: Any, members: Sequence[Member]) -> Converted:  # noqa: ANN401
    """Read an object by a table. The first member that gives a value wins where several share a target.

    Raises BadUserInput with the source's path where an object is expected and something else stands.
    """
    if not isinstance(data, dict):
        raise BadUserInput("Expected an object with the members of one record.")
    record: dict[str, Any] = {}
    for member in members:
        value = member.read(_get(data, member.source))
        if value is not None:
            _put(record, member.target, value)
    known = {member.source for member in members}
    return Converted(record, tuple(sorted(set(_strangers(data, known)))))


def source_path(path: Path, members: Sequence[Member]) -> Path:
    """Return where the source has what the record has at `path`, for messages. Unknown paths stay as they are."""
    for length in range(len(path), 0, -1):
        for member in members:
            if member.target == path[:length]:
                return member.source + path[length:]
    return path


def _get(data: dict[str, Any], path: Path) -> Any:  # noqa: ANN401
    value: Any = data
    for index, name in enumerate(path):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise BadUserInput("Expected an object.", path[:index])
        value = value.get(name)
    return value


def _put(record: dict[str, Any], path: Path, value: Any) -> None:  # noqa: ANN401
    for name in path[:-1]:
        record = record.setdefault(name, {})
    record.setdefault(path[-1], value)


def _strangers(data: dict[str, Any], known: set[Path], prefix: Path = ()) -> Iterator[str]:
    for name, value in data.items():
        path = (*prefix, name)
        if path in known:
            continue
        if isinstance(value, dict) and any(each[: len(path)] == path for each in known):
            yield from _strangers(value, known, path)
        else:
            yield ".".join(path)
