"""What the access doors have in common: which certificates a beneficiary holds, and pages of them."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from credential.access import Proof
from credential.certificate import Certificate
from credential.errors import BadUserInput, NotFound
from credential.operations import fetch
from credential.operations.documents import DocumentFormat
from credential.record import DEFAULT_PROGRAMME
from credential.rendering import LANGUAGES, Layout
from gateway.doors.certificates import RETRY_AFTER, file_of, in_time
from gateway.doors.errors import unavailable
from gateway.doors.serving import answer
from gateway.doors.source.holders import ALL, ISSUED
from gateway.graphql import counting
from resolvers.context import Context

_OLD_CODES = {
    "ENG": "EN", "ASM": "AS", "BNG": "BN", "BOD": "BRX", "GUJ": "GU", "HIN": "HI", "KKN": "KOK", "KND": "KN",
    "MAI": "MAI", "MAL": "ML", "MAR": "MR", "NEP": "NE", "ORY": "OR", "PUN": "PA", "SAN": "SA", "TAM": "TA",
    "TEL": "TE", "URD": "UR",
}  # fmt: skip
"""The codes in the names of the old templates (Co-WIN specification 9.2)."""


def language_of(request: Request) -> str | None:
    """Return the language that `?language=` names, by an old code or one of ours; None without. Raises BadUserInput."""
    given = request.query_params.get("language", "").upper()
    code = _OLD_CODES.get(given, given)
    if code and code not in LANGUAGES:
        raise BadUserInput(f"The language must be one of {', '.join(LANGUAGES)}, or an old code such as HIN.")
    return code or None


async def held(context: Context, code: str, proof: Proof | None = None) -> list[Certificate]:
    """Return the certificates that count, the highest dose first; none unless the caller may see them. Audited."""
    page = await fetch.beneficiary(
        DEFAULT_PROGRAMME,
        code,
        caller=context.caller,
        proof=proof,
        where=ISSUED,
        first=ALL,
        after=None,
        reading=context.ports.reading,
        counting=context.ports.counting,
        allowance=context.ports.allowance,
        now=context.now,
    )
    return list(page.items) if page else []


def newest(found: Iterable[Certificate]) -> Certificate:
    """Return the certificate of the highest dose. Raises NotFound."""
    latest = fetch.latest(found)
    if latest is None:
        raise NotFound("No certificate of this beneficiary counts.")
    return latest


async def page(request: Request, context: Context, certificate: Certificate, layout: Layout) -> Response:
    """Return the PDF, waiting a few seconds for a worker, then 503 with Retry-After. Raises BadUserInput."""
    wanted = await context.page(certificate, DocumentFormat.PDF, language_of(request), layout)
    found = await in_time(wanted, context)
    if found.stored is None:
        return unavailable(request, RETRY_AFTER)
    context.accessed(certificate, DocumentFormat.PDF.value, wanted.key.language)
    return answer(request, file_of(found.stored, context), counting(request.app.state.gateway, context))
