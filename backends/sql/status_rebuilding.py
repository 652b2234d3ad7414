"""Status lists made anew from the records, and compared: the record decides, the lists can always be rebuilt."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.feed import lock_feed
from backends.sql.status_lists import PURPOSES, Bits, SqlStatusLists, changed_row
from backends.sql.status_tables import status_lists
from backends.sql.tables import certificates, revocations
from backends.sql.types import AnyRow
from credential.certificate_id import SHARDS
from credential.ports import ListDifference
from credential.status.bitstring import EMPTY, difference, is_set, set_indexes, with_set
from credential.status.positions import ListPurpose

SHARDS_AT_ONCE = 64  # one partition
LISTS_AT_ONCE = 500


class SqlStatusRebuilding(SqlStatusLists):
    """Implements `credential.ports.StatusRebuilding`."""

    async def compare_lists(self, *, repair: bool) -> list[ListDifference]:
        """Return where lists differ from what revocations say; `repair` gives them the right bits.

        Nothing is published meanwhile, so that both sides are of one moment: all that has a number in the feed.
        """
        found: list[ListDifference] = []
        async with self._database.write() as connection:
            await lock_feed(self._database, connection)
            await self.lock_lists(connection)
            while await self.fold_some(connection):
                pass
            await self._begin(connection, ahead=False)
            right = await self._right(connection)
            first = 0
            while rows := await self._lists_from(connection, first):
                wrong = [(row, bits) for row in rows if (bits := _bits(row, right)) != row.bits]
                found += [_difference(row, bits) for row, bits in wrong]
                if repair:
                    changes = [changed_row(row, bits) for row, bits in wrong]
                    await self._database.change(connection, status_lists, changes)
                first = rows[-1].number + 1
            found += [ListDifference(*place, tuple(sorted(indexes)), ()) for place, indexes in right.items()]
        return sorted(found, key=lambda one: (one.number, one.purpose))

    async def _lists_from(self, connection: AsyncConnection, number: int) -> Sequence[AnyRow]:
        columns = status_lists.c
        query = select(columns.purpose, columns.number, columns.sequence, columns.bits)
        query = query.where(columns.number >= number).order_by(columns.number, columns.purpose)
        return (await connection.execute(query.limit(LISTS_AT_ONCE * len(ListPurpose)))).all()

    async def _right(self, connection: AsyncConnection) -> Bits:
        """Return the bits that revocations say, a range of shards at a time."""
        ours, theirs = certificates.c, revocations.c
        same = and_(ours.shard == theirs.shard, ours.id == theirs.certificate_id)
        query = select(theirs.purpose, ours.status_list, ours.status_index).join_from(revocations, certificates, same)
        query = query.where(theirs.published, theirs.signature_hashes != "", ours.status_list.is_not(None))
        right: Bits = {}
        for first in range(0, SHARDS, SHARDS_AT_ONCE):
            of_range = query.where(theirs.shard.between(first, first + SHARDS_AT_ONCE - 1))
            for row in await connection.execute(of_range):
                for purpose in PURPOSES[row.purpose]:
                    right.setdefault((purpose, row.status_list), set()).add(row.status_index)
        return right


def _bits(row: AnyRow, right: Bits) -> bytes:
    """Return the bits that a list should have, and take them out of the rest."""
    return with_set(EMPTY, right.pop((ListPurpose(row.purpose), row.number), ()))


def _difference(row: AnyRow, bits: bytes) -> ListDifference:
    differing = list(set_indexes(difference(row.bits, bits)))
    missing = tuple(index for index in differing if is_set(bits, index))
    extra = tuple(index for index in differing if not is_set(bits, index))
    return ListDifference(ListPurpose(row.purpose), row.number, missing, extra)
