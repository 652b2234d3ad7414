"""Acknowledgements: what a source system is told of a certificate, as which bytes, and when again (Co-WIN spec 1.5).

Two forms of one message: the old JSON, and a CloudEvent 1.0 in structured mode. Both carry the headers of Standard
Webhooks, so that a receiver knows a message that comes twice, and by its signature from whom it comes.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from credential.record import Kind

CREATED = "created"  # the reason that the old system gave for every success

MAX_ATTEMPTS = 20
"""About 21 hours from the first attempt to the last."""

FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=2)


class Became(StrEnum):
    """What became of a certificate."""

    ISSUED = "ISSUED"
    UPDATED = "UPDATED"
    FAILED = "FAILED"
    REVOKED = "REVOKED"


class Form(StrEnum):
    """How a message is written."""

    JSON = "json"
    CLOUDEVENTS = "cloudevents"

    @property
    def tells(self) -> frozenset[Became]:
        """What is told in this form: the old JSON has no word for a revocation."""
        return frozenset(Became) - ({Became.REVOKED} if self is Form.JSON else set())


class DeliveryState(StrEnum):
    """Where a delivery stands: to be sent, done, or given up."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One acknowledgement to be sent, with what its body says.

    `id` stays the same over all attempts. `sequence` orders those of one beneficiary. `attempts` counts the one that
    this was taken for. `reason` is that of a failure or revocation, else empty. `at` is the time of the act.
    """

    id: str
    certificate_id: str
    sequence: int
    became: Became
    reason: str
    at: datetime
    attempts: int
    beneficiary_id: str = field(repr=False)
    dose: int
    version: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Style:
    """How messages are written: the form, the `source` of events, the signing secret (None = not signed)."""

    form: Form
    source: str
    secret: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str]


def message(delivery: Delivery, style: Style, now: datetime) -> Message:
    """Return the message of an attempt. The body of a delivery is the same at every attempt."""
    old = style.form is Form.JSON
    body = json.dumps(_old(delivery) if old else _event(delivery, style.source), ensure_ascii=False).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json" if old else "application/cloudevents+json; charset=utf-8",
        "webhook-id": delivery.id,
        "webhook-timestamp": timestamp,
    }
    if style.secret is not None:
        headers["webhook-signature"] = signature(style.secret, delivery.id, timestamp, body)
    return Message(body, headers)


def signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the header `webhook-signature` (Standard Webhooks, symmetric: HMAC-SHA-256 over id, timestamp, body)."""
    digest = hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, sha256)
    return "v1," + base64.b64encode(digest).decode()


def retry_after(attempts: int, *, jitter: float, wished: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many attempts, at least one: doubling, cut to 50 to 100 % by `jitter` (0 to 1).

    `wished` is what the receiver asked for by Retry-After; it counts up to two hours.
    """
    longest: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 16), LONGEST_RETRY)
    own = longest * (0.5 + jitter / 2)
    return own if wished is None else max(own, min(wished, LONGEST_RETRY))


def _old(delivery: Delivery) -> dict[str, str | int]:
    failed = delivery.became is Became.FAILED
    return {
        "beneficiary_reference_id": delivery.beneficiary_id,
        "dose": delivery.dose,
        "status": "error" if failed else "success",
        "reason": delivery.reason if failed else CREATED,
        "date_created": rfc3339(delivery.at),
    }


def _event(delivery: Delivery, source: str) -> dict[str, object]:
    """Return a CloudEvent. `sequence` is its extension of that name: text that sorts."""
    data: dict[str, object] = {
        "beneficiaryId": delivery.beneficiary_id,
        "certificateId": delivery.certificate_id,
        "dose": delivery.dose,
        "version": delivery.version,
        "kind": delivery.kind,
        "status": "ISSUED" if delivery.became is Became.UPDATED else delivery.became,
    }
    return {
        "specversion": "1.0",
        "id": delivery.id,
        "source": source,
        "type": f"pramaan.certificate.{delivery.became.lower()}",
        "subject": delivery.certificate_id,
        "time": rfc3339(delivery.at),
        "sequence": f"{delivery.sequence:020}",
        "datacontenttype": "application/json",
        "data": data | ({"reason": delivery.reason} if delivery.reason else {}),
    }


def rfc3339(moment: datetime) -> str:
    """Return an aware time in UTC, in seconds, with a Z."""
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
