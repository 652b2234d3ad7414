"""Intake: records come in (contract, issueCertificates)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.answers import Answer, from_bytes, to_bytes
from backends.sql.context import Context, Part, client_of
from backends.sql.correcting import store_correction
from backends.sql.earlier import note_earlier
from backends.sql.gathering import Gathering
from backends.sql.ledger import Ticket
from backends.sql.people import Person, lock_people
from backends.sql.placing import NewVersion, held_doses, new_ids, person_of, store_versions
from backends.sql.tables import idempotency, jobs
from credential.certificate_id import SHARDS
from credential.errors import Duplicate, IdempotencyConflict, StaleVersion, UserFault
from credential.ports import Accepted, Correction, Outcome, Request
from credential.record import Kind, VaccinationRecord

Item = VaccinationRecord | UserFault
JOB_ID_BYTES = 12


class Single(NamedTuple):
    """A request for one record, and its place in the ledger where it has a key."""

    request: Request
    item: Item
    ticket: Ticket | None


class Placed(msgspec.Struct, frozen=True):
    """An item with its request, its index and the shard in which its rows stand."""

    request: Request
    index: int
    shard: int
    item: Item
    person: Person | None


class SqlIntake(Part):
    """Implements `credential.ports.Intake`."""

    def __init__(self, context: Context) -> None:
        """Take the open store's context."""
        super().__init__(context)
        self._singles = Gathering(self._together)

    async def accept(self, request: Request, items: Sequence[Item]) -> Accepted:
        """Store the items; more than one as a job in at most `commit_groups` transactions.

        Single ones that come at the same time share a transaction: a commit, and a dozen statements, serve them all.
        """
        if len(items) == 1:
            ticket = None if request.key is None else ledger.ticket_of(self._context, request, request.key)
            return await self._singles.do(Single(request, items[0], ticket))
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

    async def _together(self, singles: Sequence[Single]) -> list[Accepted | Exception]:
        """Store single records in one transaction. Of those with one idempotency key the first is the request."""
        firsts: dict[Ticket | int, int] = {}
        leading = [firsts.setdefault(one.ticket or index, index) for index, one in enumerate(singles)]
        leaders = [singles[index] for index in firsts.values()]
        async with self._database.write() as connection:
            answers = dict(zip(firsts.values(), await self._lead(connection, leaders), strict=True))
        return [
            answers[index] if first == index else await self._again(singles[first], answers[first], singles[index])
            for index, first in enumerate(leading)
        ]

    async def _lead(self, connection: AsyncConnection, singles: Sequence[Single]) -> list[Accepted | Exception]:
        """Answer requests whose tickets differ."""
        claims = [(one.request, one.ticket) for one in singles if one.ticket is not None]
        claimed = iter(await ledger.claim_all(self._context, connection, claims))
        answers = [None if one.ticket is None else _answered(next(claimed)) for one in singles]
        fresh = [index for index, answer in enumerate(answers) if answer is None]
        placed = [self._place(singles[index].request, index, singles[index].item, 0) for index in fresh]
        outcomes = await self._store(connection, placed, None)
        settled = [(ticket, Answer.of(outcomes[index])) for index in fresh if (ticket := singles[index].ticket)]
        await ledger.settle_all(self._context, connection, settled)
        return [answer or Accepted((outcomes[index],), None) for index, answer in enumerate(answers)]

    async def _again(self, first: Single, answer: Accepted | Exception, again: Single) -> Accepted | Exception:
        """Answer a request that came together with the first one of its key."""
        if ledger.same_input(self._context, first.request, again.request):
            return answer if isinstance(answer, Exception) else replace(answer, replayed=True)
        if isinstance(answer, IdempotencyConflict):  # the key came earlier, and perhaps with this input
            return (await self._together([again]))[0]
        return ledger.conflict()

    async def _batch(self, request: Request, items: Sequence[Item]) -> Accepted:
        job_id = "job_" + self._context.randomness(JOB_ID_BYTES).hex()
        ticket = ledger.ticket_of(self._context, request, request.key or job_id)
        placed = [self._place(request, index, item, ticket.shard) for index, item in enumerate(items)]
        async with self._database.write() as connection:
            ticket = await ledger.claim(self._context, connection, request, ticket, job_id)
            if ticket.job_id == job_id:
                await connection.execute(insert(jobs), self._job_row(request, ticket, placed))
        outcomes: dict[int, Outcome] = {}
        groups = [] if ticket.done else self._groups(placed) or [[]]
        for number, group in enumerate(groups, 1):
            async with self._database.write() as connection:
                outcomes |= await self._store(connection, group, ticket)
                if number == len(groups):
                    await ledger.settle(connection, ticket, None)
        if ticket.done:
            async with self._database.read() as connection:
                outcomes = await self._stored(connection, ticket, placed)
        return Accepted(tuple(outcomes[index] for index in range(len(items))), ticket.job_id, replayed=ticket.done)

    def _place(self, request: Request, index: int, item: Item, shard_of_faults: int) -> Placed:
        person = None if isinstance(item, UserFault) else person_of(self._context, item)
        return Placed(request, index, shard_of_faults if person is None else person.shard, item, person)

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
        self, connection: AsyncConnection, placed: Sequence[Placed], ticket: Ticket | None
    ) -> dict[int, Outcome]:
        """Store a group in this transaction; with a ticket also a row per record. What has one is left alone."""
        people = {item.person for item in placed if item.person is not None}
        keys = await lock_people(self._context, connection, people, create=True)
        outcomes = {} if ticket is None else await self._stored(connection, ticket, placed)
        waiting = [item for item in placed if item.index not in outcomes]
        fresh = await self._decided(connection, waiting)
        versions = [outcome for outcome in fresh.values() if isinstance(outcome, NewVersion)]
        await store_versions(self._context, connection, versions, keys=keys)
        await note_earlier(self._context, connection, versions)
        decided = {index: _outcome(outcome) for index, outcome in fresh.items()}
        if ticket is not None and waiting:
            rows = [self._row(ticket, item, decided[item.index]) for item in waiting]
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
            decided[item.index] = NewVersion(item.request, new_id, item.person, item.item, kind, version)
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

    def _row(self, ticket: Ticket, item: Placed, outcome: Outcome) -> dict[str, object]:
        return {
            "shard": item.shard,
            "request": ticket.request,
            "position": item.index,
            "certificate_id": outcome.certificate_id,
            "answer": to_bytes(Answer.of(outcome)),
            "created_at": item.request.now,
        }


def _answered(found: Ticket | UserFault) -> Accepted | UserFault | None:
    """Return how a claim was answered before, None where it is ours to answer."""
    if isinstance(found, UserFault):
        return found
    return None if found.answer is None else Accepted((found.answer.outcome,), None, replayed=True)


def _duplicate(existing: str) -> Duplicate:
    message = "The beneficiary has a certificate for this dose; update or revoke it instead."
    return Duplicate(message, (), existing)


def _outcome(decided: NewVersion | UserFault) -> Outcome:
    return Outcome(fault=decided) if isinstance(decided, UserFault) else Outcome(certificate_id=decided.id)
