"""What a source system sends to be compared: records in the request, or a file that was uploaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from credential.errors import BadUserInput, PramaanError
from credential.formats.divoc_request import from_divoc_request, is_divoc_request
from credential.formats.row_stream import Place
from credential.operations.sealing import Shelf, whole
from credential.reconciliation.findings import Statement, Unusable
from credential.reconciliation.statements import REVOKED, statements

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Rows, the place behind the last of them, and whether that is the end. `rows` counts those of the page."""

    said: tuple[tuple[Statement | Unusable, ...], ...]
    after: Place
    ended: bool


class Source(Protocol):
    """Reads the source's rows again and again, each time the same ones."""

    async def page(self, place: Place) -> SourcePage:
        """Return what the rows behind a place say, one entry per row. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class KeptRecords:
    """Records that came with the request, kept as an artifact until they are compared."""

    shelf: Shelf
    name: str

    async def page(self, place: Place) -> SourcePage:
        """Return all of them."""
        stored = await self.shelf.fetch(self.name)
        if stored is None:
            raise PramaanError("The records of a reconciliation are gone from the artifact store.")
        records: list[Any] = msgspec.json.decode(stored.data)
        said = tuple(said_by(record, row, None) for row, record in enumerate(records))
        return SourcePage(said[place.rows :], Place(0, len(records), 0), ended=True)


async def keep_records(records: Sequence[Any], name: str, shelf: Shelf) -> str:
    """Keep records for later steps; return the SHA-256 of what is kept, in hexadecimal."""
    data = msgspec.json.encode(records)
    await shelf.keep(name, whole(data, media_type=JSON, file_name="records.json"))
    return sha256(data).hexdigest()


def said_by(item: Any, row: int, line: int | None) -> tuple[Statement | Unusable, ...]:  # noqa: ANN401 - any JSON value
    """Return what an object of the source says: our record, or a request of the old system's; `revoked` beside it."""
    if not isinstance(item, Mapping):
        return (Unusable(row, line, "Expected an object with the members of one record."),)
    revoked = item.get(REVOKED)
    record = {name: value for name, value in item.items() if name != REVOKED}
    try:
        given = from_divoc_request(record).record if is_divoc_request(record) else record
    except BadUserInput as fault:
        return (Unusable(row, line, ": ".join((".".join(fault.path), fault.message)) if fault.path else fault.message),)
    return tuple(statements(given, row=row, line=line, revoked=revoked))
