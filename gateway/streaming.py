"""Streams of answers: subscriptions, whatever carries them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    subscribe,
)

from credential.access import Caller
from gateway.execution import Answer
from gateway.faults import UNAVAILABLE, broken_off, executed, refuse
from gateway.variables import variable_faults
from resolvers.context import Context
from resolvers.errors import UNAUTHENTICATED

QUIET_SECONDS = 15.0
"""After so long without an update a sign of life is sent: proxies cut what is silent for a minute."""
LOOKED_AT_EVERY = timedelta(minutes=1)


class StreamsClosed(Exception):  # noqa: N818 - an end, not an error
    """The server is to stop: the stream breaks off, and the client asks again elsewhere."""


class Watch:
    """Whether who opened a stream may still have it, looked at once a minute."""

    def __init__(self, ask: Callable[[], Awaitable[Caller]], caller: Caller, clock: Callable[[], datetime]) -> None:
        """Take what tells who the caller is now, who it was, and a clock that gives aware times."""
        self._ask, self._caller, self._clock = ask, caller, clock
        self._next = clock() + LOOKED_AT_EVERY

    async def look(self) -> None:
        """Raise RequestFault (UNAUTHENTICATED) where the credential has ended or allows something else; Unavailable."""
        now = self._clock()
        if now >= self._next:
            self._next = now + LOOKED_AT_EVERY
            if await self._ask() != self._caller:
                raise refuse(UNAUTHENTICATED, "What the credential allows has changed; subscribe again.")


class Streams:
    """How many streams are open in this process, and the end of them all."""

    def __init__(self, limit: int) -> None:
        """Take how many may be open at once."""
        self._limit = limit
        self._open = 0
        self._closing = asyncio.Event()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Count a stream while it is open. Raises RequestFault (UNAVAILABLE) where no further one may be opened."""
        if self._open >= self._limit or self._closing.is_set():
            raise refuse(UNAVAILABLE, "Too many streams are open; ask for the job from time to time instead.")
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    def close(self) -> None:
        """End all streams: the server is to stop."""
        self._closing.set()

    async def paced(self, answers: AsyncGenerator[Answer], watch: Watch) -> AsyncIterator[Answer | None]:
        """Yield answers as they come, and None as a sign of life.

        Raises StreamsClosed when the server is to stop, and what `watch` raises.
        """
        closing = asyncio.ensure_future(self._closing.wait())
        step = asyncio.ensure_future(_next(answers))
        try:
            while True:
                await asyncio.wait({step, closing}, timeout=QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if closing.done():
                    raise StreamsClosed
                await watch.look()
                if not step.done():
                    yield None
                    continue
                answer = step.result()
                if answer is None:
                    return
                yield answer
                step = asyncio.ensure_future(_next(answers))
        finally:
            closing.cancel()
            step.cancel()
            await asyncio.gather(step, closing, return_exceptions=True)
            await answers.aclose()


async def _next(answers: AsyncGenerator[Answer]) -> Answer | None:
    return await anext(answers, None)


async def subscribed(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    *,
    variables: dict[str, Any],
    context: Context,
) -> AsyncGenerator[Answer]:
    """Yield the answers of a subscription; one with errors where it may not begin."""
    started = subscribe(
        schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name.value if operation.name else None,
        hide_suggestions=True,
        max_coercion_errors=1,
    )
    results = started if isinstance(started, ExecutionResult | AsyncIterator) else await started
    if isinstance(results, ExecutionResult):
        errors = results.errors or []
        if all(error.path is None for error in errors):
            faults = variable_faults(schema, operation, variables)
            yield Answer(None, [one.to_json(context.request_id) for one in faults])
        else:
            yield Answer(None, executed(errors, context.request_id))
        return
    try:
        async for result in results:
            yield Answer(result.data, executed(result.errors or [], context.request_id))
    except Exception as error:  # noqa: BLE001 - the source broke off; the table of faults knows what may be told
        yield Answer(None, broken_off(error, context.request_id))


def is_subscription(operation: OperationDefinitionNode) -> bool:
    """Tell whether an operation is a stream."""
    return operation.operation is OperationType.SUBSCRIPTION
