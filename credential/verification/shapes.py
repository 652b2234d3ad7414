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
class InOrder:
    """An array of just these, one after another."""

    items: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """An array of texts, at least one."""


@dataclass(frozen=True, slots=True)
class Members:
    """An object with all of `required`, any of `optional` and nothing else."""

    required: Mapping[str, "Shape"]
    optional: Mapping[str, "Shape"] = field(default_factory=dict)
    known: Mapping[str, "Shape"] = field(init=False)

    def __post_init__(self) -> None:
        """Put both together once."""
        object.__setattr__(self, "known", {**self.required, **self.optional})


@dataclass(frozen=True, slots=True)
class Anything:
    """An object that another check looks into."""


Shape = Exactly | Value | OnlyOne | InOrder | Texts | Members | Anything

TEXT: Final = Value()
INTEGER: Final = Value(text=False, integer=True)


def misfit(value: object, shape: Shape) -> str | None:
    """Return what is wrong, by the path of a member that the shape names, or None. No value is repeated."""
    found = _misfit(value, shape)
    return found and (found.removeprefix(".") if found.startswith(".") else f"the document{found}")


def _misfit(value: object, shape: Shape) -> str | None:
    """As `misfit`; the path grows from the inside, so that a document that fits costs no path."""
    match shape:
        case Value():
            fits = _fits(value, shape)
        case Members():
            return _misfit_members(value, shape)
        case OnlyOne(item):
            return _misfit_entries(value, (item,))
        case InOrder(items):
            return _misfit_entries(value, items)
        case Texts():
            fits = isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
        case Exactly(expected):
            fits = type(value) is type(expected) and value == expected
        case Anything():
            fits = isinstance(value, dict)
    return None if fits else " is not of the profile's type or form"


def _misfit_entries(value: object, items: Sequence[Shape]) -> str | None:
    if not isinstance(value, list) or len(value) != len(items):
        return " needs exactly one entry" if len(items) == 1 else f" needs exactly {len(items)} entries"
    return next((found for one, item in zip(value, items, strict=True) if (found := _misfit(one, item))), None)


def _misfit_members(value: object, shape: Members) -> str | None:
    if not isinstance(value, dict):
        return " is no single object"
    if not value.keys() <= shape.known.keys():
        return " has a member that the profile does not define"
    if not shape.required.keys() <= value.keys():
        return " lacks a member that the profile requires"
    for name, member in value.items():
        if found := _misfit(member, shape.known[name]):
            return f".{name}{found}"
    return None


def _fits(value: object, shape: Value) -> bool:
    if isinstance(value, str):
        return shape.text and (shape.pattern is None or shape.pattern.fullmatch(value) is not None)
    return shape.integer and isinstance(value, int) and not isinstance(value, bool) and value >= 0
