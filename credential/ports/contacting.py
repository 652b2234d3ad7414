"""Port of changing how somebody is reached, and of the letters that tell of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from credential.access import Visibility
from credential.ports.writing import Request


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way: `recipient` is `tel:` or `mailto:`."""

    id: str
    recipient: str = field(repr=False)
    text: str = field(repr=False)


class Contacting(Protocol):
    """Changes numbers and addresses. They are not printed: no new version, nothing to sign, no correction used up."""

    async def change_contact(
        self, request: Request, programme: str, beneficiary_id: str, contact: Mapping[str, Any], *, visible: Visibility
    ) -> int:
        """Change mobile and email, those that are given, in all live certificates at once; return in how many.

        Audited, and the index of contacts follows. Old and new number get a letter where holders are told things.
        Raises NotFound, NoChange, BadUserInput.
        """
        ...

    async def unsent_letters(self, *, now: datetime) -> list[Letter]:
        """Lease letters that nobody has sent; they come back, later each time, for about a day."""
        ...

    async def letters_sent(self, ids: Sequence[str]) -> None:
        """Forget letters."""
        ...
