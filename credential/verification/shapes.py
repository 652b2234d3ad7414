"""A small language for the closed shape of a document, and the test of a value against it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Exactly:
    """One value and no other, by type too."""

    value: object


@dataclass(frozen=True, slots=True)
class Value:
    """A text that fits `pattern`, or where `integer` an integer of at least 0; no boolean, fraction or array."""

    pattern: re.Pattern[str] | None = None
    text: bool = True
    integer: bool = False


@dataclass(frozen=True, slots=True)
class OnlyOne:
    """An array of exactly one."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class Texts:
    """An array of texts, at least one."""


@dataclass(frozen=True, slots=True)
class Members:
    """An object with all of `required`, any of `optional` and nothing else."""

    required: Mapping[str, "Shape"]
    optional: Mapping[str, "Shape"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Anything:
    """An object that another check looks into."""


Shape = Exactly | Value | OnlyOne | Texts | Members | Anything

TEXT: Final = Value()
INTEGER: Final = Value(text=False, integer=True)


def misfit(value: object, shape: Shape, path: str = "") -> str | None:
    """Return what is wrong, by the path of a member that the shape names, or None. No value is repeated."""
    where = path or "the document"
    match shape:
        case Members():
            return _misfit_members(value, shape, path)
        case OnlyOne(item):
            if not isinstance(value, list) or len(value) != 1:
                return f"{where} needs exactly one entry"
            return misfit(value[0], item, path)
        case Texts():
            fits = isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
        case Exactly(expected):
            fits = type(value) is type(expected) and value == expected
        case Anything():
            fits = isinstance(value, dict)
        case Value():
            fits = _fits(value, shape)
    return None if fits else f"{where} is not of the profile's type or form"


def _misfit_members(value: object, shape: Members, path: str) -> str | None:
    where = path or "the document"
    if not isinstance(value, dict):
        return f"{where} is no single object"
    if not value.keys() <= shape.required.keys() | shape.optional.keys():
        return f"{where} has a member that the profile does not define"
    known: Sequence[tuple[str, Shape]] = [*shape.required.items(), *shape.optional.items()]
    for name, member in known:
        inner = f"{path}.{name}" if path else name
        if name in value:
            found = misfit(value[name], member, inner)
            if found:
                return found
        elif name in shape.required:
            return f"{inner} is missing"
    return None


def _fits(value: object, shape: Value) -> bool:
    if isinstance(value, str):
        return shape.text and (shape.pattern is None or shape.pattern.fullmatch(value) is not None)
    return shape.integer and isinstance(value, int) and not isinstance(value, bool) and value >= 0
