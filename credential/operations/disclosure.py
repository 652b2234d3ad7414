"""What an analyst may be told: no figure that points at a person (contract, stats)."""

from credential.access import Caller, Scope

SMALLEST = 10
"""Counts of 1 to 9 are suppressed, others rounded down to tens, so that answers never differ by one person alone."""


def disclosed(value: int, caller: Caller) -> int | None:
    """Return a figure as a caller may see it: exact for admins, rounded for others, None where it is suppressed."""
    if caller.has(Scope.ADMIN) or value == 0:
        return value
    return None if value < SMALLEST else value // SMALLEST * SMALLEST
