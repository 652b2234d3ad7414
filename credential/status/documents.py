"""The credentials of a status list: the list itself, and the delta that leads from one sequence to the next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from credential import contexts
from credential.documents.item import timestamp
from credential.status.bitstring import difference, digest, encode
from credential.status.positions import ListPurpose, list_url

Json = dict[str, Any]

CONTEXT: Final = (contexts.CREDENTIALS_V2, contexts.STATUS_V1)
LIST_TYPES: Final = ("VerifiableCredential", "BitstringStatusListCredential")
DELTA_TYPES: Final = ("VerifiableCredential", "StatusListDelta")
LIST_TYPE: Final = "BitstringStatusList"
CHANGE_TYPE: Final = "StatusListChange"

VALIDITY: Final = timedelta(hours=24)
RENEWAL: Final = timedelta(hours=12)
"""An unchanged list is signed again half-way, so that an outage of half a day leaves every list valid."""
TTL_MILLISECONDS: Final = 60_000


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list: its bits (16,384 bytes), and how often they changed since the list began; 1 is the empty list."""

    purpose: ListPurpose
    number: int
    sequence: int
    bits: bytes


@dataclass(frozen=True, slots=True)
class Publication:
    """Below which address lists are published, by whom (a DID), and when (whole seconds, aware)."""

    status_url: str
    issuer: str
    at: datetime


def list_document(content: StatusList, publication: Publication) -> Json:
    """Return the unsigned credential of a list, valid for 24 h."""
    url = list_url(publication.status_url, content.purpose, content.number)
    return {
        **_envelope(url, LIST_TYPES, publication),
        "credentialSubject": {
            "id": subject_id(url),
            "type": LIST_TYPE,
            "statusPurpose": content.purpose.value,
            "sequence": content.sequence,
            "ttl": TTL_MILLISECONDS,
            "encodedList": encode(content.bits),
        },
    }


def delta_document(before: StatusList, after: StatusList, publication: Publication) -> Json:
    """Return the unsigned credential that leads from one sequence of a list to another, valid for 24 h.

    It gives the bits that flip, encoded as those of a list, and the digest of the list's bits once they have.
    """
    url = list_url(publication.status_url, after.purpose, after.number)
    return {
        **_envelope(f"{url}/deltas?since={before.sequence}", DELTA_TYPES, publication),
        "credentialSubject": {
            "id": subject_id(url),
            "type": CHANGE_TYPE,
            "fromSequence": before.sequence,
            "toSequence": after.sequence,
            "flippedBits": encode(difference(before.bits, after.bits)),
            "digestMultibase": digest(after.bits),
        },
    }


def subject_id(url: str) -> str:
    """Return the id of the list that the credential at an address is about."""
    return f"{url}#list"


def _envelope(identifier: str, types: tuple[str, ...], publication: Publication) -> Json:
    return {
        "@context": list(CONTEXT),
        "id": identifier,
        "type": list(types),
        "issuer": publication.issuer,
        "validFrom": timestamp(publication.at),
        "validUntil": timestamp(publication.at + VALIDITY),
    }
