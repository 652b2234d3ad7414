"""What every part of the store works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from backends.sql.database import Database
from backends.sql.vault import Vault
from credential.access import Caller
from credential.acknowledgement import Became
from credential.certificate_id import CertificateIds
from credential.status.positions import StatusPositions

IdScheme = Literal["random", "cowin"]
ROW_ID_BYTES = 16
_MILLISECONDS_BYTES = 6


@dataclass(frozen=True, slots=True)
class Context:
    """Engine, secrets and choices of one open store. `commit_groups`: into how many transactions a batch is cut.

    `notices`: holders are to be told what became of their certificates; `acknowledged`: what the source system is told.
    `corrects_earlier`: earlier doses that new records name are compared.
    """

    database: Database
    vault: Vault
    ids: CertificateIds
    id_scheme: IdScheme
    randomness: Callable[[int], bytes]
    timezone: ZoneInfo
    commit_groups: int
    positions: StatusPositions
    notices: bool = False
    acknowledged: frozenset[Became] = frozenset()
    corrects_earlier: bool = True

    def row_id(self, at: datetime) -> bytes:
        """Return an id for a row that is only appended: time first, so that an index grows at its end."""
        milliseconds = int(at.timestamp() * 1000).to_bytes(_MILLISECONDS_BYTES, "big")
        return milliseconds + self.randomness(ROW_ID_BYTES - _MILLISECONDS_BYTES)

    def shard_of(self, certificate_id: str | None) -> int:
        """Return the shard of a row that may belong to a certificate; any shard where it belongs to none."""
        shard = None if certificate_id is None else self.ids.shard_of(certificate_id)
        return int.from_bytes(self.randomness(2), "big") >> 4 if shard is None else shard

    def keys_of(self, certificate_ids: Sequence[str]) -> list[tuple[int, str]]:
        """Return (shard, id) of the ids that are ids of ours, in the order in which rows are locked, each once."""
        placed = ((self.ids.shard_of(text), text) for text in certificate_ids)
        return sorted({(shard, text) for shard, text in placed if shard is not None})


class Part:
    """Base of the store's parts, one per port."""

    def __init__(self, context: Context) -> None:
        """Take the open store's context."""
        self._context = context
        self._database = context.database
        self._vault = context.vault


def client_of(caller: Caller) -> str:
    """Return the name under which a caller's rows stand."""
    return caller.client_id or caller.name
