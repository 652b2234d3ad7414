"""Idempotency (contract, Idempotency, on every mutation): one row per request, and one per record of a batch.

The row of a request stands at position -1 in the shard of its keyed hash; rows of records stand in their records'
shards. `lease_until` is set while somebody works at the request and NULL once it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.answers import Answer, from_bytes, to_bytes
from backends.sql.context import Context, client_of
from backends.sql.tables import idempotency, jobs
from backends.sql.types import AnyRow
from credential.errors import IdempotencyConflict, IdempotencyInProgress, UserFault
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


Claim = tuple[Request, Ticket]


def ticket_of(context: Context, request: Request, key: str) -> Ticket:
    """Return where a request with this key stands; a key is each holder's own, whatever other holders send."""
    parts = (client_of(request.caller), request.operation, key, *(request.caller.holder_of or ()))
    hashed = context.vault.keyed("idempotency", *parts)[:16]
    return Ticket(context.vault.shard(hashed), hashed)


async def claim(
    context: Context, connection: AsyncConnection, request: Request, ticket: Ticket, job_id: str | None = None
) -> Ticket:
    """Enter the request, or find it. Raises IdempotencyConflict, IdempotencyInProgress."""
    (found,) = await claim_all(context, connection, [(request, ticket)], job_id)
    if isinstance(found, UserFault):
        raise found
    return found


async def claim_all(
    context: Context, connection: AsyncConnection, claims: Sequence[Claim], job_id: str | None = None
) -> list[Ticket | UserFault]:
    """Enter requests whose tickets differ, or find them: per request its ticket, or the fault that refuses it.

    They are entered in one order, so that those who claim some of the same wait for each other and none deadlock.
    """
    rows = [_entry(context, request, ticket, job_id) for request, ticket in claims]
    places = await context.database.enter(connection, idempotency, sorted(rows, key=_place_of))
    claimed: list[Ticket | UserFault] = []
    for (request, ticket), row in zip(claims, rows, strict=True):
        if _place_of(row) in places:
            claimed.append(Ticket(ticket.shard, ticket.request, job_id))
        else:
            claimed.append(await _claim_found(context, connection, request, ticket))
    return claimed


async def _claim_found(
    context: Context, connection: AsyncConnection, request: Request, ticket: Ticket
) -> Ticket | UserFault:
    row = (await connection.execute(_request_row(ticket).with_for_update())).one()
    try:
        found = _found(ticket, row, _fingerprint(context, request), request.now)
    except (IdempotencyConflict, IdempotencyInProgress) as fault:
        return fault
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


async def settle_all(context: Context, connection: AsyncConnection, answers: Sequence[tuple[Ticket, Answer]]) -> None:
    """Mark requests as done, a statement for any number."""
    rows = [{**_key(ticket), "lease_until": None, "answer": to_bytes(answer)} for ticket, answer in answers]
    await context.database.change(connection, idempotency, rows)


def same_input(context: Context, one: Request, other: Request) -> bool:
    """Tell whether two requests with one ticket ask the same."""
    return _fingerprint(context, one) == _fingerprint(context, other)


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget what is older than seven days, jobs too; return how many rows went."""
    old = [delete(table).where(table.c.created_at < now - KEPT) for table in (idempotency, jobs)]
    return sum([(await connection.execute(statement)).rowcount for statement in old])


def conflict() -> IdempotencyConflict:
    """Return the fault of a key that came with another input."""
    return IdempotencyConflict(
        "This idempotency key came with another input before; use a new key.", ("idempotencyKey",)
    )


def _key(ticket: Ticket) -> dict[str, Any]:
    return {"shard": ticket.shard, "request": ticket.request, "position": REQUEST}


def _entry(context: Context, request: Request, ticket: Ticket, job_id: str | None) -> dict[str, Any]:
    return {
        **_key(ticket),
        "fingerprint": _fingerprint(context, request),
        "job_id": job_id,
        "lease_until": request.now + LEASE,
        "created_at": request.now,
    }


def _place_of(row: dict[str, Any]) -> tuple[int, bytes, int]:
    return row["shard"], row["request"], row["position"]


def _request_row(ticket: Ticket) -> Any:  # noqa: ANN401 - a Select, narrowed by its columns
    return select(
        idempotency.c.fingerprint, idempotency.c.job_id, idempotency.c.lease_until, idempotency.c.answer
    ).where(*_is(ticket))


def _is(ticket: Ticket) -> tuple[Any, ...]:
    columns = idempotency.c
    return columns.shard == ticket.shard, columns.request == ticket.request, columns.position == REQUEST


def _found(ticket: Ticket, row: AnyRow, fingerprint: bytes, now: datetime) -> Ticket:
    if row.fingerprint != fingerprint:
        raise conflict()
    if row.lease_until is not None and row.lease_until > now:
        raise IdempotencyInProgress(
            "A request with this idempotency key is still at work; ask again in a moment.", ("idempotencyKey",)
        )
    answer = None if row.answer is None else from_bytes(row.answer)
    done = row.lease_until is None
    return Ticket(ticket.shard, ticket.request, row.job_id, answer, done=done, taken_over=not done)


def _fingerprint(context: Context, request: Request) -> bytes:
    return context.vault.keyed("fingerprint", request.fingerprint)
