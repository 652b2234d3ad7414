"""Enumerations of the schema: the domain's own, with the descriptions that the schema prints."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, cast

import strawberry

from credential.access import Scope
from credential.certificate import RevocationReason, Stage, Status
from credential.figures import Bucket, Measure
from credential.keys import Algorithm, Profile
from credential.operations.documents import DocumentFormat, DocumentState
from credential.operations.exporting import ExportFormat
from credential.ports import JobState, Result
from credential.reconciliation.findings import FindingKind
from credential.record import Kind
from credential.rendering import Layout


class QrFormat(StrEnum):
    """What a QR code carries."""

    NATIVE = "NATIVE"


class ImageFormat(StrEnum):
    """Pictures."""

    PNG = "PNG"
    SVG = "SVG"


class Language(StrEnum):
    """Languages of documents."""

    AS = "AS"
    BN = "BN"
    BRX = "BRX"
    DOI = "DOI"
    EN = "EN"
    GU = "GU"
    HI = "HI"
    KN = "KN"
    KOK = "KOK"
    KS = "KS"
    MAI = "MAI"
    ML = "ML"
    MNI = "MNI"
    MR = "MR"
    NE = "NE"
    OR = "OR"
    PA = "PA"
    SA = "SA"
    SAT = "SAT"
    SD = "SD"
    TA = "TA"
    TE = "TE"
    UR = "UR"


class JobKind(StrEnum):
    """What a job does."""

    ISSUE = "ISSUE"
    BUNDLE = "BUNDLE"
    IMPORT = "IMPORT"
    RECONCILE = "RECONCILE"
    APPLY = "APPLY"
    UNDO = "UNDO"
    REVOKE = "REVOKE"
    EXPORT = "EXPORT"


class RevocationPurpose(StrEnum):
    """Why a signature no longer counts."""

    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"


class Completeness(StrEnum):
    """Of whom a source names all doses."""

    BENEFICIARIES = "BENEFICIARIES"


class RevokedBy(StrEnum):
    """Who revoked what the other side still has."""

    SOURCE = "SOURCE"
    HERE = "HERE"


class Dimension(StrEnum):
    """What figures can be split by; the value is the name in the rollups."""

    STATE = "state"
    DISTRICT = "district"
    FACILITY = "facility"
    VACCINE = "vaccine"
    DOSE = "dose"
    STAGE = "stage"
    GENDER = "gender"
    AGE_BAND = "ageBand"
    KIND = "kind"
    CHANNEL = "channel"
    FORMAT = "format"
    LANGUAGE = "language"


def describe(enum: type[Enum], name: str, description: str, values: Mapping[str, str]) -> None:
    """Put an enumeration into the schema; every member needs a description, a missing one is a KeyError at import."""
    strawberry.enum(enum, name=name, description=description)
    for value in cast("Any", enum).__strawberry_definition__.values:
        value.description = values[value.name]


describe(
    Kind,
    "Kind",
    "Where a certificate is for.",
    {
        "DOMESTIC": "Within India: prints an age.",
        "INTERNATIONAL": "For travel: prints a full date of birth.",
    },
)
describe(
    Stage,
    "Stage",
    "How far the schedule of doses is.",
    {
        "PROVISIONAL": "More doses follow.",
        "FINAL": "The last dose of the schedule.",
        "PRECAUTION": "A dose beyond the schedule.",
    },
)
describe(
    Status,
    "CertificateStatus",
    "State of one version of a certificate.",
    {
        "PENDING": "Taken in durably, not signed yet.",
        "ISSUED": "Signed and in force.",
        "SUPERSEDED": "A newer version is in force.",
        "REVOKED": "No longer true; it stays so.",
        "FAILED": "Could not be signed; an operator can replay it.",
    },
)
describe(
    RevocationReason,
    "RevocationReason",
    "Why a certificate was revoked.",
    {
        "ISSUED_IN_ERROR": "It should not have been issued.",
        "WRONG_PERSON": "It names another person than was vaccinated.",
        "FRAUD": "The vaccination did not happen.",
        "HOLDER_REQUEST": "The holder asked for it.",
        "BATCH_RECALL": "The vaccine's batch was recalled.",
        "KEY_COMPROMISE": "The signing key is no longer trusted.",
        "OTHER": "Another reason.",
    },
)
describe(
    Profile,
    "Profile",
    "Shape of a signed credential.",
    {
        "COWIN_V1": "Co-WIN's domestic certificate.",
        "COWIN_V2": "Co-WIN's international certificate.",
        "VC2": "W3C Verifiable Credential 2.0.",
    },
)
describe(
    Algorithm,
    "Algorithm",
    "Kind of signing key.",
    {"RSA": "RSA, PSS with SHA-256.", "ED25519": "Ed25519.", "P256": "ECDSA on P-256 with SHA-256."},
)
describe(QrFormat, "QrFormat", "What a QR code carries.", {"NATIVE": "The signed JSON in a zip, as Co-WIN's codes."})
describe(
    ImageFormat, "ImageFormat", "Pictures.", {"PNG": "Portable Network Graphics.", "SVG": "Scalable Vector Graphics."}
)
describe(
    DocumentFormat,
    "DocumentFormat",
    "Documents.",
    {
        "PDF": "Portable Document Format, PDF/A-3 with the signed credential attached.",
        "SVG": "Scalable Vector Graphics, text as outlines; of a card its front.",
    },
)
describe(
    Layout,
    "Layout",
    "How a document is laid out.",
    {
        "DOMESTIC": "A page in A4, bilingual.",
        "INTERNATIONAL": "A page in A4 for travel, in English; of international certificates whose schedule is done.",
        "CARD": "A wallet card of two faces, 85.6 mm by 54 mm.",
        "SLIP": "A slip of thermal paper, 80 mm wide.",
    },
)
describe(
    Language,
    "Language",
    "Languages of documents, as ISO 639 codes: English and those of the Eighth Schedule.",
    {
        "AS": "Assamese.",
        "BN": "Bengali.",
        "BRX": "Bodo.",
        "DOI": "Dogri.",
        "EN": "English.",
        "GU": "Gujarati.",
        "HI": "Hindi.",
        "KN": "Kannada.",
        "KOK": "Konkani.",
        "KS": "Kashmiri, in Arabic script.",
        "MAI": "Maithili.",
        "ML": "Malayalam.",
        "MNI": "Manipuri, in Meetei Mayek.",
        "MR": "Marathi.",
        "NE": "Nepali.",
        "OR": "Odia.",
        "PA": "Punjabi, in Gurmukhi.",
        "SA": "Sanskrit.",
        "SAT": "Santali, in Ol Chiki.",
        "SD": "Sindhi, in Arabic script.",
        "TA": "Tamil.",
        "TE": "Telugu.",
        "UR": "Urdu.",
    },
)
describe(
    DocumentState,
    "DocumentState",
    "Whether a document is there.",
    {
        "READY": "Made; fetch it.",
        "PENDING": "Being made; ask again after `retryAfterMs`.",
        "FAILED": "There is nothing to make it of, or it could not be made.",
    },
)
describe(
    JobKind,
    "JobKind",
    "What a job does.",
    {
        "ISSUE": "Issues the records of one request.",
        "BUNDLE": "Makes one ZIP of many documents.",
        "IMPORT": "Issues the records of a file.",
        "RECONCILE": "Compares what a source system holds with what was issued.",
        "APPLY": "Puts right what a reconciliation found.",
        "UNDO": "Takes back what the application of a reconciliation did.",
        "REVOKE": "Revokes all certificates of a batch, facility, vaccinator, client, key or time.",
        "EXPORT": "Writes figures to a file.",
    },
)
describe(
    ExportFormat,
    "ExportFormat",
    "Kinds of files of figures.",
    {"CSV": "For spreadsheets.", "PARQUET": "Apache Parquet, with types."},
)
describe(
    JobState,
    "JobState",
    "State of a job.",
    {
        "AWAITING_APPROVAL": "It begins when another client has approved it, by asking for the same.",
        "RUNNING": "Some of it is still pending.",
        "FINISHED": "All of it is done or failed.",
        "FAILED": "One step failed too often; an operator may let it go on.",
    },
)
describe(
    FindingKind,
    "FindingKind",
    "What a reconciliation finds.",
    {
        "MISSING": "The source has it, and no certificate was issued. Applying issues it.",
        "DIFFERENT": "The certificate says something else. Applying corrects it; that uses up no correction.",
        "EXTRA": "A certificate counts that the source does not name, though it claims to be complete. Applying "
        "revokes it, when asked to.",
        "DUPLICATE": "The source says different things of one dose, or another source's certificate stands for it. "
        "The source is to mend it.",
        "REVOKED_ELSEWHERE": "One side has revoked it. What the source revoked, applying revokes here; what was "
        "revoked here is told, for the source to know.",
        "INVALID": "The row breaks a rule and could not be compared, or not be put right. The source is to mend it.",
    },
)
describe(
    Completeness,
    "Completeness",
    "What a source is complete about.",
    {"BENEFICIARIES": "Of the beneficiaries that it names, it names all doses."},
)
describe(RevokedBy, "RevokedBy", "Who revoked.", {"SOURCE": "The source system.", "HERE": "Somebody here."})
describe(
    Result,
    "FindingResult",
    "What came of putting a finding right.",
    {
        "DONE": "It was put right.",
        "STALE": "It had changed since the report, and was left alone.",
        "REFUSED": "The record that would come of it breaks a rule.",
        "UNDONE": "It was put right, and that was taken back.",
    },
)
describe(
    RevocationPurpose,
    "RevocationPurpose",
    "Why a signature no longer counts.",
    {"REVOKED": "The certificate was revoked.", "SUPERSEDED": "A newer version replaced it."},
)
describe(
    Measure,
    "Measure",
    "What is counted.",
    {
        "ISSUED": "First issues.",
        "UPDATED": "Corrections.",
        "REVOKED": "Revocations.",
        "ACCESSED": "Certificates given to somebody who asked.",
        "VERIFIED": "Verifications.",
    },
)
describe(
    Bucket,
    "Bucket",
    "Steps of a series, in Asia/Kolkata.",
    {"DAY": "Days.", "WEEK": "Weeks, from Monday.", "MONTH": "Calendar months."},
)
describe(
    Dimension,
    "Dimension",
    "What figures can be split by.",
    {
        "STATE": "State of the facility.",
        "DISTRICT": "District of the facility.",
        "FACILITY": "Facility.",
        "VACCINE": "Vaccine.",
        "DOSE": "Number of the dose.",
        "STAGE": "Provisional, final or precaution.",
        "GENDER": "Gender as recorded.",
        "AGE_BAND": "Age in bands.",
        "KIND": "Domestic or international.",
        "CHANNEL": "Through whom a certificate was accessed or verified.",
        "FORMAT": "In which form a certificate was accessed.",
        "LANGUAGE": "In which language a document was accessed.",
    },
)
describe(
    Scope,
    "Scope",
    "What a client may do.",
    {
        "ISSUE": "Issue certificates.",
        "UPDATE": "Correct certificates.",
        "REVOKE": "Revoke certificates.",
        "RECONCILE": "Compare with the source system.",
        "JOBS": "Follow jobs of its own.",
        "FETCH": "Fetch with a proof of the beneficiary.",
        "STATS": "Read figures.",
        "ADMIN": "Everything.",
    },
)
