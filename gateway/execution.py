"""Executing one operation within its deadline."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode, execute

from gateway.faults import TIMEOUT, RequestFault, executed, refuse
from gateway.variables import variable_faults
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Answer:
    """What an execution gave: `data` may be None where a required root field failed."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]

    @property
    def codes(self) -> set[str]:
        """The codes of the errors."""
        return {error["extensions"]["code"] for error in self.errors}

    @property
    def retry_after(self) -> str | None:
        """After how many seconds to try again, where an error tells."""
        told = [error["extensions"].get("retryAfterSeconds") for error in self.errors]
        return next((str(seconds) for seconds in told if seconds is not None), None)

    def to_json(self) -> dict[str, Any]:
        """Return the answer in GraphQL's form, errors first."""
        return {"errors": self.errors, "data": self.data} if self.errors else {"data": self.data}


async def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    *,
    variables: dict[str, Any],
    context: Context,
    seconds: float,
) -> Answer:
    """Execute. Raises RequestFault for variables of the wrong type, and TIMEOUT when the deadline passes."""
    answer = execute(
        schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name.value if operation.name else None,
        hide_suggestions=True,
        max_coercion_errors=1,
    )
    result = answer if isinstance(answer, ExecutionResult) else await _in_time(answer, seconds)
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        raise RequestFault(*variable_faults(schema, operation, variables))
    return Answer(result.data, executed(errors, context.request_id))


async def _in_time(answer: Awaitable[ExecutionResult], seconds: float) -> ExecutionResult:
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError:
        raise refuse(TIMEOUT, "The request took too long; ask for less, or send it again.") from None
