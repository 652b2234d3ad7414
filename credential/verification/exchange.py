"""All ways to give the signed values to the members that share an IRI (contract, FIELD_BINDING).

RDF signs a set of values per IRI: which member held which value is not signed, nor how often. So within a group every
signed value must be used at least once, and a value may serve several members. Of these assignments those remain that
the value sets allow. Each member's own rule is applied first, which keeps the enumeration at a few dozen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

Value = str | int | None
"""A value as RDF tells them apart: the text "1" is not the integer 1. None is an absent member."""

Assignment = Mapping[str, Value]
Rule = Callable[[Value], bool]
Joint = Callable[[Assignment], bool]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group: `accepts` is its value set.

    A value set that knows none of the signed values cannot decide (`soft`): it is then left out. An `optional` member
    may also be absent.
    """

    name: str
    accepts: Rule
    soft: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a group says: the assignments that remain, and the one that is presented."""

    remaining: tuple[Assignment, ...]
    presented: Assignment

    @property
    def contradicted(self) -> bool:
        """Some assignment is allowed, and the presented one is not."""
        return bool(self.remaining) and self.presented not in self.remaining

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """The members whose value is not known: those that differ, or all where no assignment is allowed."""
        if not self.remaining:
            return tuple(name for name, value in self.presented.items() if value is not None)
        return tuple(name for name, value in self.presented.items() if any(a[name] != value for a in self.remaining))


def explore(entry: Mapping[str, Value], members: Sequence[Member], joint: Joint = lambda _: True) -> Finding:
    """Return what remains for a group of members of `entry`, whose values are texts and integers."""
    presented = {member.name: entry.get(member.name) for member in members}
    values = [value for value in dict.fromkeys(presented.values()) if value is not None]
    choices = [_choices(member, values) for member in members]
    every = (dict(zip(presented, chosen, strict=True)) for chosen in product(*choices))
    remaining = tuple(a for a in every if set(values) <= set(a.values()) and joint(a))
    return Finding(remaining, presented)


def _choices(member: Member, values: Sequence[Value]) -> list[Value]:
    accepted = [value for value in values if member.accepts(value)]
    chosen = list(values) if member.soft and not accepted else accepted
    return [*chosen, None] if member.optional else chosen
