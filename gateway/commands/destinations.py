"""Where `pramaan issue` sends records: a gateway over HTTP, or the configured store."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import msgspec

from backends.registry import Store
from credential.access import ALL_ROWS, Caller, Scope
from credential.certificate import Certificate, Status
from credential.errors import NotFound
from credential.operations import issue
from credential.operations.waiting import MAX_WAIT_MS, until_terminal
from credential.policy import IssuancePolicy
from credential.ports import Outcome, Queue, Request, Signer
from credential.record import Kind
from gateway.commands.clock import now
from gateway.commands.graphql_client import Gateway
from gateway.commands.source_file import Refusal, refusal_of

OPERATOR = Caller(client_id="operator", name="pramaan issue", scopes=frozenset({Scope.ISSUE}))
OPERATION = "issueCertificates"
PREFIX = 2  # an error's path begins with the input's name and the index
ISSUE = """
mutation Issue($records: RecordList!, $kind: Kind!, $key: String!, $waitMs: Int!) {
  issueCertificates(input: {recordsJson: $records, kind: $kind, idempotencyKey: $key, waitMs: $waitMs}) {
    results { index certificate { id status failureReason } error { code message path } }
    userErrors { code message path }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one record: a certificate with its status, or why it was refused."""

    certificate_id: str | None = None
    status: Status | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to send as one request. `deadline` is until when to wait for signatures, by `monotonic`; None: not."""

    records: Sequence[Any]
    kind: Kind
    key: str
    deadline: float | None


class Destination(Protocol):
    """Takes batches of records."""

    async def send(self, batch: Batch) -> list[Answer]:
        """Issue the records; one answer per record, in order. Raises Unavailable, or BadUserInput for the request."""
        ...


@dataclass(frozen=True, slots=True)
class OverHttp:
    """A gateway. Waiting is sending the same again: the idempotency key makes it a question."""

    gateway: Gateway

    async def send(self, batch: Batch) -> list[Answer]:
        """Send, and again while certificates are pending and time is left."""
        while True:
            left = 0 if batch.deadline is None else max(0, int((batch.deadline - monotonic()) * 1000))
            answers = self._ask(batch, min(left, MAX_WAIT_MS))
            if left == 0 or all(answer.status is not Status.PENDING for answer in answers):
                return answers

    def _ask(self, batch: Batch, wait_ms: int) -> list[Answer]:
        data = self.gateway.ask(ISSUE, records=batch.records, kind=batch.kind, key=batch.key, waitMs=wait_ms)
        payload = data["issueCertificates"]
        if payload["userErrors"]:
            return [Answer(refusal=_refusal(payload["userErrors"][0], 0))] * len(batch.records)
        return [_answer(result) for result in payload["results"]]


@dataclass(frozen=True, slots=True)
class Direct:
    """The configured store. A worker signs, or with a `signer` (development) this process does."""

    store: Store
    queue: Queue
    policy: IssuancePolicy
    signer: Signer | None = None

    async def send(self, batch: Batch) -> list[Answer]:
        """Accept the records, sign them here if asked to, wait if there is a deadline."""
        fingerprint = msgspec.json.encode({"records": batch.records, "kind": batch.kind}, order="deterministic")
        accepted = await issue.accept(
            batch.records,
            request=Request(OPERATOR, OPERATION, batch.key, fingerprint, now()),
            kind=batch.kind,
            policy=self.policy,
            intake=self.store,
            queue=self.queue,
        )
        ids = [outcome.certificate_id for outcome in accepted.outcomes if outcome.certificate_id]
        if self.signer is not None:
            await issue.sign(ids, policy=self.policy, signing=self.store, signer=self.signer, now=now())
        await self._wait(ids, batch.deadline)
        return await self._answers(accepted.outcomes)

    async def _wait(self, ids: Sequence[str], deadline: float | None) -> None:
        while deadline is not None and (left := int((deadline - monotonic()) * 1000)) > 0:
            if await until_terminal(ids, wait_ms=left, reading=self.store):
                return

    async def _answers(self, outcomes: Sequence[Outcome]) -> list[Answer]:
        ids = [outcome.certificate_id for outcome in outcomes if outcome.certificate_id]
        found = dict(zip(ids, await self.store.by_ids(ids, visible=ALL_ROWS), strict=True))
        return [_outcome(outcome, found.get(outcome.certificate_id or "")) for outcome in outcomes]


def deadline_in(seconds: float | None) -> float | None:
    """Return the moment until which to wait."""
    return None if seconds is None else monotonic() + seconds


def _answer(result: dict[str, Any]) -> Answer:
    if result["error"]:
        return Answer(refusal=_refusal(result["error"], PREFIX))
    certificate = result["certificate"]
    status = Status(certificate["status"])
    return Answer(certificate["id"], status, _failure(status, certificate["failureReason"]))


def _outcome(outcome: Outcome, certificate: Certificate | None) -> Answer:
    if certificate is not None:
        return Answer(certificate.id, certificate.status, _failure(certificate.status, certificate.failure))
    return Answer(refusal=refusal_of(outcome.fault or NotFound("The store does not show the certificate.")))


def _failure(status: Status, reason: str | None) -> Refusal | None:
    """Return the refusal of what was accepted and could not be signed."""
    return Refusal("FAILED", f"It was accepted, but cannot be signed: {reason}") if status is Status.FAILED else None


def _refusal(error: dict[str, Any], prefix: int) -> Refusal:
    return Refusal(error["code"], error["message"], tuple(error["path"][prefix:]))
