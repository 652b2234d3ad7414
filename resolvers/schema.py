"""The schema: types and resolvers put together, and the rules of `permissions` in front of them."""

from collections.abc import AsyncGenerator

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from resolvers.bundles import CreateBundlePayload, create_bundle
from resolvers.clients import (
    Client,
    CreateClientPayload,
    RevokeClientPayload,
    clients,
    create_client,
    revoke_client,
)
from resolvers.connections import Connection
from resolvers.contact import ChangeContactPayload, change_contact
from resolvers.corrections import (
    CorrectionPayload,
    CorrectionRequest,
    all_requests,
    decide_correction,
    request_correction,
)
from resolvers.errors import DuplicateError, RequestError, StaleVersionError
from resolvers.exporting import ExportStatsPayload, export_stats
from resolvers.fetch import Beneficiary, Viewer, beneficiary, certificate_by_id, viewer
from resolvers.holders import (
    ConfirmOneTimeCodePayload,
    RequestOneTimeCodePayload,
    SetNotificationsPayload,
    confirm_one_time_code,
    request_one_time_code,
    set_notifications,
)
from resolvers.imports import ImportPayload, retry_failed, start_import
from resolvers.issue import IssueCertificatesPayload, issue_certificates
from resolvers.jobs import Job, job
from resolvers.keys import Issuer, TrustedIssuer, issuer, trusted_issuers
from resolvers.overseeing import AuditEntry, DeadLetter, ReplayPayload, audit, dead_letters, replay, search
from resolvers.permissions import guard
from resolvers.progress import job_progress
from resolvers.reconcile import (
    ApplyReconciliationPayload,
    ReconcilePayload,
    apply_report,
    reconcile,
    reconciliation,
    undo_report,
)
from resolvers.revoke import (
    RevocationConnection,
    RevokeCertificatesPayload,
    revocations,
    revoke_certificates,
)
from resolvers.scalars import SCALARS
from resolvers.sharing import (
    CreateShareLinkPayload,
    RevokeShareLinksPayload,
    create_share_link,
    revoke_share_links,
)
from resolvers.stats import Stats, stats
from resolvers.templates import Template, template_preview, templates
from resolvers.types_certificate import Certificate
from resolvers.types_document import Document
from resolvers.types_reconciliation import Reconciliation
from resolvers.update import UpdateCertificatePayload, update_certificate
from resolvers.uploads import CreateUploadPayload, Upload, create_upload, upload
from resolvers.verify import Verification, verify

field = strawberry.field


@strawberry.type(description="Reads. Each needs the scope that its description names.")
class Query:
    """Root of reads."""

    viewer: Viewer | None = field(resolver=viewer, description="Who asks; null without a credential.")
    beneficiary: Beneficiary | None = field(
        resolver=beneficiary, description="A beneficiary; null where unknown, not the caller's to see or not proven."
    )
    certificate: Certificate | None = field(
        resolver=certificate_by_id,
        description="A certificate; null where unknown, not the caller's to see or not proven.",
    )
    verify: Verification = field(
        resolver=verify, description="Verify a certificate; for anyone. Nothing of it is stored or logged."
    )
    stats: Stats = field(resolver=stats, description="Figures; the totals of all time are for anyone.")
    revocations: RevocationConnection = field(
        resolver=revocations, description="Signatures that no longer count, in commit order; for anyone."
    )
    job: Job | None = field(
        resolver=job, description="A job of the caller's own; scope `jobs`, or `stats` for exports."
    )
    upload: Upload | None = field(
        resolver=upload, description="A file that the caller uploads; scope `issue` or `reconcile`."
    )
    reconciliation: Reconciliation | None = field(
        resolver=reconciliation, description="A report of the caller's own; scope `reconcile`."
    )
    correction_requests: Connection[CorrectionRequest] = field(
        resolver=all_requests, description="What holders ask to be corrected, oldest first; for admins."
    )
    trusted_issuers: list[TrustedIssuer] = field(
        resolver=trusted_issuers, description="Other issuers whose certificates count as genuine here; for anyone."
    )
    search: Connection[Beneficiary] = field(
        resolver=search,
        description="People by mobile number, certificate or id; for admins. Audited, with each person found.",
    )
    audit: Connection[AuditEntry] = field(resolver=audit, description="Who did what, newest first; for admins.")
    clients: Connection[Client] = field(resolver=clients, description="Who bears keys, oldest first; for admins.")
    dead_letters: Connection[DeadLetter] = field(
        resolver=dead_letters, description="Work that was given up, oldest first; for admins."
    )
    templates: list[Template] = field(resolver=templates, description="How certificates are printed; for admins.")
    template_preview: Document = field(
        resolver=template_preview,
        description="A page of a sample, which is plainly no certificate, as this deployment prints it; for admins.",
    )
    issuer: Issuer = field(resolver=issuer, description="Who signs, and with which keys; for anyone.")


@strawberry.type(description="Writes. What a mutation accepts is durable before it answers.")
class Mutation:
    """Root of writes."""

    issue_certificates: IssueCertificatesPayload = field(
        resolver=issue_certificates, description="Take in 1 to 1,000 records; scope `issue`."
    )
    update_certificate: UpdateCertificatePayload = field(
        resolver=update_certificate, description="Correct a certificate by a new version; scope `update`."
    )
    revoke_certificates: RevokeCertificatesPayload = field(
        resolver=revoke_certificates, description="Revoke certificates, all or none; scope `revoke`."
    )
    create_upload: CreateUploadPayload = field(
        resolver=create_upload,
        description="Announce a file of records to be sent in chunks; scope `issue` or `reconcile`.",
    )
    reconcile: ReconcilePayload = field(
        resolver=reconcile,
        description="Compare what a source system holds with what was issued: a report; scope `reconcile`.",
    )
    apply_reconciliation: ApplyReconciliationPayload = field(
        resolver=apply_report,
        description="Put right what a report found, each finding once; many only when another client sends the same. "
        "Scope `reconcile`.",
    )
    undo_reconciliation: ApplyReconciliationPayload = field(
        resolver=undo_report,
        description="Take back what applying a report did, where nothing changed since; scope `reconcile`.",
    )
    request_one_time_code: RequestOneTimeCodePayload = field(
        resolver=request_one_time_code,
        description="Have a code sent to a registered mobile number; for anyone, within limits.",
    )
    confirm_one_time_code: ConfirmOneTimeCodePayload = field(
        resolver=confirm_one_time_code, description="Turn a code into tokens of the people on the number; for anyone."
    )
    set_notifications: SetNotificationsPayload = field(
        resolver=set_notifications, description="Opt out of messages, or in again; for the holder and admins."
    )
    request_correction: CorrectionPayload = field(
        resolver=request_correction, description="Say what is wrong with an own certificate; for its holder."
    )
    create_share_link: CreateShareLinkPayload = field(
        resolver=create_share_link,
        description="Let whoever has a link see one document for a while; for the holder and admins.",
    )
    revoke_share_links: RevokeShareLinksPayload = field(
        resolver=revoke_share_links, description="Take all links of a certificate back; for the holder and admins."
    )
    decide_correction: CorrectionPayload = field(
        resolver=decide_correction, description="Accept or refuse a correction request; for admins."
    )
    change_contact: ChangeContactPayload = field(
        resolver=change_contact,
        description="Change mobile number or mail address without a new version; scope `update`.",
    )
    create_client: CreateClientPayload = field(
        resolver=create_client, description="Make a client and its key, shown once; for admins."
    )
    revoke_client: RevokeClientPayload = field(
        resolver=revoke_client, description="End a client's key; what it issued stays issued. For admins."
    )
    replay: ReplayPayload = field(resolver=replay, description="Let work that was given up be tried again; for admins.")
    start_import: ImportPayload = field(
        resolver=start_import, description="Issue the records of an uploaded file, as a job; scope `issue`."
    )
    retry_failed: ImportPayload = field(
        resolver=retry_failed, description="Try the rows of an import again that failed; scope `issue`."
    )
    export_stats: ExportStatsPayload = field(
        resolver=export_stats, description="Write a series of figures to a file; scope `stats`."
    )
    create_bundle: CreateBundlePayload = field(
        resolver=create_bundle,
        description="Make one ZIP of the documents of many certificates: those that the client issued, of an admin "
        "any; for source systems and admins.",
    )


@strawberry.type(description="Streams, over server-sent events or WebSocket. Each update tells all.")
class Subscription:
    """Root of streams."""

    job_progress: AsyncGenerator[Job, None] = strawberry.subscription(
        resolver=job_progress,
        description="A job of the caller's own whenever it has changed, at most once a second, until it is finished; "
        "scope `jobs`.",
    )


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[RequestError, DuplicateError, StaleVersionError],
    config=StrawberryConfig(scalar_map=SCALARS),
)


def executable() -> GraphQLSchema:
    """Return graphql-core's form of the schema, guarded: what the gateway executes."""
    return _executable


def sdl() -> str:
    """Return the schema as text, sorted."""
    return print_schema(lexicographic_sort_schema(build_schema(schema.as_str()))) + "\n"


def _tell_one_of(built: GraphQLSchema) -> None:
    """Let graphql-core judge @oneOf inputs itself, with their path; Strawberry keeps the mark to itself."""
    for type_ in built.type_map.values():
        definition = type_.extensions.get("strawberry-definition")
        if isinstance(type_, GraphQLInputObjectType) and getattr(definition, "is_one_of", False):
            type_.is_one_of = True


_executable = schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema it builds
guard(_executable)
_tell_one_of(_executable)
