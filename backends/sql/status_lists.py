"""Status lists: the feed folded into bits, in the order of commits, and what is published of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import case, delete, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.status_tables import status_deltas, status_lists, status_marks
from backends.sql.tables import revocation_feed
from backends.sql.types import EPOCH, AnyRow, Moment
from credential.formats.strict_json import parse
from credential.ports import DueList, ListedStatus, SignedList
from credential.status.bitstring import EMPTY, decode, with_set
from credential.status.documents import StatusList
from credential.status.positions import LIST_SIZE, ListPurpose

FOLDED_AT_ONCE = 10_000
AT_ONCE = EPOCH  # due whatever the clocks of workers say
DELTAS_KEPT = 64
"""Sequences of a list that a delta leads from; who holds an older one takes the whole list, which is smaller then."""
LOCK = 0x70726D6C697374  # one at a time changes bits on PostgreSQL
PURPOSES = {"REVOKED": (ListPurpose.REVOCATION,), "SUPERSEDED": tuple(ListPurpose)}

Bits = dict[tuple[ListPurpose, int], set[int]]


class SqlStatusLists(Part):
    """Implements `credential.ports.StatusLists`."""

    async def fold(self, *, ahead: bool) -> int:
        """Set the bits of feed entries that the lists do not have yet, and begin the lists that come next."""
        folded = 0
        while await self._behind(ahead=ahead):
            async with self._database.write() as connection:
                await self.lock_lists(connection)
                await self._begin(connection, ahead=ahead)
                folded += await self.fold_some(connection)
        return folded

    async def due_lists(self, *, compromised: Collection[str], now: datetime, limit: int) -> list[DueList]:
        """Return lists to sign, the longest due first; those of purpose refresh before the others of a moment.

        A superseded certificate has both bits: whoever meets only one of them must not take it for revoked.
        """
        columns = status_lists.c
        query = select(status_lists).where(or_(columns.due_at <= now, columns.key_id.in_(compromised)))
        query = query.order_by(columns.due_at, columns.purpose, columns.number).limit(limit)
        async with self._database.read() as connection:
            return [_due(row) for row in await connection.execute(query)]

    async def publish_lists(self, signed: Sequence[SignedList]) -> int:
        """Publish each list whose published sequence is still the one that its delta leads from."""
        published = 0
        async with self._database.write() as connection:
            for item in signed:
                published += await self._publish(connection, item)
        return published

    async def status_list(self, purpose: ListPurpose, number: int) -> ListedStatus | None:
        """Return a published list."""
        columns = status_lists.c
        query = select(status_lists).where(columns.purpose == purpose, columns.number == number, columns.published > 0)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _listed(row)

    async def status_lists(self, *, after: int, numbers: int) -> list[ListedStatus]:
        """Return the published lists of so many numbers after one, in the order of numbers."""
        columns = status_lists.c
        query = select(status_lists).where(columns.number.between(after + 1, after + numbers), columns.published > 0)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(columns.number, columns.purpose.desc()))).all()
        return [_listed(row) for row in rows]

    async def status_deltas(self, purpose: ListPurpose, number: int, since: int) -> list[str] | None:
        """Return the deltas that lead from a sequence to the published one; None where they are not kept."""
        found = await self.status_list(purpose, number)
        if found is None or not 0 < since <= found.sequence:
            return None
        columns = status_deltas.c
        query = select(status_deltas).where(
            columns.purpose == purpose,
            columns.number == number,
            columns.from_sequence >= since,
            columns.from_sequence < found.sequence,
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(columns.from_sequence))).all()
        if since < found.sequence and (not rows or rows[0].from_sequence != since):
            return None
        return [row.credential for row in rows]

    async def lock_lists(self, connection: AsyncConnection) -> None:
        """Let nobody else change bits until the transaction ends; SQLite has one writer anyway."""
        if self._database.postgresql:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})

    async def fold_some(self, connection: AsyncConnection) -> int:
        """Fold entries of the feed while the lists are locked; return how many, 0 when the lists have them all."""
        columns, last = revocation_feed.c, await self._mark(connection, "feed")
        query = select(revocation_feed).where(columns.sequence > last).order_by(columns.sequence).limit(FOLDED_AT_ONCE)
        rows = (await connection.execute(query)).all()
        if not rows:
            return 0
        changed: Bits = {}
        for row in rows:
            for purpose in PURPOSES[row.purpose] if row.status_list is not None else ():
                changed.setdefault((purpose, row.status_list), set()).add(row.status_index)
        await self._set(connection, changed)
        await self._database.add(connection, status_marks, [{"name": "feed", "value": 0}], unless_there=True)
        mark = update(status_marks).where(status_marks.c.name == "feed")
        await connection.execute(mark.values(value=rows[-1].sequence))
        return len(rows)

    async def _behind(self, *, ahead: bool) -> bool:
        """Tell, without a lock, whether there is anything to fold or to begin."""
        async with self._database.read() as connection:
            newest = (await connection.execute(select(func.max(revocation_feed.c.sequence)))).scalar_one() or 0
            if newest > await self._mark(connection, "feed"):
                return True
            return bool(await self._missing(connection, ahead=ahead))

    async def _begin(self, connection: AsyncConnection, *, ahead: bool) -> None:
        rows = [
            {
                "purpose": purpose,
                "number": number,
                "sequence": 1,
                "bits": EMPTY,
                "due_at": AT_ONCE,
                "published": 0,
                "key_id": "",
            }
            for number in await self._missing(connection, ahead=ahead)
            for purpose in ListPurpose
        ]
        await self._database.add(connection, status_lists, rows, unless_there=True)

    async def _missing(self, connection: AsyncConnection, *, ahead: bool) -> range:
        """Return the numbers of lists to begin: up to the one after that in which positions are handed out."""
        handed_out = await self._mark(connection, "positions")
        end = handed_out // LIST_SIZE + 2 if handed_out or ahead else 0
        highest = (await connection.execute(select(func.max(status_lists.c.number)))).scalar_one()
        return range(0 if highest is None else highest + 1, end)

    async def _mark(self, connection: AsyncConnection, name: str) -> int:
        query = select(status_marks.c.value).where(status_marks.c.name == name)
        return int((await connection.execute(query)).scalar_one_or_none() or 0)

    async def _set(self, connection: AsyncConnection, changed: Bits) -> None:
        """Set bits of lists that are there; a list of another store's certificates is not."""
        columns = status_lists.c
        wanted = [(purpose.value, number) for purpose, number in changed]
        query = select(status_lists).where(self._database.among((columns.purpose, columns.number), wanted))
        rows = []
        for row in (await connection.execute(query)).all():
            bits = with_set(row.bits, changed[ListPurpose(row.purpose), row.number])
            if bits != row.bits:
                rows.append(changed_row(row, bits))
        await self._database.change(connection, status_lists, rows)

    async def _publish(self, connection: AsyncConnection, item: SignedList) -> int:
        columns, content = status_lists.c, item.due.content
        before = item.due.published.sequence if item.due.published else 0
        statement = update(status_lists).where(
            columns.purpose == content.purpose, columns.number == content.number, columns.published == before
        )
        again = case(
            (columns.sequence > content.sequence, literal(AT_ONCE, Moment)), else_=literal(item.renew_at, Moment)
        )
        done = await connection.execute(
            statement.values(
                published=content.sequence,
                credential=item.credential,
                valid_until=item.valid_until,
                key_id=item.key_id,
                due_at=again,
            )
        )
        if done.rowcount and item.delta is not None:
            await self._add_delta(connection, content, before, item.delta)
        return int(done.rowcount)

    async def _add_delta(self, connection: AsyncConnection, content: StatusList, before: int, delta: str) -> None:
        columns = status_deltas.c
        row = {"purpose": content.purpose, "number": content.number, "from_sequence": before, "credential": delta}
        await self._database.add(connection, status_deltas, [row])
        of_list = columns.purpose == content.purpose, columns.number == content.number
        old = columns.from_sequence < content.sequence - DELTAS_KEPT
        await connection.execute(delete(status_deltas).where(*of_list, old))


def changed_row(row: AnyRow, bits: bytes) -> dict[str, object]:
    """Return what a list becomes with other bits: the next sequence, to be signed at once."""
    return {
        "purpose": row.purpose,
        "number": row.number,
        "sequence": row.sequence + 1,
        "bits": bits,
        "due_at": AT_ONCE,
    }


def _due(row: AnyRow) -> DueList:
    purpose = ListPurpose(row.purpose)
    published = None
    if row.credential is not None:
        # Of what is published only the signed form is kept.
        encoded = parse(row.credential)["credentialSubject"]["encodedList"]
        published = StatusList(purpose, row.number, row.published, decode(encoded))
    return DueList(StatusList(purpose, row.number, row.sequence, row.bits), published)


def _listed(row: AnyRow) -> ListedStatus:
    return ListedStatus(ListPurpose(row.purpose), row.number, row.published, row.valid_until, row.credential)
