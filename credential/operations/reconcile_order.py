"""What a dry run of a reconciliation was asked (contract, reconcile)."""

from datetime import date

import msgspec
from msgspec import Struct

from credential.ports import SourceScope
from credential.record import Kind


class ReconcileOrder(Struct, frozen=True, omit_defaults=True):
    """What was asked. `digest` is the source's SHA-256 in hexadecimal; either `records` or `file` names the source.

    `beneficiaries`: of those that the source names it names all doses. `scoped`: it names all certificates of the
    scope. `kind` is that of records that name none.
    """

    digest: str
    records: str = ""
    file: str = ""
    kind: Kind = Kind.DOMESTIC
    beneficiaries: bool = False
    scoped: bool = False
    facility: str | None = None
    start: date | None = None
    end: date | None = None

    @property
    def scope(self) -> SourceScope | None:
        """Which certificates the source claims to name all of; None where it names beneficiaries."""
        return SourceScope(self.facility, self.start, self.end) if self.scoped else None

    @property
    def completeness(self) -> str:
        """The claim in words, for the signed report; without whom or where."""
        return "SCOPE" if self.scoped else "BENEFICIARIES" if self.beneficiaries else ""


def encoded(order: ReconcileOrder) -> bytes:
    """Return an order as long work keeps it."""
    return msgspec.json.encode(order)
