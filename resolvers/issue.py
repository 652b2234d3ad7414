"""issueCertificates."""

from collections.abc import Sequence
from typing import Annotated, Any, Protocol

import msgspec
import strawberry
from strawberry import UNSET

from credential.errors import BadUserInput, UserFault
from credential.operations import issue
from credential.operations.waiting import MAX_WAIT_MS, until_terminal
from credential.ports import Accepted, Outcome
from resolvers.context import Info
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import IssueCertificatesInput, VaccinationRecordInput, to_json
from resolvers.jobs import IssueResult, Job, issue_result, job_of
from resolvers.scalars import RecordList

OPERATION = "issueCertificates"
MAX_RECORDS = 1_000
MAX_KEY = 200


@strawberry.type(description="Answer of issueCertificates. What it accepts is durable before it is sent.")
class IssueCertificatesPayload:
    """One result per record, in order."""

    job_id: strawberry.Private[str | None]
    results: list[IssueResult] = strawberry.field(description="One result per record, in order.")
    user_errors: list[UserError] = strawberry.field(description="What is wrong with the request as a whole.")

    @computed("The job to follow; null for a single record.")
    async def job(self, info: Info) -> Job | None:
        """Read the job."""
        return await job_of(info.context, self.job_id) if self.job_id else None


async def issue_certificates(
    info: Info, given: Annotated[IssueCertificatesInput, strawberry.argument(name="input", description="The records.")]
) -> IssueCertificatesPayload:
    """Accept the records, wait if asked to, and answer with one result per record."""
    try:
        checked_wait(given.wait_ms)
        name, records = chosen_records(given)
        accepted = await _accept(info, given, name, records)
    except UserFault as fault:
        return IssueCertificatesPayload(job_id=None, results=[], user_errors=[user_error(fault)])
    await wait(info, accepted.outcomes, given.wait_ms)
    results = [issue_result(index, outcome, (name, str(index))) for index, outcome in enumerate(accepted.outcomes)]
    return IssueCertificatesPayload(job_id=accepted.job_id, results=results, user_errors=[])


class GivesRecords(Protocol):
    """An input with both lists."""

    records: list[VaccinationRecordInput] | None
    records_json: RecordList | None


def chosen_records(given: GivesRecords) -> tuple[str, Sequence[Any]]:
    """Return the name and the records of the one list that was given. Raises BadUserInput."""
    typed = [] if given.records is UNSET or given.records is None else given.records
    bulk = [] if given.records_json is UNSET or given.records_json is None else given.records_json
    if bool(typed) == bool(bulk):
        raise BadUserInput("Give exactly one of records and recordsJson, with 1 to 1,000 records.", ("records",))
    name = "records" if typed else "recordsJson"
    if len(typed or bulk) > MAX_RECORDS:
        raise BadUserInput("Give at most 1,000 records; send the others in further requests.", (name,))
    return name, to_json(typed) if typed else bulk


async def _accept(info: Info, given: IssueCertificatesInput, name: str, records: Sequence[Any]) -> Accepted:
    context = info.context
    key = checked_key(given.idempotency_key)
    fingerprint = fingerprint_of({name: records, "kind": given.kind.value}) if key else b""
    return await issue.accept(
        records,
        request=context.request(OPERATION, key, fingerprint),
        kind=given.kind,
        policy=context.deployment.policy,
        intake=context.ports.intake,
        queue=context.ports.queue,
    )


async def wait(info: Info, outcomes: Sequence[Outcome], wait_ms: int) -> None:
    """Wait until the accepted certificates are terminal, as long as the caller asks."""
    ids = [one.certificate_id for one in outcomes if one.certificate_id]
    if ids and wait_ms > 0:
        await until_terminal(ids, wait_ms=wait_ms, reading=info.context.ports.reading)


def checked_key(key: str | None) -> str | None:
    """Return the idempotency key. Raises BadUserInput where it is empty, too long or not printable."""
    if key is not None and not (1 <= len(key) <= MAX_KEY and key.isprintable()):
        raise BadUserInput("Give an idempotency key of 1 to 200 printable characters.", ("idempotencyKey",))
    return key


def checked_wait(wait_ms: int) -> int:
    """Return the time to wait. Raises BadUserInput outside of 0 to 10,000."""
    if not 0 <= wait_ms <= MAX_WAIT_MS:
        raise BadUserInput("waitMs must be from 0 to 10,000.", ("waitMs",))
    return wait_ms


def fingerprint_of(value: object) -> bytes:
    """Return the bytes that tell one input from another: sorted JSON, which the store hashes under a key."""
    return msgspec.json.encode(value, order="deterministic")
