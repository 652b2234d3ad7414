"""The routes of the source doors, and their descriptions."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from credential.access import Scope
from gateway.doors.described import ANY_OBJECT, Described, Reply
from gateway.doors.source import certify, events, holders, revoke, uploads, weeks
from gateway.doors.source.answers import BASE, TAG, WRITES, door, reply
from resolvers.permissions import issuers_own, scoped


async def ping(_request: Request) -> Response:
    """Answer that the service is there."""
    return reply({"status": "ok"})


ROUTES = [
    Route(f"{BASE}/v1/certify", door(certify.certify, scoped(Scope.ISSUE), WRITES), methods=["POST"]),
    Route(f"{BASE}/v2/certify", door(certify.certify, scoped(Scope.ISSUE), WRITES), methods=["POST"]),
    Route(f"{BASE}/v3/certify", door(certify.certify_international, scoped(Scope.ISSUE), WRITES), methods=["POST"]),
    Route(f"{BASE}/v1/certificate", door(certify.replace_certificate, scoped(Scope.UPDATE), WRITES), methods=["PUT"]),
    Route(
        f"{BASE}/v3/certificate",
        door(certify.replace_certificate_international, scoped(Scope.UPDATE), WRITES),
        methods=["PUT"],
    ),
    Route(
        BASE + "/v1/certificates/{pre_enrollment_code}",
        door(revoke.revoke_certificates, scoped(Scope.REVOKE), WRITES),
        methods=["DELETE"],
    ),
    Route(f"{BASE}/v1/certificate/revoked", door(revoke.certificate_revoked), methods=["POST"]),
    Route("/cert/api/certificate/revoked", door(revoke.certificate_revoked), methods=["POST"]),
    Route(f"{BASE}/v1/bulkCertify", door(uploads.bulk_certify, scoped(Scope.ISSUE), WRITES), methods=["POST"]),
    Route(f"{BASE}/v1/certify/uploads", door(uploads.list_uploads, scoped(Scope.ISSUE, Scope.JOBS)), methods=["GET"]),
    Route(
        BASE + "/v1/certify/uploads/{upload_id}/errors",
        door(uploads.upload_errors, scoped(Scope.ISSUE, Scope.JOBS)),
        methods=["GET"],
    ),
    Route(f"{BASE}/v1/certificates", door(holders.own_certificates, holders.is_holder), methods=["GET"]),
    Route(f"{BASE}/v1/events", door(events.events), methods=["POST"]),
    Route(f"{BASE}/v1/events/", door(events.events), methods=["POST"]),
    Route("/revocations/{week}.json", door(weeks.revoked_of_week, issuers_own), methods=["GET"]),
    Route(f"{BASE}/v1/ping", ping, methods=["GET"]),
]
_IS_THERE = {200: Reply("It is.", ANY_OBJECT)}
PING = Described("GET", f"{BASE}/v1/ping", TAG, "Tell whether the service is there", _IS_THERE)
DESCRIBED = [
    *certify.DESCRIBED,
    *revoke.DESCRIBED,
    *uploads.DESCRIBED,
    *holders.DESCRIBED,
    *events.DESCRIBED,
    *weeks.DESCRIBED,
    PING,
]
