"""The routes of the access doors, and their descriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.routing import Route

from gateway.doors.access import external, internal
from gateway.doors.access.external import Asked, Certificates, Kyc, NothingFound
from gateway.doors.access.internal import CertificateId
from gateway.doors.described import FILE, Described, Parameter, Reply
from gateway.doors.source.answers import described, door

_PDF = "/cert/api/certificatePDF/{code}"
_PAGES = {
    _PDF: internal.pdf,
    "/certificatePDF/{code}": internal.pdf,
    "/cert/api/v2/certificatePDF/{code}": internal.domestic,
    "/cert/api/v3/ddcc/certificatePDF/{code}": internal.ddcc,
    _PDF + "/{dose}": internal.pdf_of_dose,
}
_ONE, _OF_DOSE = "/cert/api/certificate/{code}", "/cert/api/certificate/{code}/{dose}"
_ID, _KYC = "/cert/api/certificateId/{code}/{dose}", "/cert/external/kyc/{code}"
_POSTED = "/cert/pdf/certificate"
_LIST, _EXTERNAL_PDF = "/cert/external/api/certificates", "/cert/external/pdf/certificate"

ROUTES = [
    *(Route(path, door(handle, internal.is_source), methods=["GET"]) for path, handle in _PAGES.items()),
    Route(_ID, door(internal.certificate_id, internal.is_source), methods=["GET"]),
    Route(_ONE, door(internal.is_there, internal.is_source), methods=["HEAD"]),
    Route(_OF_DOSE, door(internal.is_there, internal.is_source), methods=["HEAD"]),
    Route(_POSTED, door(internal.pdf_with_mobile, internal.is_source), methods=["POST"]),
    Route(_LIST, door(external.certificates, external.is_partner), methods=["POST"]),
    Route(_EXTERNAL_PDF, door(external.pdf, external.is_partner), methods=["POST"]),
    Route(_KYC, door(external.kyc, external.is_partner), methods=["GET"]),
]

_PAGE = {
    200: Reply("The page.", FILE, "application/pdf"),
    206: Reply("A range of it.", FILE, "application/pdf"),
    304: Reply("The caller holds it."),
    416: Reply("There is no such range."),
}
_NOTHING = {404: Reply("Nothing for this id and this proof, whatever the reason.", NothingFound)}
_LANGUAGE = Parameter("language", "query", "Such as ta or TAM; by the facility's state where absent.")
_DDCC = Parameter("type", "query", "ddcc for the international page.")
_IN_PATH = {
    "code": Parameter("code", "path", "The beneficiary's id."),
    "dose": Parameter("dose", "path", "Number of the dose."),
}
_PROOF = Parameter("X-Proof-Mobile", "header", "The registered mobile number.")


def _described(
    method: str,
    path: str,
    summary: str,
    replies: Mapping[int, Reply],
    *parameters: Parameter,
    **more: Any,  # noqa: ANN401
) -> Described:
    named: Sequence[Parameter] = [one for name, one in _IN_PATH.items() if f"{{{name}}}" in path]
    found = described(method, path, summary, replies, parameters=[*named, *parameters], **more)
    return replace(found, tag="Apps")


_IS_THERE = {200: Reply("There is."), 404: Reply("There is none.")}
_LISTED = {200: Reply("They.", Certificates)} | _NOTHING
_STATUS = {200: Reply("The status.", Kyc)} | _NOTHING
_ID_FOUND = {200: Reply("The id.", CertificateId)}
_BROKEN = (400, 422)


def _described_page(path: str) -> Described:
    asked = (_LANGUAGE, _DDCC) if _PAGES[path] is internal.pdf else (_LANGUAGE,)
    return _described("GET", path, "Read a certificate as PDF", _PAGE, *asked, statuses=(400, 404))


DESCRIBED = [
    *(_described_page(path) for path in _PAGES),
    _described("GET", _ID, "Read the id of a dose's certificate", _ID_FOUND, statuses=(400, 404)),
    *(_described("HEAD", path, "Ask whether one is there", _IS_THERE, statuses=(400,)) for path in (_ONE, _OF_DOSE)),
    _described("POST", _POSTED, "Read a certificate as PDF", _PAGE, _LANGUAGE, body=Asked, statuses=(400, 404, 422)),
    _described("POST", _LIST, "Read a beneficiary's certificates", _LISTED, body=Asked, statuses=_BROKEN),
    _described("POST", _EXTERNAL_PDF, "Read the newest", _PAGE | _NOTHING, _LANGUAGE, body=Asked, statuses=_BROKEN),
    _described("GET", _KYC, "Read how far somebody is vaccinated", _STATUS, _PROOF),
]
