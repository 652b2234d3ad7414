"""The doors of the domain: what operations need from the outside, each a Protocol of one to six methods.

One SQL store implements Intake, Signing, Outbox, Reading, Revoking, Counting, Clients, Jobs, Bundles and KeyRing. All
methods take and return batches where a batch makes sense, raise `Unavailable` when the backend is away, and never leak
a driver's text. Times are aware, UTC.
"""

from credential.ports.acknowledging import Answer, Callback, Deliveries, DeliveryReport, Ended
from credential.ports.bundling import BundleOrder, BundlePart, Bundles, BundleSelection
from credential.ports.clients import Client, Clients, ContactIndex, JobReport, Jobs, JobState, KeyRing
from credential.ports.contacting import Contacting, Letter
from credential.ports.correcting import CorrectionRequest, Corrections, CorrectionState
from credential.ports.counting import AuditEntry, Counting, Event, Figures, Measure, Point
from credential.ports.earlier import EarlierDoses
from credential.ports.filing import FileChunk, FileChunks, FileOrder, Files, StoredFile
from credential.ports.holding import Holders, OneTimeCodes, UnsentCode
from credential.ports.importing import ImportPage, ImportResults, ImportRow, Imports, RowState
from credential.ports.notices import Notices
from credential.ports.overseeing import (
    AuditFilter,
    AuditRecord,
    ClientKeys,
    GivenUp,
    Hit,
    Overseeing,
    SearchTerm,
)
from credential.ports.partners import Access, AccessLog, ReadAllowance, ReadBudgets, TrustedDocument, TrustedDocuments
from credential.ports.reaching import Reaching, RevokedPage, Spot, SurveyedPage
from credential.ports.reading import CertificateFilter, Page, Reading
from credential.ports.rebuilding import Rebuilding, Signed, SignedPage
from credential.ports.reconciling import (
    Act,
    Acted,
    ActKind,
    Applying,
    Comparing,
    Found,
    Naming,
    Numbered,
    Recorded,
    Report,
    Reports,
    Result,
    SourceScope,
    Unnamed,
)
from credential.ports.revoking import RevocationEntry, RevocationTarget, RevokedCertificate, Revoking
from credential.ports.services import Artifacts, Notifier, Queue, Signer
from credential.ports.sharing import OpenLink, Sharing
from credential.ports.status import (
    DueList,
    ListDifference,
    ListedStatus,
    SignedList,
    StatusLists,
    StatusRebuilding,
)
from credential.ports.tokens import Tokens
from credential.ports.trusting import Trust
from credential.ports.uploading import Begun, FailedRows, Upload, UploadedFile, UploadedRow, Uploads
from credential.ports.working import BegunWork, Step, Work, WorkKind, WorkReport, Works
from credential.ports.writing import (
    Accepted,
    Correction,
    DeadLetter,
    DeadLetters,
    Housekeeping,
    Intake,
    Intent,
    Outbox,
    Outcome,
    PendingCertificate,
    Request,
    SignedCertificate,
    Signing,
    SigningFailure,
)

__all__ = [
    "Accepted",
    "Access",
    "AccessLog",
    "Act",
    "ActKind",
    "Acted",
    "Answer",
    "Applying",
    "Artifacts",
    "AuditEntry",
    "AuditFilter",
    "AuditRecord",
    "Begun",
    "BegunWork",
    "BundleOrder",
    "BundlePart",
    "BundleSelection",
    "Bundles",
    "Callback",
    "CertificateFilter",
    "Client",
    "ClientKeys",
    "Clients",
    "Comparing",
    "ContactIndex",
    "Contacting",
    "Correction",
    "CorrectionRequest",
    "CorrectionState",
    "Corrections",
    "Counting",
    "DeadLetter",
    "DeadLetters",
    "Deliveries",
    "DeliveryReport",
    "DueList",
    "EarlierDoses",
    "Ended",
    "Event",
    "FailedRows",
    "Figures",
    "FileChunk",
    "FileChunks",
    "FileOrder",
    "Files",
    "Found",
    "GivenUp",
    "Hit",
    "Holders",
    "Housekeeping",
    "ImportPage",
    "ImportResults",
    "ImportRow",
    "Imports",
    "Intake",
    "Intent",
    "JobReport",
    "JobState",
    "Jobs",
    "KeyRing",
    "Letter",
    "ListDifference",
    "ListedStatus",
    "Measure",
    "Naming",
    "Notices",
    "Notifier",
    "Numbered",
    "OneTimeCodes",
    "OpenLink",
    "Outbox",
    "Outcome",
    "Overseeing",
    "Page",
    "PendingCertificate",
    "Point",
    "Queue",
    "Reaching",
    "ReadAllowance",
    "ReadBudgets",
    "Reading",
    "Rebuilding",
    "Recorded",
    "Report",
    "Reports",
    "Request",
    "Result",
    "RevocationEntry",
    "RevocationTarget",
    "RevokedCertificate",
    "RevokedPage",
    "Revoking",
    "RowState",
    "SearchTerm",
    "Sharing",
    "Signed",
    "SignedCertificate",
    "SignedList",
    "SignedPage",
    "Signer",
    "Signing",
    "SigningFailure",
    "SourceScope",
    "Spot",
    "StatusLists",
    "StatusRebuilding",
    "Step",
    "StoredFile",
    "SurveyedPage",
    "Tokens",
    "Trust",
    "TrustedDocument",
    "TrustedDocuments",
    "Unnamed",
    "UnsentCode",
    "Upload",
    "UploadedFile",
    "UploadedRow",
    "Uploads",
    "Work",
    "WorkKind",
    "WorkReport",
    "Works",
]
