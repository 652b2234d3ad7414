"""Fields with a resolver of their own."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def computed(description: str) -> Callable[[Resolver], Resolver]:
    """Make a method a field. Strawberry's own decorator says nothing to a type checker about what it decorates."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))
