"""Idempotency (contract, Idempotency, on every mutation): one row per request, and one per record of a batch.

The row of a request stands at position -1 in the shard of its keyed hash; rows of records stand in their records'
shards. `lease_until` is set while somebody works at the request and NULL once it is done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.answers import Answer, from_bytes, to_bytes
from backends.sql.context import Context, client_of
from backends.sql.tables import idempotency, jobs
from backends.sql.types import AnyRow
from credential.errors import IdempotencyConflict, IdempotencyInProgress
from credential.ports import Request

LEASE = timedelta(seconds=30)
KEPT = timedelta(days=7)
REQUEST = -1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request's place in the ledger.

    `answer` is set where it was answered before, `done` where it is complete, `taken_over` where it was cut half-way
    and is ours now.
    """

    shard: int
    request: bytes
    job_id: str | None = None
    answer: Answer | None = None
    done: bool = False
    taken_over: bool = False


def ticket_of(context: Context, request: Request, key: str) -> Ticket:
    """Return where a request with this key stands."""
    parts = (client_of(request.caller), request.operation, key)
    hashed = context.vault.keyed("idempotency", *parts)[:16]
    return Ticket(context.vault.shard(hashed), hashed)


async def claim(
    context: Context, connection: AsyncConnection, request: Request, ticket: Ticket, job_id: str | None = None
) -> Ticket:
    """Enter the request, or find it. Raises IdempotencyConflict, IdempotencyInProgress."""
    fingerprint = _fingerprint(context, request)
    entered = await connection.execute(
        context.database.insert(idempotency).on_conflict_do_nothing().returning(idempotency.c.position),
        {
            "shard": ticket.shard,
            "request": ticket.request,
            "position": REQUEST,
            "fingerprint": fingerprint,
            "job_id": job_id,
            "lease_until": request.now + LEASE,
            "created_at": request.now,
        },
    )
    if entered.first() is not None:
        return Ticket(ticket.shard, ticket.request, job_id)
    row = (await connection.execute(_request_row(ticket).with_for_update())).one()
    found = _found(ticket, row, fingerprint, request.now)
    if found.taken_over:
        await connection.execute(update(idempotency).where(*_is(ticket)).values(lease_until=request.now + LEASE))
    return found


async def look_up(context: Context, connection: AsyncConnection, request: Request, ticket: Ticket) -> Ticket | None:
    """Return the request where it is done, None where it is unknown or was cut. Raises as `claim` does."""
    row = (await connection.execute(_request_row(ticket))).one_or_none()
    if row is None:
        return None
    found = _found(ticket, row, _fingerprint(context, request), request.now)
    return found if found.done else None


async def settle(connection: AsyncConnection, ticket: Ticket, answer: Answer | None) -> None:
    """Mark a request as done."""
    values = {"lease_until": None, "answer": None if answer is None else to_bytes(answer)}
    await connection.execute(update(idempotency).where(*_is(ticket)).values(values))


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget what is older than seven days, jobs too; return how many rows went."""
    old = [delete(table).where(table.c.created_at < now - KEPT) for table in (idempotency, jobs)]
    return sum([(await connection.execute(statement)).rowcount for statement in old])


def _request_row(ticket: Ticket) -> Any:  # noqa: ANN401 - a Select, narrowed by its columns
    return select(
        idempotency.c.fingerprint, idempotency.c.job_id, idempotency.c.lease_until, idempotency.c.answer
    ).where(*_is(ticket))


def _is(ticket: Ticket) -> tuple[Any, ...]:
    columns = idempotency.c
    return columns.shard == ticket.shard, columns.request == ticket.request, columns.position == REQUEST


def _found(ticket: Ticket, row: AnyRow, fingerprint: bytes, now: datetime) -> Ticket:
    if row.fingerprint != fingerprint:
        raise IdempotencyConflict(
            "This idempotency key came with another input before; use a new key.", ("idempotencyKey",)
        )
    if row.lease_until is not None and row.lease_until > now:
        raise IdempotencyInProgress(
            "A request with this idempotency key is still at work; ask again in a moment.", ("idempotencyKey",)
        )
    answer = None if row.answer is None else from_bytes(row.answer)
    done = row.lease_until is None
    return Ticket(ticket.shard, ticket.request, row.job_id, answer, done=done, taken_over=not done)


def _fingerprint(context: Context, request: Request) -> bytes:
    return context.vault.keyed("fingerprint", request.fingerprint)
