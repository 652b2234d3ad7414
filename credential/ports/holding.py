"""Port of one-time codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from credential.one_time_code import Person


@dataclass(frozen=True, slots=True)
class UnsentCode:
    """A code on its way to a number (E.164)."""

    id: str
    mobile: str = field(repr=False)
    code: str = field(repr=False)


class Holders(Protocol):
    """Knows by which number somebody is reached."""

    async def contact_of(self, programme: str, beneficiary_id: str) -> str | None:
        """Return the mark of the number that the newest live record has, as `Person.contact`; None without one."""
        ...


class OneTimeCodes(Protocol):
    """Keeps codes as keyed hashes, and sealed until they are sent. Known and unknown numbers are the same to it."""

    async def open_code(self, mobile: str, requester: str, code: str, *, now: datetime) -> bool:
        """Store a code for a number in place of the one before; False where a limit is reached."""
        ...

    async def spend_code(self, mobile: str, code: str, *, now: datetime) -> bool:
        """Use a code up; False, and one try less, where it is not the number's, has expired or was used."""
        ...

    async def unsent_codes(self, *, now: datetime) -> list[UnsentCode]:
        """Lease a few codes that nobody has sent; they come back, ever later, until they are sent or expire."""
        ...

    async def codes_sent(self, ids: Sequence[str]) -> None:
        """Forget the text of codes that were sent."""
        ...

    async def people_of(self, mobile: str) -> list[Person]:
        """Return those whose newest live record has the number, whatever the contact index says."""
        ...
