"""Who may ask for what: one table for the whole schema, deny by default (contract, Who calls).

Each field of each object type has a rule: its own (`FIELDS`), or its type's (`REACHED`: values that only an authorised
parent hands out, which need no check of their own). A field without a rule is refused to everybody, and a test fails.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema

from credential.access import WRITE_SCOPES, Caller, Scope
from resolvers.errors import FORBIDDEN, UNAUTHENTICATED, Refused

Rule = Callable[[Caller, Mapping[str, Any]], bool]


def anyone(_caller: Caller, _arguments: Mapping[str, Any]) -> bool:
    """Allow everybody, with or without a credential."""
    return True


def nobody(_caller: Caller, _arguments: Mapping[str, Any]) -> bool:
    """Refuse everybody: the rule of fields that have none."""
    return False


def scoped(*scopes: Scope) -> Rule:
    """Allow callers with one of the scopes, and admins."""
    return lambda caller, _arguments: caller.has(*scopes)


def readers(caller: Caller, _arguments: Mapping[str, Any]) -> bool:
    """Allow those to whom some rows are visible; which ones, SQL decides."""
    return caller.holder_of is not None or caller.has(Scope.FETCH, Scope.JOBS, *WRITE_SCOPES)


def issuers_own(caller: Caller, _arguments: Mapping[str, Any]) -> bool:
    """Allow source systems and admins, not partners and holders."""
    return caller.has(Scope.JOBS, *WRITE_SCOPES)


def holders(caller: Caller, _arguments: Mapping[str, Any]) -> bool:
    """Allow holders alone."""
    return caller.holder_of is not None


def holder_or_admin(caller: Caller, _arguments: Mapping[str, Any]) -> bool:
    """Allow the holder, and admins."""
    return caller.holder_of is not None or caller.has(Scope.ADMIN)


def public_totals(caller: Caller, arguments: Mapping[str, Any]) -> bool:
    """Allow everybody the totals of all time; filters and periods need the scope `stats`."""
    return caller.has(Scope.STATS) or all(value is None for value in arguments.values())


FIELDS: Mapping[str, Rule] = {
    "Query.viewer": anyone,
    "Query.beneficiary": readers,
    "Query.certificate": readers,
    "Query.verify": anyone,
    "Query.stats": public_totals,
    "Query.revocations": anyone,
    "Query.job": scoped(Scope.JOBS, Scope.STATS),
    "Query.upload": scoped(Scope.ISSUE, Scope.RECONCILE),
    "Query.reconciliation": scoped(Scope.RECONCILE),
    "Query.issuer": anyone,
    "Query.trustedIssuers": anyone,
    "Query.search": scoped(Scope.ADMIN),
    "Query.audit": scoped(Scope.ADMIN),
    "Query.templates": scoped(Scope.ADMIN),
    "Query.templatePreview": scoped(Scope.ADMIN),
    "Query.clients": scoped(Scope.ADMIN),
    "Query.deadLetters": scoped(Scope.ADMIN),
    "Mutation.createClient": scoped(Scope.ADMIN),
    "Mutation.revokeClient": scoped(Scope.ADMIN),
    "Mutation.replay": scoped(Scope.ADMIN),
    "Mutation.issueCertificates": scoped(Scope.ISSUE),
    "Mutation.startImport": scoped(Scope.ISSUE),
    "Mutation.retryFailed": scoped(Scope.ISSUE),
    "Mutation.updateCertificate": scoped(Scope.UPDATE),
    "Mutation.revokeCertificates": scoped(Scope.REVOKE),
    "Mutation.reconcile": scoped(Scope.RECONCILE),
    "Mutation.applyReconciliation": scoped(Scope.RECONCILE),
    "Mutation.undoReconciliation": scoped(Scope.RECONCILE),
    "Mutation.createBundle": issuers_own,
    "Mutation.exportStats": scoped(Scope.STATS),
    "Mutation.createUpload": scoped(Scope.ISSUE, Scope.RECONCILE),
    "Mutation.requestOneTimeCode": anyone,
    "Mutation.confirmOneTimeCode": anyone,
    "Mutation.setNotifications": holder_or_admin,
    "Revocation.reason": issuers_own,
    "Beneficiary.accessHistory": holder_or_admin,
    "Beneficiary.correctionRequests": holder_or_admin,
    "Query.correctionRequests": scoped(Scope.ADMIN),
    "Mutation.changeContact": scoped(Scope.UPDATE),
    "Mutation.requestCorrection": holders,
    "Mutation.createShareLink": holder_or_admin,
    "Mutation.revokeShareLinks": holder_or_admin,
    "Mutation.decideCorrection": scoped(Scope.ADMIN),
    "Certificate.changes": issuers_own,
    "Certificate.failureReason": issuers_own,
    "Stats.series": scoped(Scope.STATS),
    "Subscription.jobProgress": scoped(Scope.JOBS, Scope.STATS),
}

REACHED = frozenset(
    {
        "Access",
        "AccessConnection",
        "AccessEdge",
        "AuditEntry",
        "AuditEntryConnection",
        "AuditEntryEdge",
        "ApplyReconciliationPayload",
        "Beneficiary",
        "BeneficiaryConnection",
        "BeneficiaryEdge",
        "Certificate",
        "CertificateConnection",
        "CertificateEdge",
        "ChangeContactPayload",
        "ChannelCount",
        "Check",
        "Client",
        "ClientConnection",
        "ClientEdge",
        "ConfirmOneTimeCodePayload",
        "CorrectionPayload",
        "CorrectionRequest",
        "CorrectionRequestConnection",
        "CorrectionRequestEdge",
        "CreateBundlePayload",
        "CreateClientPayload",
        "CreateShareLinkPayload",
        "CreateUploadPayload",
        "DeadLetter",
        "DeadLetterConnection",
        "DeadLetterEdge",
        "DimensionValue",
        "Document",
        "DuplicateError",
        "Facility",
        "FacilityAddress",
        "Facts",
        "FieldChange",
        "ExportStatsPayload",
        "Finding",
        "FindingConnection",
        "FindingCount",
        "FindingEdge",
        "Holder",
        "HolderToken",
        "ImportPayload",
        "IssueCertificatesPayload",
        "IssueResult",
        "IssueResultConnection",
        "IssueResultEdge",
        "Issuer",
        "IssuerKey",
        "Job",
        "PageInfo",
        "PreviewRow",
        "ReplayPayload",
        "ReconcilePayload",
        "Reconciliation",
        "ReconciliationDifference",
        "RequestError",
        "RowProof",
        "RequestOneTimeCodePayload",
        "Revocation",
        "RevocationConnection",
        "RevocationEntry",
        "RevocationEntryEdge",
        "RevocationReach",
        "RevokeCertificatesPayload",
        "RevokeClientPayload",
        "RevokeShareLinksPayload",
        "SeriesPoint",
        "SetNotificationsPayload",
        "StaleVersionError",
        "Stats",
        "Template",
        "Totals",
        "TrustedIssuer",
        "UpdateCertificatePayload",
        "Upload",
        "UploadPreview",
        "Vaccination",
        "Verification",
        "Viewer",
    }
)


def rule_of(type_name: str, field_name: str) -> Rule | None:
    """Return a field's rule: its own, `anyone` for what an authorised parent hands out, None where there is none."""
    own = FIELDS.get(f"{type_name}.{field_name}")
    return own or (anyone if type_name in REACHED else None)


def guard(schema: GraphQLSchema) -> None:
    """Put the rules in front of the resolvers."""
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            for field_name, field in type_.fields.items():
                rule = rule_of(name, field_name) or nobody
                if rule is not anyone:
                    _guard(field, rule)


def _guard(field: GraphQLField, rule: Rule) -> None:
    if field.resolve is None:
        raise TypeError("a guarded field needs a resolver")
    field.resolve = _guarded(field.resolve, rule)
    if field.subscribe is not None:
        field.subscribe = _guarded(field.subscribe, rule)


def _guarded(resolve: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    def guarded(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:  # noqa: ANN401 - graphql-core's signature
        refuse_unless(rule, info.context.caller, arguments)
        return resolve(source, info, **arguments)

    return guarded


def refuse_unless(rule: Rule, caller: Caller, arguments: Mapping[str, Any]) -> None:
    """Raise Refused where the rule says no: UNAUTHENTICATED without a credential, else FORBIDDEN."""
    if rule(caller, arguments):
        return
    if caller.client_id is None and caller.holder_of is None:
        raise Refused(UNAUTHENTICATED, "This needs a credential: send the header Authorization: Bearer <key>.")
    raise Refused(FORBIDDEN, "The credential does not allow this.")
