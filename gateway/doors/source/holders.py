"""GET /v1/certificates: a holder's own certificates as the old registry listed them."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from credential.access import Caller
from credential.certificate import Certificate, Status
from credential.operations import fetch
from credential.ports import CertificateFilter
from gateway.doors.described import ANY_OBJECT, Reply
from gateway.doors.source.answers import described, reply
from gateway.graphql import counting
from resolvers.context import Context

ISSUED = CertificateFilter(statuses=frozenset({Status.ISSUED}))
ALL = 100
"""More than anybody holds: one certificate per dose counts."""


class RegistryEntry(Struct, frozen=True, rename="camel", kw_only=True):
    """An entry of the old registry, all but the certificate itself."""

    certificate_id: str
    pre_enrollment_code: str
    name: str
    mobile: str
    contact: list[str]
    dose: int
    created_at: datetime = msgspec.field(name="_osCreatedAt")
    updated_at: datetime = msgspec.field(name="_osUpdatedAt")


class OwnCertificate(RegistryEntry, frozen=True, kw_only=True):
    """An entry with the signed credential as an object, byte for byte."""

    certificate: msgspec.Raw


def is_holder(caller: Caller, _arguments: object) -> bool:
    """Allow holders, whose token names one beneficiary."""
    return caller.holder_of is not None


async def own_certificates(request: Request, context: Context) -> Response:
    """Return the certificates that count, the highest dose first; what was superseded or revoked is not among them."""
    programme, beneficiary_id = context.caller.holder_of or ("", "")
    ports = context.ports
    page = await fetch.beneficiary(
        programme,
        beneficiary_id,
        caller=context.caller,
        proof=None,
        where=ISSUED,
        first=ALL,
        after=None,
        reading=ports.reading,
        counting=ports.counting,
        allowance=ports.allowance,
        now=context.now,
    )
    found = page.items if page else ()
    for one in found:
        context.accessed(one, "JSON")
    response = reply([_entry(one) for one in found])
    response.background = counting(request.app.state.gateway, context)
    return response


def _entry(certificate: Certificate) -> OwnCertificate:
    return OwnCertificate(
        **registry_members(certificate), certificate=msgspec.Raw((certificate.text or "null").encode())
    )


def registry_members(certificate: Certificate) -> dict[str, Any]:
    """Return the members of a registry entry."""
    recipient, at = certificate.record.recipient, certificate.issued_at or certificate.created_at
    ways = (("tel:", recipient.mobile), ("mailto:", recipient.email))
    return {
        "certificate_id": certificate.id,
        "pre_enrollment_code": certificate.beneficiary_id,
        "name": recipient.name,
        "mobile": recipient.mobile,
        "contact": [scheme + value for scheme, value in ways if value],
        "dose": certificate.dose,
        "created_at": at,
        "updated_at": at,
    }


_ENTRY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["certificateId", "preEnrollmentCode", "name", "dose", "certificate"],
        "properties": {
            "certificateId": {"type": "string"},
            "preEnrollmentCode": {"type": "string"},
            "name": {"type": "string"},
            "mobile": {"type": "string"},
            "contact": {"type": "array", "items": {"type": "string"}},
            "dose": {"type": "integer"},
            "certificate": ANY_OBJECT,
            "_osCreatedAt": {"type": "string", "format": "date-time"},
            "_osUpdatedAt": {"type": "string", "format": "date-time"},
        },
    },
}
DESCRIBED = [
    described(
        "GET",
        "/v1/certificates",
        "Read one's own certificates",
        {200: Reply("The certificates that count, the highest dose first.", _ENTRY)},
        more="For a holder's token, which names one beneficiary.",
    )
]
