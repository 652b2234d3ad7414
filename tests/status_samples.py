"""Status lists for tests, signed with the key of tests.issued."""

from datetime import datetime
from typing import Any

from credential import primitives, proof
from credential.document import ToIssue, build
from credential.keys import Algorithm, Profile
from credential.policy import IssuancePolicy
from credential.status.bitstring import EMPTY, with_set
from credential.status.documents import Publication, StatusList, delta_document, list_document
from credential.status.positions import ListPurpose, StatusPosition
from tests.issued import CERTIFICATE_ID, DID, ISSUED_AT, NOW, PRIVATE, Json, kind_of, record, signed

STATUS_URL = "https://issuer.example/status"
POSITION = StatusPosition(3, 77)
REVOCATION, REFRESH = ListPurpose


def content(purpose: ListPurpose, *indexes: int, sequence: int = 5, number: int = POSITION.number) -> StatusList:
    """Return a list with bits set."""
    return StatusList(purpose, number, sequence, with_set(EMPTY, indexes))


def publication(at: datetime = NOW, issuer: str = DID) -> Publication:
    """Return who publishes, and when."""
    return Publication(STATUS_URL, issuer, at.replace(microsecond=0))


def status_list(given: StatusList, at: datetime = NOW, issuer: str = DID, **changes: Any) -> Json:  # noqa: ANN401
    """Return a signed list; changes are made before it is signed."""
    return sign(list_document(given, publication(at, issuer)) | changes, at)


def delta(before: StatusList, after: StatusList, at: datetime = NOW) -> Json:
    """Return a signed delta."""
    return sign(delta_document(before, after, publication(at)), at)


def listed_as(credential: Json) -> Json:
    """Return a list or delta as GET /status names it, itself embedded."""
    subject, url = credential["credentialSubject"], credential["id"]
    facts = {"purpose": subject["statusPurpose"], "number": int(url.rsplit("/", 1)[1]), "sequence": subject["sequence"]}
    return {**facts, "validUntil": credential["validUntil"], "url": url, "credential": credential}


def sign(document: Json, at: datetime = NOW) -> Json:
    """Sign as workers do."""
    suite = proof.suite_for(Profile.VC2, Algorithm.ED25519)
    prepared = proof.prepare([document], suite=suite, created=at, verification_method=f"{DID}#key")
    signatures = [primitives.sign(Algorithm.ED25519, PRIVATE, item.signing_input) for item in prepared]
    return proof.attach(prepared, signatures)[0]


def listed(profile: Profile, position: StatusPosition | None = POSITION) -> Json:
    """Return a signed certificate that names its position."""
    kind = kind_of(profile)
    item = ToIssue(CERTIFICATE_ID, record(kind), kind, ISSUED_AT, "5b1f4f0e-2d0b-4a5c-9a45-d1a9a7f4b6c3", position)
    return signed(build([item], profile=profile, policy=IssuancePolicy(did=DID, status_url=STATUS_URL))[0])
