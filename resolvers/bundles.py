"""createBundle."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry import UNSET

from credential.errors import BadUserInput, UserFault
from credential.operations import bundles
from credential.operations.documents import DocumentFormat
from credential.ports import BundleOrder, BundleSelection
from credential.rendering import Layout
from resolvers.context import Info
from resolvers.enums import Language
from resolvers.errors import UserError, user_error
from resolvers.fields import computed
from resolvers.inputs import KEY, optional, to_json
from resolvers.issue import checked_key, fingerprint_of
from resolvers.jobs import CREATE_BUNDLE, Job, job_of
from resolvers.scalars import Date

MAX_IDS = 10_000


@strawberry.input(description="Certificates to bundle, at most 10,000: by id, or of one facility. And how they look.")
class CreateBundleInput:
    """Exactly one of ids and facility."""

    certificate_ids: list[strawberry.ID] | None = optional(
        "Ids in the order of the manifest. What is unknown or not the caller's is told there."
    )
    facility_id: str | None = optional(
        "The source system's id of a facility, or its name where it has none: all that it issued and that are in force."
    )
    from_: Date | None = strawberry.field(
        name="from", default=UNSET, description="First day of issue, in Asia/Kolkata; with a facility."
    )
    to: Date | None = optional("The day after the last day of issue; with a facility.")
    format: DocumentFormat = strawberry.field(default=DocumentFormat.PDF, description="Kind of documents.")
    language: Language | None = optional("Language of all; that of each facility's state where absent.")
    layout: Layout | None = optional("Layout of all; that of each certificate's kind where absent.")
    idempotency_key: str | None = optional(KEY)


@strawberry.type(description="Answer of createBundle.")
class CreateBundlePayload:
    """The job."""

    job_id: strawberry.Private[str | None]
    user_errors: list[UserError] = strawberry.field(description="Why no bundle is made.")

    @computed("The job to follow: its counts move on, and its `document` is the ZIP.")
    async def job(self, info: Info) -> Job | None:
        """Read the job."""
        return await job_of(info.context, self.job_id) if self.job_id else None


async def create_bundle(
    info: Info, given: Annotated[CreateBundleInput, strawberry.argument(name="input", description="Which, and how.")]
) -> CreateBundlePayload:
    """Order a bundle."""
    context = info.context
    try:
        key = checked_key(given.idempotency_key or None)
        fingerprint = fingerprint_of({**to_json(given), "idempotencyKey": None}) if key else b""
        order = BundleOrder(
            given.format.value,
            given.language.value if given.language else None,
            given.layout.value if given.layout else None,
        )
        job_id = await bundles.create(
            _selection(given),
            order,
            request=context.request(CREATE_BUNDLE, key, fingerprint),
            bundles=context.ports.bundles,
            queue=context.ports.queue,
        )
    except UserFault as fault:
        return CreateBundlePayload(job_id=None, user_errors=[user_error(fault)])
    return CreateBundlePayload(job_id=job_id, user_errors=[])


def _selection(given: CreateBundleInput) -> BundleSelection:
    ids = tuple(given.certificate_ids or ())
    if len(ids) > MAX_IDS:
        raise BadUserInput(f"Give at most {MAX_IDS:,} ids; make several bundles of more.", ("certificateIds",))
    return BundleSelection(
        ids=ids,
        facility=given.facility_id or None,
        start=_day(given.from_, "from"),
        end=_day(given.to, "to"),
    )


def _day(value: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise BadUserInput("Give a day such as 2021-12-15.", (name,)) from None
