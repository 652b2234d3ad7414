"""/graphql by the GraphQL-over-HTTP specification."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import msgspec
from graphql import OperationDefinitionNode, OperationType
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from gateway.bodies import Parameters, posted, queried
from gateway.client_budget import OverBudget, RateLimit, spend
from gateway.execution import Answer, run
from gateway.faults import (
    GRAPHQL_OWN,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    RATE_LIMITED,
    RETRY_AFTER,
    STATUS,
    UNAVAILABLE,
    Fault,
    RequestFault,
    refuse,
)
from gateway.limits import root_fields
from gateway.pages.explorer import explorer_page
from gateway.parsing import Prepared
from gateway.server_sent_events import EVENTS, event_stream
from gateway.state import Gateway
from gateway.streaming import is_subscription, subscribed
from resolvers.context import Context

NEW = "application/graphql-response+json"
OLD = "application/json"
SAFE = frozenset({"GET", "HEAD"})
POST_ONLY = frozenset({"verify"})
"""Queries that carry personal data in their arguments, which addresses and proxies would keep."""
CLOSING = frozenset({408, 413})
"""Statuses after which the rest of the body is not waited for (RFC 9110, 15.5.9 and 15.5.14)."""


async def graphql(request: Request) -> Response:
    """Answer a GraphQL request."""
    gateway: Gateway = request.app.state.gateway
    if gateway.made_of.development and _is_browser(request):
        return explorer_page()
    media_type = OLD
    try:
        media_type = negotiated(request.headers.get("accept"))
        return await _answered(request, gateway, media_type)
    except RequestFault as fault:
        return refusal(fault, request.state.request_id, NEW if media_type == EVENTS else media_type)


async def _answered(request: Request, gateway: Gateway, media_type: str) -> Response:
    context = await gateway.context(request.headers.get("authorization"), request.state.request_id)
    request.state.client_id = context.caller.client_id
    context.requester = context.caller.client_id or (request.client.host if request.client else "")
    safe = request.method in SAFE
    parameters = queried(request) if safe else await posted(request, gateway.made_of.limits)
    prepared = gateway.documents.prepare(await gateway.texts.text_of(parameters, context.caller))
    operation = prepared.operation(parameters.operation_name)
    if safe:
        _refuse_unsafe(operation, prepared)
    if is_subscription(operation) != (media_type == EVENTS):
        raise refuse(NOT_ACCEPTABLE, f"Accept {EVENTS} for a subscription, {NEW} or {OLD} for other operations.")
    rate = spend(request, gateway.budget, context.caller, prepared.cost(operation, parameters.variables))
    if media_type == EVENTS:
        return event_stream(request, gateway, _subscribed(gateway, prepared, operation, parameters, context), context)
    answer = await _run(gateway, prepared, operation, parameters, context)
    return _response(answer, rate, gateway, context, media_type)


def _subscribed(
    gateway: Gateway,
    prepared: Prepared,
    operation: OperationDefinitionNode,
    parameters: Parameters,
    context: Context,
) -> AsyncGenerator[Answer]:
    if prepared.document is None:
        raise RequestFault(*prepared.faults)
    variables = parameters.variables or {}
    return subscribed(gateway.schema, prepared.document, operation, variables=variables, context=context)


async def _run(
    gateway: Gateway,
    prepared: Prepared,
    operation: OperationDefinitionNode,
    parameters: Parameters,
    context: Context,
) -> Answer:
    if prepared.document is None:
        raise RequestFault(*prepared.faults)
    return await run(
        gateway.schema,
        prepared.document,
        operation,
        variables=parameters.variables or {},
        context=context,
        seconds=gateway.made_of.limits.seconds,
    )


def _refuse_unsafe(operation: OperationDefinitionNode, prepared: Prepared) -> None:
    """Refuse by GET what changes something, or carries what no address should hold."""
    names = {field.name.value for field in root_fields(operation, prepared.fragments)}
    if operation.operation is OperationType.MUTATION or names & POST_ONLY:
        raise refuse(METHOD_NOT_ALLOWED, "Send this operation by POST.")


def _response(answer: Answer, rate: RateLimit | None, gateway: Gateway, context: Context, media_type: str) -> Response:
    """Return the response; what was accessed is counted once it is complete."""
    retry = next((seconds for code, seconds in RETRY_AFTER.items() if code in answer.codes), answer.retry_after)
    status = 200
    if retry and answer.data is None:
        status = STATUS[RATE_LIMITED if RATE_LIMITED in answer.codes else UNAVAILABLE]
    headers = {"retry-after": retry} if retry else {}
    content = answer.to_json() | _told(rate)
    return _json(content, status, media_type, headers, counting(gateway, context))


def counting(gateway: Gateway, context: Context) -> BackgroundTask | None:
    """Return what counts the request's events once the response is complete."""
    return BackgroundTask(_count, gateway, context) if context.events else None


async def _count(gateway: Gateway, context: Context) -> None:
    gateway.events.add(list(context.events.values()))


def refusal(fault: RequestFault, request_id: str, media_type: str) -> Response:
    """Return the response of a request that ends before execution, without `data`."""
    code = fault.faults[0].code
    status = 200 if media_type == OLD and code in GRAPHQL_OWN and _is_graphql(fault.faults) else fault.status
    retry = fault.faults[0].retry_after
    headers = {"retry-after": RETRY_AFTER[code]} if code in RETRY_AFTER else {}
    headers |= {} if retry is None else {"retry-after": str(retry)}
    if status in CLOSING:
        headers["connection"] = "close"
    if code == METHOD_NOT_ALLOWED:
        headers["allow"] = "POST"
    if status == STATUS["UNAUTHENTICATED"]:
        headers["www-authenticate"] = "Bearer"
    content = {"errors": [one.to_json(request_id) for one in fault.faults]}
    content |= _told(fault.rate if isinstance(fault, OverBudget) else None)
    return _json(content, status, media_type, headers)


def _told(rate: RateLimit | None) -> dict[str, Any]:
    return {"extensions": {"rateLimit": rate.to_json()}} if rate else {}


def _is_graphql(faults: Sequence[Fault]) -> bool:
    return all(fault.code in GRAPHQL_OWN for fault in faults)


def _json(
    content: Mapping[str, Any],
    status: int,
    media_type: str,
    headers: Mapping[str, str],
    background: BackgroundTask | None = None,
) -> Response:
    body = msgspec.json.encode(content)
    return Response(body, status, headers, f"{media_type}; charset=utf-8", background)


def negotiated(accept: str | None) -> str:
    """Return the media type to answer in: the new one to those who name it. Raises RequestFault (NOT_ACCEPTABLE)."""
    if not accept:
        return OLD
    named = [part.partition(";") for part in accept.lower().replace(" ", "").split(",")]
    wanted = {name for name, _, parameters in named if "q=0" not in parameters.split(";") and name}
    if NEW in wanted:
        return NEW
    if wanted & {OLD, "application/*", "*/*"}:
        return OLD
    if EVENTS in wanted:
        return EVENTS
    raise refuse(NOT_ACCEPTABLE, f"Accept {NEW} or {OLD}, or {EVENTS} for a subscription.")


def _is_browser(request: Request) -> bool:
    return (
        request.method == "GET"
        and not {"query", "documentId"} & request.query_params.keys()
        and "text/html" in request.headers.get("accept", "")
    )
