"""What the source system asks of certificates that it sent in: pages, ids, and whether there is one."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from credential.access import Caller
from credential.certificate import Certificate
from credential.errors import BadUserInput, NotFound
from credential.policy import is_for_travel
from credential.record import normal_mobile
from credential.rendering import Layout
from gateway.doors.access.external import Asked
from gateway.doors.access.reading import held, newest, page
from gateway.doors.source.answers import converted, posted_json, reply
from resolvers.context import Context
from resolvers.permissions import issuers_own


class CertificateId(Struct, frozen=True, rename="camel"):
    """The certificate that counts for a dose."""

    certificate_id: str


def is_source(caller: Caller, arguments: Mapping[str, Any]) -> bool:
    """Allow source systems, which see what they sent in, and admins."""
    return issuers_own(caller, arguments) and not caller.is_partner


async def pdf(request: Request, context: Context) -> Response:
    """GET /cert/api/certificatePDF/{code}?type=ddcc&language=, and its later versions."""
    kind = request.query_params.get("type", "").lower()
    return await (ddcc(request, context) if kind == "ddcc" else domestic(request, context))


async def domestic(request: Request, context: Context) -> Response:
    """Return the domestic page of the newest certificate."""
    latest = newest(await held(context, request.path_params["code"]))
    return await page(request, context, latest, Layout.DOMESTIC)


async def ddcc(request: Request, context: Context) -> Response:
    """Return the international page of the newest certificate, where one is due."""
    latest = newest(await held(context, request.path_params["code"]))
    if not is_for_travel(latest.kind, latest.dose, latest.total_doses):
        raise BadUserInput("No international certificate is due: it needs that kind, and the schedule done.")
    return await page(request, context, latest, Layout.INTERNATIONAL)


async def pdf_of_dose(request: Request, context: Context) -> Response:
    """Return the domestic page of the newest certificate up to a dose."""
    dose = _dose(request)
    found = [one for one in await held(context, request.path_params["code"]) if one.dose <= dose]
    return await page(request, context, newest(found), Layout.DOMESTIC)


async def pdf_with_mobile(request: Request, context: Context) -> Response:
    """POST /cert/pdf/certificate: the domestic page where the mobile number is the certificate's."""
    asked = converted(await posted_json(request), Asked)
    latest = newest(await held(context, asked.beneficiary_id))
    if not _is_registered(latest, asked.mobile):
        raise NotFound("No certificate of this beneficiary counts.")
    return await page(request, context, latest, Layout.DOMESTIC)


async def certificate_id(request: Request, context: Context) -> Response:
    """Return the id of a dose's certificate."""
    return reply(CertificateId((await _of_dose(request, context)).id))


async def is_there(request: Request, context: Context) -> Response:
    """HEAD: tell whether a certificate counts, of any dose or of one."""
    found = await held(context, request.path_params["code"])
    if "dose" in request.path_params:
        found = [one for one in found if one.dose == _dose(request)]
    return Response(None, 200 if found else 404)


def _is_registered(certificate: Certificate, mobile: str) -> bool:
    try:
        return normal_mobile(mobile) == certificate.record.recipient.mobile
    except BadUserInput:
        return False


async def _of_dose(request: Request, context: Context) -> Certificate:
    dose = _dose(request)
    return newest(one for one in await held(context, request.path_params["code"]) if one.dose == dose)


def _dose(request: Request) -> int:
    text: str = request.path_params["dose"]
    if not text.isascii() or not text.isdecimal() or len(text) > 3:  # noqa: PLR2004 - digits of a small number
        raise BadUserInput("The dose must be a whole number.", ("dose",))
    return int(text)
