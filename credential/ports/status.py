"""Ports of the status lists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credential.status.documents import StatusList
from credential.status.positions import ListPurpose


@dataclass(frozen=True, slots=True)
class DueList:
    """A list to sign: its bits, and what is published of it, None before the first time."""

    content: StatusList
    published: StatusList | None


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list that was signed: the credential's text, and that of the delta where the bits changed."""

    due: DueList
    credential: str
    delta: str | None
    valid_until: datetime
    renew_at: datetime
    key_id: str


@dataclass(frozen=True, slots=True)
class ListedStatus:
    """A published list without its credential."""

    purpose: ListPurpose
    number: int
    sequence: int
    valid_until: datetime
    credential: str


@dataclass(frozen=True, slots=True)
class ListDifference:
    """What a list has otherwise than the tables say: bits that are missing from it, and bits too many."""

    purpose: ListPurpose
    number: int
    missing: tuple[int, ...]
    extra: tuple[int, ...]


class StatusLists(Protocol):
    """Folds the published feed into bits, and keeps what is published of them."""

    async def fold(self, *, ahead: bool) -> int:
        """Set the bits of feed entries that the lists do not have yet; return how many entries.

        A list begins, empty, when the one before it does: before a position in it is handed out. `ahead` begins the
        first two even before any position is handed out.
        """
        ...

    async def due_lists(self, *, compromised: Collection[str], now: datetime, limit: int) -> list[DueList]:
        """Return lists that changed, are to be signed again, or were signed with a key that is compromised."""
        ...

    async def publish_lists(self, signed: Sequence[SignedList]) -> int:
        """Publish what is still the next sequence of its list; return how many were."""
        ...

    async def status_list(self, purpose: ListPurpose, number: int) -> ListedStatus | None:
        """Return a published list."""
        ...

    async def status_lists(self, *, after: int, numbers: int) -> list[ListedStatus]:
        """Return the published lists of so many numbers after one, in the order of numbers."""
        ...

    async def status_deltas(self, purpose: ListPurpose, number: int, since: int) -> list[str] | None:
        """Return the deltas that lead from a sequence to the published one, in order; None where they are not kept."""
        ...


class StatusRebuilding(Protocol):
    """Making the lists anew from the records: the record decides."""

    async def compare_lists(self, *, repair: bool) -> list[ListDifference]:
        """Return where lists differ from what revocations say, after folding; `repair` gives them the right bits."""
        ...
