"""Acts about findings: each once, in one transaction with the note of what came of it (credential.ports.Applying)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context, Part
from backends.sql.held import OPEN, recorded_rows
from backends.sql.people import Person, lock_people
from backends.sql.placing import NewVersion, new_ids, person_named, store_versions
from backends.sql.reconciliation_tables import findings
from backends.sql.revoking import revoke_rows
from backends.sql.rows import full_rows, ids_condition
from backends.sql.sealed_findings import KINDS, kind_number
from backends.sql.tables import certificates, outbox
from backends.sql.types import AnyRow
from credential.certificate import RevocationReason, Status
from credential.ports import Act, Acted, ActKind, Recorded, Request, Result
from credential.reconciliation.findings import FindingKind
from credential.record import Kind

_Family = tuple[Person, str, int]


class _Version(NamedTuple):
    """A version of a dose, without personal data."""

    id: str
    shard: int
    version: int
    status: str
    counted: bool
    client_id: str


@dataclass(slots=True)
class _Plan:
    """What a page of acts comes to."""

    new: list[tuple[Act, Person, int, bool, bool, str | None]] = field(default_factory=list)
    cancelled: list[tuple[int, str]] = field(default_factory=list)
    revoked: dict[RevocationReason, list[tuple[int, str]]] = field(default_factory=dict)
    results: list[tuple[Act, Result]] = field(default_factory=list)
    touched: set[_Family] = field(default_factory=set)


class SqlApplying(Part):
    """Implements `credential.ports.Applying`."""

    async def recorded(self, ids: Sequence[str]) -> list[Recorded | None]:
        """Read them in one statement."""
        keys = self._context.keys_of(list(ids))
        async with self._database.read() as connection:
            rows = await recorded_rows(self._context, connection, ids_condition(self._context, keys))
        found = {one.row.id: Recorded(one.record(self._context), Kind(one.row.kind), one.row.client_id) for one in rows}
        return [found.get(one) for one in ids]

    async def act(
        self, request: Request, report_id: str, acts: Sequence[Act], refused: Sequence[Act], *, undo: bool
    ) -> Acted:
        """Decide under the persons' locks, then write a statement per table."""
        people = {act.dose: person_named(self._context, act.dose.beneficiary_id) for act in acts}
        create = any(act.kind is ActKind.ISSUE for act in acts)
        async with self._database.write() as connection:
            keys = await lock_people(self._context, connection, people.values(), create=create)
            before = await self._act_results(connection, report_id, [*acts, *refused], undo=undo)
            families = await _families(self._context, connection, people.values())
            plan = _Plan(results=[(act, Result.REFUSED) for act in refused if act.place not in before])
            for act in acts:
                if act.place not in before:
                    _decide(act, people[act.dose], families, plan)
            versions = await self._act_versions(connection, request, plan)
            await self._act_cancel(connection, plan.cancelled, request)
            await self._act_end(connection, request, plan)
            await store_versions(self._context, connection, versions, keys=keys)
            await self._act_note(connection, report_id, plan, versions, undo=undo)
        results = before | {act.place: result for act, result in plan.results}
        return Acted(tuple(version.id for version in versions), Counter(results.values()))

    async def _act_results(
        self, connection: AsyncConnection, report_id: str, acts: Sequence[Act], *, undo: bool
    ) -> dict[tuple[FindingKind, int], Result]:
        """Return what came of those findings that were acted on before."""
        columns = findings.c
        column = columns.undone if undo else columns.result
        places = [(kind_number(act.finding), act.number) for act in acts]
        query = select(columns.kind, columns.number, column.label("came")).where(
            columns.report == report_id,
            self._database.among((columns.kind, columns.number), places),
            column.is_not(None),
        )
        rows = await connection.execute(query)
        return {(KINDS[row.kind], row.number): Result(row.came) for row in rows}

    async def _act_versions(self, connection: AsyncConnection, request: Request, plan: _Plan) -> list[NewVersion]:
        ids = await new_ids(self._context, connection, [person.shard for _, person, *_ in plan.new])
        return [
            NewVersion(
                request,
                new_id,
                person,
                act.record,
                act.certificate_kind,
                number,
                live=live,
                counted=counted,
                client_id=client_id,
            )
            for new_id, (act, person, number, live, counted, client_id) in zip(ids, plan.new, strict=True)
            if act.record is not None
        ]

    async def _act_cancel(
        self, connection: AsyncConnection, cancelled: Sequence[tuple[int, str]], request: Request
    ) -> None:
        """Put PENDING versions away that are replaced before anybody signed them."""
        if not cancelled:
            return
        values = {"status": Status.SUPERSEDED, "live": False, "changed_at": request.now}
        chosen = ids_condition(self._context, cancelled)
        await connection.execute(update(certificates).where(chosen).values(values))
        job = (outbox.c.shard, outbox.c.certificate_id)
        await connection.execute(delete(outbox).where(self._database.among(job, cancelled)))

    async def _act_end(self, connection: AsyncConnection, request: Request, plan: _Plan) -> None:
        for reason, keys in plan.revoked.items():
            rows = (await connection.execute(full_rows().where(ids_condition(self._context, keys)))).all()
            await revoke_rows(self._context, connection, request, rows, reason)

    async def _act_note(
        self,
        connection: AsyncConnection,
        report_id: str,
        plan: _Plan,
        versions: Sequence[NewVersion],
        *,
        undo: bool,
    ) -> None:
        made = {act.place: new.id for (act, *_), new in zip(plan.new, versions, strict=True)}
        rows: list[dict[str, object]] = []
        for act, result in plan.results:
            row = {"report": report_id, "kind": kind_number(act.finding), "number": act.number}
            told = {"undone": result} if undo else {"result": result, "made_id": made.get(act.place)}
            rows.append({**row, **told})
        await self._database.change(connection, findings, rows)


async def _families(
    context: Context, connection: AsyncConnection, people: Iterable[Person]
) -> dict[_Family, list[_Version]]:
    """Return all versions of the persons' doses."""
    columns, wanted = certificates.c, [tuple(one) for one in sorted(set(people))]
    names = ("shard", "beneficiary", "programme", "dose", "id", "version", "status", "counted", "client_id")
    query = select(*(columns[name] for name in names)).where(
        context.database.among((columns.shard, columns.beneficiary), wanted)
    )
    found: dict[_Family, list[_Version]] = {}
    for row in await connection.execute(query):
        found.setdefault((Person(row.shard, row.beneficiary), row.programme, row.dose), []).append(_version(row))
    return found


def _version(row: AnyRow) -> _Version:
    return _Version(row.id, row.shard, row.version, row.status, bool(row.counted), row.client_id)


def _decide(act: Act, person: Person, families: dict[_Family, list[_Version]], plan: _Plan) -> None:
    """Plan an act, or note that its dose is no longer as it was found."""
    place = (person, act.dose.programme, act.dose.number)
    family = families.get(place, [])
    still_open = [one for one in family if one.status in OPEN]
    newest = max(still_open, key=lambda one: one.version, default=None)
    if place in plan.touched or (newest.id if newest else None) != act.certificate_id:
        plan.results.append((act, Result.STALE))
        return
    if act.kind is ActKind.REVOKE:
        plan.revoked.setdefault(act.reason, []).extend((one.shard, one.id) for one in still_open)
    else:
        _plan_version(act, person, family, newest, plan)
    plan.touched.add(place)
    plan.results.append((act, Result.DONE))


def _plan_version(act: Act, person: Person, family: Sequence[_Version], newest: _Version | None, plan: _Plan) -> None:
    """Plan a new version: live where none is issued, and in the place of one that nobody has signed yet."""
    number = max((one.version for one in family), default=0) + 1
    live = not any(one.status == Status.ISSUED for one in family)
    replaces = newest is not None and newest.status == Status.PENDING
    counted = replaces and newest is not None and newest.counted
    if newest is not None and replaces:
        plan.cancelled.append((newest.shard, newest.id))
    client_id = newest.client_id if newest else act.client_id
    plan.new.append((act, person, number, live, counted, client_id))
