"""Relay connections."""

from collections.abc import Callable
from typing import Generic, Self, TypeVar

import strawberry

from credential.errors import BadUserInput
from credential.ports import Page

T = TypeVar("T")
Source = TypeVar("Source")
MAX_FIRST = 100


@strawberry.type(description="Where a page stands.")
class PageInfo:
    """Forward paging only."""

    has_next_page: bool = strawberry.field(description="Whether more follow.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last item; give it as `after`.")


@strawberry.type(description="An item of a page with its cursor.")
class Edge(Generic[T]):
    """Cursor and node."""

    cursor: str = strawberry.field(description="Opaque cursor of this item.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Edges, nodes and page information."""

    edges: list[Edge[T]] = strawberry.field(description="The items with their cursors.")
    nodes: list[T] = strawberry.field(description="The items without their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")

    @classmethod
    def of(cls, page: Page[Source] | None, convert: Callable[[Source], T], *, after: str | None = None) -> Self:
        """Return a page of the store as a connection; no page is an empty one.

        An empty page ends at `after`, where it is given: who follows a growing list keeps the place.
        """
        if page is None:
            return cls(edges=[], nodes=[], page_info=PageInfo(has_next_page=False, end_cursor=None))
        nodes = [convert(item) for item in page.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)]
        end = page.cursors[-1] if page.cursors else after
        return cls(edges=edges, nodes=nodes, page_info=PageInfo(has_next_page=page.has_next, end_cursor=end))


def checked_first(first: int) -> int:
    """Return the page length. Raises BadUserInput unless it is 1 to 100."""
    if not 1 <= first <= MAX_FIRST:
        raise BadUserInput(f"Give 1 to {MAX_FIRST}.", ("first",))
    return first
