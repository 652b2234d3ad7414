"""What partner apps (Aarogya Setu, UMANG) ask: certificates, a PDF, and the status of a vaccination.

The registered mobile number is the proof. Unknown, revoked and not proven are one answer.
"""

from typing import Annotated

from msgspec import Meta, Struct, field
from starlette.requests import Request
from starlette.responses import Response

from credential.access import Caller, Proof
from credential.certificate import Certificate, Stage
from credential.errors import BadUserInput
from credential.record import INDIA, EarlierDose, Vaccination, printed_age
from credential.rendering import Layout
from credential.rendering.identity import identity_shown
from gateway.doors.access.reading import held, newest, page
from gateway.doors.source.answers import converted, posted_json, reply
from gateway.doors.source.holders import RegistryEntry, registry_members
from gateway.graphql import counting
from resolvers.context import Context

MOBILE = "x-proof-mobile"


class Asked(Struct, frozen=True, rename="camel"):
    """Whose certificates, and the proof; both are needed."""

    mobile: str = ""
    beneficiary_id: str = ""


class RegistryRecord(RegistryEntry, frozen=True, kw_only=True):
    """An entry with the signed JSON as text, byte for byte."""

    certificate: str


class Certificates(Struct, frozen=True):
    """The certificates that count, the highest dose first."""

    certificates: list[RegistryRecord]


class NothingFound(Struct, frozen=True, rename="camel"):
    """The old refusal. `errorCode` is 1 whatever the reason: the old 2 told strangers which ids there are."""

    status: str = "not_found"
    error_code: int = 1
    message: str = "No certificate found for the given beneficiary id and mobile number"


class Kyc(Struct, frozen=True, rename="camel"):
    """Who was vaccinated and how far: `PARTIALLY_VACCINATED` or `FULLY_VACCINATED`; dates are dd-mm-yyyy or empty."""

    name: str
    age: str
    gender: str
    identity: Annotated[str, Meta(description="Kind and number of the identity document, an Aadhaar number masked.")]
    ref_id: str
    vaccine: Annotated[str, Meta(description="In capital letters.")]
    status: Annotated[str, Meta(pattern="^(PARTIALLY|FULLY)_VACCINATED$")]
    date_of_dose1: str = field(name="dateOfDose1")
    date_of_dose2: str = field(name="dateOfDose2")


def is_partner(caller: Caller, _arguments: object) -> bool:
    """Allow partner apps: their reads need a proof, and are counted to their channel."""
    return caller.is_partner


async def certificates(request: Request, context: Context) -> Response:
    """POST /cert/external/api/certificates."""
    asked = await _asked(request)
    found = await held(context, asked.beneficiary_id, Proof(mobile=asked.mobile))
    if not found:
        return nothing()
    for one in found:
        context.accessed(one, "JSON")
    response = reply(
        Certificates([RegistryRecord(**registry_members(one), certificate=one.text or "") for one in found])
    )
    response.background = counting(request.app.state.gateway, context)
    return response


async def pdf(request: Request, context: Context) -> Response:
    """POST /cert/external/pdf/certificate?language=."""
    asked = await _asked(request)
    found = await held(context, asked.beneficiary_id, Proof(mobile=asked.mobile))
    return await page(request, context, found[0], Layout.DOMESTIC) if found else nothing()


async def kyc(request: Request, context: Context) -> Response:
    """GET /cert/external/kyc/{code}."""
    proof = Proof(mobile=request.headers.get(MOBILE, ""))
    found = await held(context, request.path_params["code"], proof)
    if not found:
        return nothing()
    context.accessed(newest(found), "KYC")
    response = reply(kyc_of(found))
    response.background = counting(request.app.state.gateway, context)
    return response


def kyc_of(found: list[Certificate]) -> Kyc:
    """Return the status; who had a precaution dose is fully vaccinated. Raises NotFound where nothing counts."""
    latest = newest(found)
    record, person = latest.record, latest.record.recipient
    age = printed_age(record)
    partly = latest.stage is Stage.PROVISIONAL
    return Kyc(
        name=person.name,
        age="" if age is None else str(age),
        gender=person.gender,
        identity=identity_shown(person.identity),
        ref_id=record.beneficiary_id,
        vaccine=record.vaccination.name.upper(),
        status="PARTIALLY_VACCINATED" if partly else "FULLY_VACCINATED",
        date_of_dose1=_day_of(1, found),
        date_of_dose2=_day_of(2, found),
    )


def nothing() -> Response:
    """Return the answer to who may not know more, or asks for what does not exist."""
    return reply(NothingFound(), 404)


async def _asked(request: Request) -> Asked:
    asked = converted(await posted_json(request), Asked)
    if not asked.mobile or not asked.beneficiary_id:
        missing = "beneficiaryId" if asked.mobile else "mobile"
        raise BadUserInput("mobile and beneficiaryId are both needed.", (missing,))
    return asked


def _day_of(dose: int, found: list[Certificate]) -> str:
    """Return the day of a dose in India, from its own certificate, else as a later one tells it."""
    given: list[Vaccination | EarlierDose] = [one.record.vaccination for one in found]
    given += [earlier for one in found for earlier in one.record.earlier_doses]
    return next((f"{one.date.astimezone(INDIA):%d-%m-%Y}" for one in given if one.dose == dose), "")
