"""Reading: rows limited in SQL by who asks, personal data only to whom a proof fits (contract, Who calls)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context, Part
from backends.sql.cursors import after_cursor, cursor
from backends.sql.gathering import Gathering
from backends.sql.placing import person_named
from backends.sql.proving import Prover
from backends.sql.rows import Sibling, certificate_of, full_rows, ids_condition, person_of_row, siblings_of
from backends.sql.tables import certificates, revocations
from backends.sql.types import AnyRow
from backends.sql.visibility import visible_condition
from credential.access import Proof, Visibility
from credential.certificate import Certificate, Standing, Status
from credential.ports import CertificateFilter, Page

_SCOPE = "certificates"
FEW = 10
Families = dict[Any, list[Sibling]]


class SqlReading(Part):
    """Implements `credential.ports.Reading`."""

    def __init__(self, context: Context) -> None:
        """Take the context and make ready to compare proofs."""
        super().__init__(context)
        self._prover = Prover(context)
        self._asking = Gathering(self._statuses)

    async def by_ids(
        self, ids: Sequence[str], *, visible: Visibility, proof: Proof | None = None
    ) -> list[Certificate | None]:
        """Return one entry per id. With a proof it must fit the newest record of the certificate's holder."""
        keys = self._context.keys_of(list(ids)) or [(-1, "")]
        chosen: ColumnElement[bool] = ids_condition(self._context, keys) & visible_condition(self._context, visible)
        async with self._database.read() as connection:
            if proof is not None:
                columns = certificates.c
                place = (columns.shard, columns.beneficiary, columns.programme)
                chosen = tuple_(*place).in_(select(*place).where(chosen))
            rows, families = await self._rows(connection, chosen)
        by_id = {row.id: row for row in rows if self._visible_row(row, visible)}
        newest = {(person_of_row(row), row.programme): row for row in sorted(rows, key=_age)}
        found: list[Certificate | None] = []
        for text in ids:
            row = by_id.get(text)
            if proof is not None:
                person = None if row is None else newest[(person_of_row(row), row.programme)]
                row = row if self._prover.proven(person, proof) else None
            found.append(None if row is None else certificate_of(self._context, row, families[_dose_of(row)]))
        return found

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
        """Return a page of a person's certificates. A person has few rows: they are read at once and cut here."""
        person, columns = person_named(self._context, beneficiary_id), certificates.c
        start = None if after is None else tuple(after_cursor(self._vault, _SCOPE, after))
        chosen = (
            (columns.shard == person.shard)
            & (columns.beneficiary == person.beneficiary)
            & (columns.programme == programme)
            & visible_condition(self._context, visible)
        )
        async with self._database.read() as connection:
            rows, families = await self._rows(connection, chosen)
        newest = max(rows, key=_age, default=None)
        if not (newest is not None if proof is None else self._prover.proven(newest, proof)):
            return None
        listed = [row for row in rows if _listed(row, where or CertificateFilter())]
        listed = sorted(listed, key=_order)
        rest = [row for row in listed if start is None or _order(row) > start]
        items = tuple(certificate_of(self._context, row, families[_dose_of(row)]) for row in rest[:first])
        cursors = tuple(cursor(self._vault, _SCOPE, *_order(row)) for row in rest[:first])
        return Page(items, cursors, has_next=len(rest) > first)

    async def versions(self, ids: Sequence[str], *, visible: Visibility) -> list[list[Certificate]]:
        """Return per id the versions of its dose, newest first, without those replaced before they were signed."""
        keys = self._context.keys_of(list(ids))
        if not keys:
            return [[] for _ in ids]
        columns = certificates.c
        dose = (columns.shard, columns.beneficiary, columns.programme, columns.dose)
        wanted = select(*dose).where(ids_condition(self._context, keys), visible_condition(self._context, visible))
        async with self._database.read() as connection:
            rows, families = await self._rows(
                connection, tuple_(*dose).in_(wanted) & visible_condition(self._context, visible)
            )
        doses = {row.id: _dose_of(row) for row in rows}
        held: dict[Any, list[Certificate]] = {dose: [] for dose in doses.values()}
        for row in sorted(rows, key=lambda row: -int(row.version)):
            if row.credentials is not None or row.status != Status.SUPERSEDED:
                held[_dose_of(row)].append(certificate_of(self._context, row, families[_dose_of(row)]))
        return [held[doses[text]] if text in doses else [] for text in ids]

    async def standings(self, ids: Sequence[str]) -> list[Standing | None]:
        """Return what verification may know of each id."""
        keys = self._context.keys_of(list(ids))
        if not keys:
            return [None] * len(ids)
        columns = certificates.c
        revoked = (
            (revocations.c.shard == columns.shard)
            & (revocations.c.certificate_id == columns.id)
            & (revocations.c.purpose == "REVOKED")
        )
        names = (columns.shard, columns.beneficiary, columns.programme, columns.dose, columns.version, columns.id)
        query = (
            select(*names, columns.status, columns.signature_hashes, revocations.c.at.label("revoked_at"))
            .outerjoin(revocations, revoked)
            .where(ids_condition(self._context, keys))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            families = await siblings_of(self._context, connection, [person_of_row(row) for row in rows])
        found = {row.id: _standing(row, families[_dose_of(row)]) for row in rows}
        return [found.get(text) for text in ids]

    async def statuses(self, ids: Sequence[str]) -> list[Status | None]:
        """Return the states. Many who ask at the same time, for a few each, share a statement."""
        if len(ids) > FEW:
            (found,) = await self._statuses([ids])
            return found
        return await self._asking.do(ids)

    async def _statuses(self, asked: Sequence[Sequence[str]]) -> list[list[Status | None]]:
        found: dict[str, Status] = {}
        if keys := self._context.keys_of([text for ids in asked for text in ids]):
            query = select(certificates.c.id, certificates.c.status).where(ids_condition(self._context, keys))
            async with self._database.read() as connection:
                found = {row.id: Status(row.status) for row in await connection.execute(query)}
        return [[found.get(text) for text in ids] for ids in asked]

    async def _rows(
        self, connection: AsyncConnection, chosen: ColumnElement[bool]
    ) -> tuple[Sequence[AnyRow], Families]:
        """Return the chosen full rows, and all versions of their persons' doses: the same statements, found or not."""
        rows = (await connection.execute(full_rows().where(chosen))).all()
        people = [person_of_row(row) for row in rows]
        return rows, await siblings_of(self._context, connection, people or [person_named(self._context, "")])

    def _visible_row(self, row: AnyRow, visible: Visibility) -> bool:
        """Whether a row read for a proof may be shown, too: the proof reads all rows of the holder."""
        return visible.client_id is None or row.client_id == visible.client_id


def _standing(row: AnyRow, family: Sequence[Sibling]) -> Standing:
    newer = any(other.status is Status.ISSUED and other.version > row.version for other in family)
    hashes = tuple((row.signature_hashes or "").split())
    return Standing(row.id, Status(row.status), row.revoked_at, newer, hashes)


def _dose_of(row: AnyRow) -> tuple[Any, str, int]:
    return person_of_row(row), row.programme, row.dose


def _age(row: AnyRow) -> tuple[Any, int]:
    return row.created_at, row.version


def _order(row: AnyRow) -> tuple[int, int, str]:
    return -row.dose, -row.version, row.id


def _listed(row: AnyRow, where: CertificateFilter) -> bool:
    """Whether a row belongs in the listing. Without wanted states: what counts for a dose, and what was revoked."""
    replaced_unsigned = row.status == Status.SUPERSEDED and row.credentials is None
    if where.statuses:
        shown = row.status in where.statuses
    else:
        shown = row.status in {Status.ISSUED, Status.REVOKED} or (row.status == Status.PENDING and row.live)
    right_dose = where.dose is None or row.dose == where.dose
    right_kind = where.kind is None or row.kind == where.kind
    return shown and right_dose and right_kind and not replaced_unsigned
