"""Acts that happen once under an idempotency key (contract, Idempotency, on every mutation)."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.answers import Answer
from backends.sql.context import Context
from credential.errors import UserFault
from credential.ports import Request


async def once(
    context: Context, connection: AsyncConnection, request: Request, act: Callable[[], Awaitable[tuple[str, ...]]]
) -> Answer:
    """Act, or return what the request was answered before under its key.

    `act` returns ids, or raises a UserFault before it has written anything: then the fault is the answer, for the
    caller to raise once this transaction has ended. Raises the idempotency faults.
    """
    ticket = None
    if request.key is not None:
        ticket = ledger.ticket_of(context, request, request.key)
        ticket = await ledger.claim(context, connection, request, ticket)
        if ticket.answer is not None:
            return ticket.answer
    try:
        answer = Answer(ids=await act())
    except UserFault as fault:
        answer = Answer.of_fault(fault)
    if ticket is not None:
        await ledger.settle(connection, ticket, answer)
    return answer
