"""Ports of reading certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from credential.access import Proof, Visibility
from credential.certificate import Certificate, Standing, Status
from credential.record import Kind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Which certificates of a beneficiary; None means any.

    An empty `statuses` means ISSUED and REVOKED and PENDING first issues.
    """

    dose: int | None = None
    kind: Kind | None = None
    statuses: frozenset[Status] = frozenset()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a connection: items with one opaque cursor each."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool


class Reading(Protocol):
    """Reads with rows limited in SQL by `visible`; a `proof` that does not fit gives nothing, after equal work."""

    async def by_ids(
        self, ids: Sequence[str], *, visible: Visibility, proof: Proof | None = None
    ) -> list[Certificate | None]:
        """Return one entry per id, None where unknown or not visible."""
        ...

    async def of_beneficiary(
        self,
        programme: str,
        beneficiary_id: str,
        *,
        visible: Visibility,
        proof: Proof | None = None,
        where: CertificateFilter | None = None,
        first: int = 100,
        after: str | None = None,
    ) -> Page[Certificate] | None:
        """Return certificates in the order dose desc, version desc, id.

        None where the beneficiary is unknown, not visible or not proven. Raises BadUserInput on a broken cursor.
        """
        ...

    async def versions(self, ids: Sequence[str], *, visible: Visibility) -> list[list[Certificate]]:
        """Return per id all versions for its programme, beneficiary and dose that were issued or may be, newest first.

        Empty where the id is unknown or not visible.
        """
        ...

    async def standings(self, ids: Sequence[str]) -> list[Standing | None]:
        """Return what verification may know of each id."""
        ...

    async def statuses(self, ids: Sequence[str]) -> list[Status | None]:
        """Return only the states: what `waitMs` polls."""
        ...
