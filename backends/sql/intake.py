"""Intake: records come in (contract, issueCertificates)."""

from collections.abc import Sequence
from itertools import groupby

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.answers import Answer, from_bytes, to_bytes
from backends.sql.context import Part, client_of
from backends.sql.correcting import store_correction
from backends.sql.ledger import Ticket
from backends.sql.people import Person, lock_people
from backends.sql.placing import NewVersion, held_doses, new_ids, person_of, store_versions
from backends.sql.tables import idempotency, jobs
from credential.certificate_id import SHARDS
from credential.errors import Duplicate, StaleVersion, UserFault
from credential.ports import Accepted, Correction, Outcome, Request
from credential.record import Kind, VaccinationRecord

Item = VaccinationRecord | UserFault
JOB_ID_BYTES = 12


class Placed(msgspec.Struct, frozen=True):
    """An item with its index and the shard in which its rows stand."""

    index: int
    shard: int
    item: Item
    person: Person | None


class SqlIntake(Part):
    """Implements `credential.ports.Intake`."""

    async def accept(self, request: Request, items: Sequence[Item]) -> Accepted:
        """Store the items; a single one in one transaction, more as a job in at most `commit_groups` transactions."""
        if len(items) == 1:
            return await self._single(request, items[0])
        return await self._batch(request, items)

    async def recall(self, request: Request) -> Outcome | None:
        """Return the outcome stored under the request's key."""
        if request.key is None:
            return None
        ticket = ledger.ticket_of(self._context, request, request.key)
        async with self._database.read() as connection:
            found = await ledger.look_up(self._context, connection, request, ticket)
        return None if found is None or found.answer is None else found.answer.outcome

    async def correct(self, request: Request, correction: Correction | UserFault) -> Outcome:
        """Store a new PENDING version; a fault is stored under the request's key as well, then raised."""
        if request.key is None and isinstance(correction, UserFault):
            raise correction
        async with self._database.write() as connection:
            answer = await self._corrected(connection, request, correction)
        if answer.user_fault is not None:
            raise answer.user_fault
        return answer.outcome

    async def _corrected(
        self, connection: AsyncConnection, request: Request, correction: Correction | UserFault
    ) -> Answer:
        ticket = None
        if request.key is not None:
            ticket = ledger.ticket_of(self._context, request, request.key)
            ticket = await ledger.claim(self._context, connection, request, ticket)
            if ticket.answer is not None:
                return ticket.answer
        try:
            if isinstance(correction, UserFault):
                raise correction
            answer = Answer(ids=(await store_correction(self._context, connection, request, correction),))
        except StaleVersion:  # the caller may merge again and come back with the same key
            raise
        except UserFault as fault:  # raised before anything was written
            answer = Answer.of_fault(fault)
        if ticket is not None:
            await ledger.settle(connection, ticket, answer)
        return answer

    async def _single(self, request: Request, item: Item) -> Accepted:
        placed = self._placed([item], 0)
        async with self._database.write() as connection:
            if request.key is None:
                outcomes = await self._store(connection, request, placed, None)
                return Accepted((outcomes[0],), None)
            ticket = ledger.ticket_of(self._context, request, request.key)
            ticket = await ledger.claim(self._context, connection, request, ticket)
            if ticket.answer is not None:
                return Accepted((ticket.answer.outcome,), None, replayed=True)
            outcomes = await self._store(connection, request, placed, None)
            await ledger.settle(connection, ticket, Answer.of(outcomes[0]))
        return Accepted((outcomes[0],), None)

    async def _batch(self, request: Request, items: Sequence[Item]) -> Accepted:
        job_id = "job_" + self._context.randomness(JOB_ID_BYTES).hex()
        ticket = ledger.ticket_of(self._context, request, request.key or job_id)
        placed = self._placed(items, ticket.shard)
        async with self._database.write() as connection:
            ticket = await ledger.claim(self._context, connection, request, ticket, job_id)
            if ticket.job_id == job_id:
                await connection.execute(insert(jobs), self._job_row(request, ticket, placed))
        outcomes: dict[int, Outcome] = {}
        groups = [] if ticket.done else self._groups(placed) or [[]]
        for number, group in enumerate(groups, 1):
            async with self._database.write() as connection:
                outcomes |= await self._store(connection, request, group, ticket)
                if number == len(groups):
                    await ledger.settle(connection, ticket, None)
        if ticket.done:
            async with self._database.read() as connection:
                outcomes = await self._stored(connection, ticket, placed)
        return Accepted(tuple(outcomes[index] for index in range(len(items))), ticket.job_id, replayed=ticket.done)

    def _placed(self, items: Sequence[Item], shard_of_faults: int) -> list[Placed]:
        placed = []
        for index, item in enumerate(items):
            person = None if isinstance(item, UserFault) else person_of(self._context, item)
            placed.append(Placed(index, shard_of_faults if person is None else person.shard, item, person))
        return placed

    def _groups(self, placed: Sequence[Placed]) -> list[list[Placed]]:
        """Cut by ranges of shard. The order within a group is the order of the records: of two alike the first wins."""

        def number(item: Placed) -> int:
            return item.shard * self._context.commit_groups // SHARDS

        return [list(group) for _, group in groupby(sorted(placed, key=number), key=number)]

    def _job_row(self, request: Request, ticket: Ticket, placed: Sequence[Placed]) -> dict[str, object]:
        return {
            "id": ticket.job_id,
            "client_id": client_of(request.caller),
            "kind": request.operation,
            "request": ticket.request,
            "shards": b"".join(item.shard.to_bytes(2, "big") for item in placed),
            "created_at": request.now,
        }

    async def _store(
        self, connection: AsyncConnection, request: Request, placed: Sequence[Placed], ticket: Ticket | None
    ) -> dict[int, Outcome]:
        """Store a group in this transaction; with a ticket also a row per record. What has one is left alone."""
        people = {item.person for item in placed if item.person is not None}
        keys = await lock_people(self._context, connection, people, create=True)
        outcomes = {} if ticket is None else await self._stored(connection, ticket, placed)
        waiting = [item for item in placed if item.index not in outcomes]
        fresh = await self._decided(connection, waiting)
        versions = [outcome for outcome in fresh.values() if isinstance(outcome, NewVersion)]
        await store_versions(self._context, connection, request, versions, keys=keys, action=request.operation)
        decided = {index: _outcome(outcome) for index, outcome in fresh.items()}
        if ticket is not None and waiting:
            rows = [self._row(request, ticket, item, decided[item.index]) for item in waiting]
            await self._database.add(connection, idempotency, rows)
        return outcomes | decided

    async def _decided(
        self, connection: AsyncConnection, waiting: Sequence[Placed]
    ) -> dict[int, NewVersion | UserFault]:
        """Tell new versions from duplicates; faults pass through."""
        people = [item.person for item in waiting if item.person is not None]
        held = await held_doses(self._context, connection, people) if people else {}
        ids = iter(await new_ids(self._context, connection, [person.shard for person in people]))
        taken = {key: entry.live_id for key, entry in held.items() if entry.live_id is not None}
        decided: dict[int, NewVersion | UserFault] = {}
        for item in waiting:
            if item.person is None or isinstance(item.item, UserFault):
                if isinstance(item.item, UserFault):
                    decided[item.index] = item.item
                continue
            key = (item.person, item.item.programme, item.item.vaccination.dose)
            new_id = next(ids)
            if key in taken:
                decided[item.index] = _duplicate(taken[key])
                continue
            taken[key] = new_id
            version = held[key].version + 1 if key in held else 1
            kind = item.item.kind or Kind.DOMESTIC
            decided[item.index] = NewVersion(new_id, item.person, item.item, kind, version)
        return decided

    async def _stored(
        self, connection: AsyncConnection, ticket: Ticket, placed: Sequence[Placed]
    ) -> dict[int, Outcome]:
        columns = idempotency.c
        rows = [(item.shard, ticket.request, item.index) for item in placed]
        query = select(columns.position, columns.answer).where(
            self._database.among((columns.shard, columns.request, columns.position), rows)
        )
        return {row.position: from_bytes(row.answer).outcome for row in await connection.execute(query)}

    def _row(self, request: Request, ticket: Ticket, item: Placed, outcome: Outcome) -> dict[str, object]:
        return {
            "shard": item.shard,
            "request": ticket.request,
            "position": item.index,
            "certificate_id": outcome.certificate_id,
            "answer": to_bytes(Answer.of(outcome)),
            "created_at": request.now,
        }


def _duplicate(existing: str) -> Duplicate:
    message = "The beneficiary has a certificate for this dose; update or revoke it instead."
    return Duplicate(message, (), existing)


def _outcome(decided: NewVersion | UserFault) -> Outcome:
    return Outcome(fault=decided) if isinstance(decided, UserFault) else Outcome(certificate_id=decided.id)
