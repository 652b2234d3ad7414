"""verify: is this certificate genuine and in force? Nothing of it is stored or logged."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from credential.certificate import Stage
from credential.formats.received import Format
from credential.operations import verify as operation
from credential.verification import result
from credential.verification.result import CheckCode, CheckStatus, Policy, Verdict
from resolvers.context import Info
from resolvers.enums import describe
from resolvers.scalars import Base64, DateTime, moment

field = strawberry.field
argument = strawberry.argument

describe(
    Verdict,
    "Verdict",
    "The answer as a whole; of several that apply the first counts.",
    {
        "UNREADABLE": "No certificate in any known form.",
        "UNKNOWN_ISSUER": "Not of an issuer that is known here.",
        "INVALID": "Altered, not signed by the issuer, or saying what cannot be.",
        "REVOKED": "Genuine, but revoked.",
        "SUPERSEDED": "Genuine, but a newer version replaced it.",
        "NOT_YET_VALID": "Genuine, but not valid yet.",
        "EXPIRED": "Genuine, but no longer valid.",
        "INCONCLUSIVE": "Genuine as far as can be told; what the policy wants could not be checked.",
        "VALID": "Genuine and in force.",
    },
)
describe(
    CheckStatus,
    "CheckStatus",
    "What became of a check.",
    {"PASSED": "It holds.", "FAILED": "It does not hold.", "NOT_CHECKED": "It could not be checked."},
)
describe(
    CheckCode,
    "CheckCode",
    "The checks, in their order.",
    {
        "DECODE": "The bytes can be read.",
        "STRUCTURE": "The members and types are those of the profile, no more.",
        "CONTEXT": "The contexts are bundled and those of the profile.",
        "SUBJECT_ID": "The subject's identifier is absolute.",
        "ISSUER": "The issuer is known.",
        "KEY": "The key may sign this, then, and is not compromised.",
        "SIGNATURE": "The signature fits.",
        "FIELD_BINDING": "The signature keeps apart members that share a name in the signed bytes.",
        "PLAUSIBILITY": "The values can be.",
        "NOT_BEFORE": "It is valid already.",
        "EXPIRY": "It is still valid.",
        "STATUS_FRESHNESS": "The status that is known is fresh.",
        "REVOCATION": "It is not revoked.",
        "SUPERSESSION": "No newer version replaced it.",
        "STORED_RECORD": "It is what was stored when it was issued.",
    },
)
describe(
    Policy,
    "VerificationPolicy",
    "How much must be known for VALID.",
    {
        "STRICT": "Every member bound by the signature, and a known status.",
        "STANDARD": "A known status.",
        "OFFLINE": "The signature alone.",
    },
)
describe(
    Format,
    "CertificateFormat",
    "In which form a certificate was given.",
    {
        "JSON": "The signed JSON itself.",
        "QR_ZIP": "The zip that a QR code carries.",
        "B64": "The zip as text after `B64:`.",
        "PICTURE": "A picture of the QR code.",
        "PDF_ATTACHMENT": "A PDF that has the JSON attached; no QR code on its first pages says otherwise.",
        "PDF_QR": "A PDF that has the QR code on a page.",
    },
)


@strawberry.input(description="What to verify.", one_of=True)
class VerifyInput:
    """Exactly one."""

    text: str | None = field(
        default=UNSET, description="Text: JSON, or what a QR code reads as (B64:, HC1:, shc:/, a JWT)."
    )
    bytes: Base64 | None = field(
        default=UNSET, description="Bytes: a QR code's zip or its UTF-8 form, a picture, or a PDF."
    )


@strawberry.type(description="One check.")
class Check:
    """A code, a status and words."""

    code: CheckCode = field(description="Which check.")
    status: CheckStatus = field(description="What became of it.")
    message: str = field(description="For people; never a value of the certificate.")


@strawberry.type(
    description="What a certificate says; null where it does not say. Of one that is not VALID it proves nothing."
)
class Facts:
    """The printed facts, as written."""

    name: str | None = field(description="Name of the holder.")
    age: str | None = field(description="Age of the holder.")
    date_of_birth: str | None = field(description="Date of birth of the holder.")
    gender: str | None = field(description="Gender of the holder.")
    certificate_id: str | None = field(description="Id of the certificate.")
    beneficiary_id: str | None = field(description="The source system's id of the holder.")
    vaccine: str | None = field(description="Vaccine.")
    vaccine_type: str | None = field(description="Kind of vaccine.")
    batch: str | None = field(description="Batch of the vaccine.")
    manufacturer: str | None = field(description="Manufacturer of the vaccine.")
    date: str | None = field(description="When it was given.")
    dose: int | None = field(description="Number of the dose.")
    total_doses: int | None = field(description="How many doses the schedule has.")
    stage: Stage | None = field(description="How far the schedule is.")
    facility: str | None = field(description="Where it was given.")
    district: str | None = field(description="District of the facility.")
    state: str | None = field(description="State of the facility.")
    country: str | None = field(description="Country of the facility.")


@strawberry.type(description="The answer to verify.")
class Verification:
    """Verdict, checks and facts."""

    verdict: Verdict = field(description="The answer as a whole.")
    checks: list[Check] = field(description="All checks, in their order.")
    ambiguous_fields: list[str] = field(description="Members whose values the signature does not keep apart.")
    format: Format | None = field(description="In which form it was given; null where it could not be read.")
    issuer: str | None = field(description="The issuer that it names.")
    facts: Facts | None = field(description="What it says; null where it could not be read.")
    newer_certificate_exists: bool = field(description="Whether the holder has a newer certificate.")
    checked_at: DateTime = field(description="When it was verified.")
    status_as_of: DateTime | None = field(description="As of when the status is known; null where none was asked.")


async def verify(
    info: Info,
    given: Annotated[VerifyInput, argument(name="input", description="What to verify. POST only.")],
    policy: Annotated[Policy, argument(description="How much must be known for VALID.")] = Policy.STANDARD,
) -> Verification:
    """Verify text or bytes; the verdict is counted, nothing else is kept."""
    context = info.context
    data = given.bytes if given.text is UNSET or given.text is None else given.text
    trusted = [one.key for one in await context.ports.trust.trusted_keys()]
    answer = await operation.verify(
        data or "",
        keys=[*await context.ports.keys.public_keys(), *trusted],
        policy=policy,
        now=context.now,
        reading=context.ports.reading,
    )
    context.verified(answer.verdict.value)
    return _verification(answer)


def _verification(answer: result.Verification) -> Verification:
    return Verification(
        verdict=answer.verdict,
        checks=[Check(code=one.code, status=one.status, message=one.message) for one in answer.checks],
        ambiguous_fields=list(answer.ambiguous_fields),
        format=answer.format,
        issuer=answer.issuer,
        facts=_facts(answer.facts) if answer.facts else None,
        newer_certificate_exists=answer.newer_certificate_exists,
        checked_at=moment(answer.checked_at),
        status_as_of=moment(answer.status_as_of) if answer.status_as_of else None,
    )


def _facts(facts: result.Facts) -> Facts:
    return Facts(**{name: getattr(facts, name) for name in Facts.__annotations__})
