"""DELETE certificates, and the check whether a certificate was revoked."""

from starlette.requests import Request
from starlette.responses import Response

from credential.certificate import RevocationReason
from credential.errors import BadUserInput, Unavailable
from credential.operations import verify
from credential.operations.revoke import revoke
from credential.ports import RevocationTarget
from credential.record import DEFAULT_PROGRAMME
from credential.verification import Policy
from credential.verification.result import CheckCode, CheckStatus, Verdict, Verification
from gateway.bodies import json_body
from gateway.doors.described import ANY_OBJECT, Parameter, Reply
from gateway.doors.source.answers import KEY_HEADER, described, reply, request_of
from gateway.doors.source.payloads import Error, Revoked, Standing
from gateway.faults import BAD_REQUEST, refuse
from gateway.graphql import counting
from gateway.state import Gateway
from resolvers import revoke as revoking
from resolvers.context import Context

GONE = frozenset({Verdict.REVOKED, Verdict.SUPERSEDED})
NEVER = frozenset({Verdict.UNREADABLE, Verdict.UNKNOWN_ISSUER, Verdict.INVALID})
_TRUE = {"true": True, "1": True, "false": False, "0": False, "": False}
LONGEST = 4
"""Digits of a dose; a longer number is none."""


async def revoke_certificates(request: Request, context: Context) -> Response:
    """Revoke all certificates of some doses, or of all; `allDoses` wins, as ever."""
    target, reason = _target(request), _reason(request)
    asked = request_of(request, context, revoking.OPERATION, target, reason)
    ports = context.ports
    ids = await revoke(target, reason, request=asked, revoking=ports.revoking, queue=ports.queue)
    return reply(Revoked(list(ids)))


async def certificate_revoked(request: Request, context: Context) -> Response:
    """Answer 200 where a genuine certificate was revoked or superseded, 404 where it still counts, else 400.

    The look-up is by the certificate id, after the signature: nothing that a holder may change takes part in it.
    """
    gateway: Gateway = request.app.state.gateway
    body = await json_body(request, gateway.made_of.limits)
    keys = await context.ports.keys.public_keys()
    answer = await verify.verify(
        _text(body), keys=keys, policy=Policy.STANDARD, now=context.now, reading=context.ports.reading
    )
    context.verified(answer.verdict.value)
    response = _standing(request, answer)
    response.background = counting(gateway, context)
    return response


def _standing(request: Request, answer: Verification) -> Response:
    """Return the answer to a verdict. Raises Unavailable where the records could not be asked."""
    verdict = answer.verdict
    if verdict in NEVER:
        why = next(check.message for check in answer.checks if check.status is CheckStatus.FAILED)
        return reply(Error(verdict.value, why, [], request.state.request_id), 400)
    known = answer.check(CheckCode.STATUS_FRESHNESS).status is CheckStatus.PASSED
    if verdict is Verdict.INCONCLUSIVE and not known:
        raise Unavailable("The records cannot be asked.")
    return reply(Standing(revoked=verdict in GONE, verdict=verdict.value), 200 if verdict in GONE else 404)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise refuse(BAD_REQUEST, "The body is not JSON in UTF-8.") from None


def _target(request: Request) -> RevocationTarget:
    """Return what the address names. Raises BadUserInput where it names no dose."""
    given = request.query_params
    beneficiary = (given.get("programme", DEFAULT_PROGRAMME), request.path_params["pre_enrollment_code"])
    everything = _TRUE.get(given.get("allDoses", "").lower())
    if everything is None:
        raise BadUserInput("allDoses is true or false.", ("allDoses",))
    if everything:
        return RevocationTarget(beneficiary=beneficiary)
    texts = [one.strip() for part in given.getlist("doses") for one in part.split(",") if one.strip()]
    if not texts:
        raise BadUserInput("Give doses, such as doses=1,2, or allDoses=true.", ("doses",))
    if not all(one.isascii() and one.isdecimal() and len(one) <= LONGEST for one in texts):
        raise BadUserInput("Doses are whole numbers, such as doses=1,2.", ("doses",))
    return RevocationTarget(beneficiary=beneficiary, doses=tuple(int(one) for one in texts))


def _reason(request: Request) -> RevocationReason:
    given = request.query_params.get("reason", RevocationReason.OTHER.value)
    if given not in set(RevocationReason):
        raise BadUserInput(f"The reason is one of {', '.join(RevocationReason)}.", ("reason",))
    return RevocationReason(given)


_CHECK = {
    200: Reply("The certificate was revoked, or a corrected one has taken its place.", Standing),
    400: Reply("Not a genuine certificate of an issuer that is known here.", Error),
    404: Reply("The certificate is genuine and was not revoked.", Standing),
}
_MORE = "The look-up is by certificate id, after the signature. Nothing of what is sent is stored or logged."
DESCRIBED = [
    described(
        "DELETE",
        "/v1/certificates/{pre_enrollment_code}",
        "Revoke certificates of a beneficiary",
        {200: Reply("Revoked, seen at once on every door.", Revoked)},
        parameters=[
            Parameter("pre_enrollment_code", "path", "The beneficiary's id."),
            Parameter("doses", "query", "Consecutive doses that include the highest one held, separated by commas."),
            Parameter("allDoses", "query", "Whether all doses are meant; wins over `doses`.", {"type": "boolean"}),
            Parameter("reason", "query", "Why; OTHER where absent.", {"enum": list(RevocationReason)}),
            Parameter("programme", "query", "Vaccination programme."),
            KEY_HEADER,
        ],
        statuses=(400, 404, 409, 422),
    )
] + [
    described("POST", path, "Check whether a certificate was revoked", _CHECK, body=ANY_OBJECT, key=False, more=_MORE)
    for path in ("/v1/certificate/revoked", "/cert/api/certificate/revoked")
]
