"""exportStats."""

from typing import Annotated

import strawberry

from credential.errors import UserFault
from credential.figures import Bucket, Measure
from credential.operations import exporting
from credential.operations.exporting import ExportFormat, Order
from resolvers.context import Info
from resolvers.enums import Dimension
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import KEY, optional, to_json
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import Job, job_of
from resolvers.scalars import Date
from resolvers.stats import StatsFilter, chosen, dimensions, existing_day

EXPORT = "exportStats"


@strawberry.input(description="Which series, and in what form.")
class ExportStatsInput:
    """As `series` has it, with a beginning and an end."""

    measure: Measure = strawberry.field(description="What to count.")
    from_: Date = strawberry.field(name="from", description="First day, in Asia/Kolkata.")
    to: Date = strawberry.field(description="Day after the last; at most ten years later.")
    bucket: Bucket = strawberry.field(default=Bucket.DAY, description="Length of the steps.")
    by: list[Dimension] | None = optional("Split by at most 3 dimensions, with the rules of `series`.")
    filter: StatsFilter | None = optional("Only figures with these values.")
    format: ExportFormat = strawberry.field(default=ExportFormat.CSV, description="Kind of the file.")
    idempotency_key: str | None = optional(KEY)


@strawberry.type(description="Answer of exportStats.")
class ExportStatsPayload:
    """The job."""

    job_id: strawberry.Private[str | None]
    user_errors: list[UserError] = strawberry.field(description="Why nothing is exported.")

    @computed("The job to follow: its `document` is the file; null where there is none.")
    async def job(self, info: Info) -> Job | None:
        """Read the job."""
        return await job_of(info.context, self.job_id) if self.job_id else None


async def export_stats(
    info: Info, given: Annotated[ExportStatsInput, strawberry.argument(name="input", description="Which series.")]
) -> ExportStatsPayload:
    """Order an export."""
    context = info.context
    try:
        key = checked_key(given.idempotency_key or None)
        fingerprint = fingerprint_of({**to_json(given), "idempotencyKey": None}) if key else b""
        begun = await exporting.begin(
            _order(given), request=context.request(EXPORT, key, fingerprint), works=context.ports.works
        )
    except UserFault as fault:
        return ExportStatsPayload(job_id=None, user_errors=[user_error(fault)])
    return ExportStatsPayload(job_id=begun.id, user_errors=[])


def _order(given: ExportStatsInput) -> Order:
    start, end = existing_day(given.from_, "from"), existing_day(given.to, "to")
    return Order(
        given.measure, given.bucket, start, end, chosen(given.filter), dimensions(given.by or None), given.format
    )
