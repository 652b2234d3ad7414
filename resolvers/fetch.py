"""beneficiary, certificate and viewer."""

from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import UNSET

from credential import certificate as domain
from credential import ports
from credential.access import Proof, Scope, visible_rows
from credential.certificate import Status
from credential.operations import fetch
from credential.ports import CertificateFilter, Page
from credential.record import DEFAULT_PROGRAMME, Kind
from resolvers.connections import Connection, checked_first
from resolvers.context import Context, Info
from resolvers.corrections import CorrectionRequest, correction_request
from resolvers.fields import computed
from resolvers.inputs import PROGRAMME, BeneficiaryProof
from resolvers.jobs import AFTER, FIRST
from resolvers.scalars import DateTime, moment
from resolvers.types_certificate import Certificate, certificate

argument = strawberry.argument
ID = argument(name="id", description="The id.")
PROOF = argument(description="Partner apps must give it; other callers need none.")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose certificates are read, and the proof that the caller gave."""

    programme: str
    beneficiary_id: str
    proof: Proof | None


@strawberry.type(description="Who asks.")
class Viewer:
    """The client behind the credential, or a holder."""

    id: strawberry.ID = strawberry.field(description="Id of the client; `holder` for a holder's token.")
    name: str = strawberry.field(description="Name of the client.")
    scopes: list[Scope] = strawberry.field(description="What it may do.")
    channel: str | None = strawberry.field(description="The name under which its accesses are counted.")

    @computed("The holder's own certificates; null for clients.")
    async def beneficiary(self, info: Info) -> Annotated["Beneficiary", strawberry.lazy("resolvers.fetch")] | None:
        """Read as `Query.beneficiary` does."""
        holder = info.context.caller.holder_of
        return await beneficiary(info, strawberry.ID(holder[1]), None, holder[0]) if holder else None


@strawberry.type(description="That somebody was given one of the beneficiary's certificates.")
class Access:
    """An entry of the access history."""

    at: DateTime = strawberry.field(description="When it was given.")
    certificate_id: strawberry.ID = strawberry.field(description="Which version of a certificate.")
    caller: str = strawberry.field(description="Name of the client, or `holder`.")
    channel: str | None = strawberry.field(description="The partner app's channel.")
    purpose: str = strawberry.field(description="What the client processes personal data for.")
    legal_basis: str = strawberry.field(description="Why it may; may be empty.")
    how: str = strawberry.field(description="The door's word for it; empty for GraphQL and documents.")


@strawberry.type(description="A person with certificates.")
class Beneficiary:
    """One beneficiary of one programme, whom the caller was found to be allowed to see."""

    whose: strawberry.Private[Whose]
    id: strawberry.ID = strawberry.field(description="The source system's id of the person.")

    @computed("The vaccination programme.")
    def programme(self) -> str:
        """Return whose certificates these are, of which programme."""
        return self.whose.programme

    @computed("The issued certificate of the highest dose, newest version.")
    async def latest_certificate(
        self, info: Info, kind: Annotated[Kind | None, argument(description="Only of this kind.")] = None
    ) -> Certificate | None:
        """Choose among the issued ones."""
        where = CertificateFilter(kind=kind, statuses=frozenset({Status.ISSUED}))
        page = await _read(info.context, self.whose, where)
        found = fetch.latest(page.items if page else (), kind)
        return certificate(found, self.whose.proof) if found else None

    @computed(
        "Certificates by dose and version, highest first. Superseded and failed ones only where `status` asks for them."
    )
    async def certificates(  # noqa: PLR0917 - the arguments of the field
        self,
        info: Info,
        first: Annotated[int, FIRST],
        after: Annotated[str | None, AFTER] = None,
        dose: Annotated[int | None, argument(description="Only of this dose.")] = None,
        kind: Annotated[Kind | None, argument(description="Only of this kind.")] = None,
        status: Annotated[list[Status] | None, argument(description="Only in these states.")] = None,
    ) -> Connection[Certificate]:
        """Read a page."""
        where = CertificateFilter(dose=dose, kind=kind, statuses=frozenset(status or ()))
        page = await _read(info.context, self.whose, where, checked_first(first), after)
        return Connection[Certificate].of(page, lambda one: certificate(one, self.whose.proof))

    @computed("What was asked to be corrected, newest first; for the holder and admins.")
    async def correction_requests(self, info: Info) -> list[CorrectionRequest]:
        """Read the person's requests."""
        found = await info.context.ports.corrections.corrections_of(self.whose.programme, self.whose.beneficiary_id)
        return [correction_request(one) for one in found]

    @computed("Who received this beneficiary's certificates and when, newest first; for the holder and admins.")
    async def access_history(
        self, info: Info, first: Annotated[int, FIRST], after: Annotated[str | None, AFTER] = None
    ) -> Connection[Access]:
        """Read a page of the audit."""
        context, whose = info.context, self.whose
        page = await context.ports.accesses.accesses(
            whose.programme,
            whose.beneficiary_id,
            visible=visible_rows(context.caller),
            first=checked_first(first),
            after=after,
        )
        return Connection[Access].of(page, _access)


def _access(one: ports.Access) -> Access:
    return Access(
        at=moment(one.at),
        certificate_id=strawberry.ID(one.certificate_id),
        caller=one.caller,
        channel=one.channel,
        purpose=one.purpose,
        legal_basis=one.legal_basis,
        how=one.how,
    )


def viewer(info: Info) -> Viewer | None:
    """Tell who asks; null for anyone without a credential."""
    caller = info.context.caller
    name = caller.client_id or ("holder" if caller.holder_of else None)
    if name is None:
        return None
    return Viewer(
        id=strawberry.ID(name),
        name=caller.name,
        scopes=sorted(caller.scopes),
        channel=caller.channel,
    )


async def beneficiary(
    info: Info,
    id_: Annotated[strawberry.ID, ID],
    proof: Annotated[BeneficiaryProof | None, PROOF] = None,
    programme: Annotated[str, argument(description=PROGRAMME)] = DEFAULT_PROGRAMME,
) -> Beneficiary | None:
    """Return the beneficiary where the caller may see any certificate, else null, whatever the reason."""
    whose = Whose(programme, id_, domain_proof(proof))
    page = await _read(info.context, whose, CertificateFilter(statuses=frozenset(Status)))
    if page is None or not page.items:
        return None
    return Beneficiary(whose=whose, id=id_)


async def certificate_by_id(
    info: Info,
    id_: Annotated[strawberry.ID, ID],
    proof: Annotated[BeneficiaryProof | None, PROOF] = None,
) -> Certificate | None:
    """Return the certificate where the caller may see it, else null, whatever the reason."""
    given = domain_proof(proof)
    found = await info.context.version(id_, given)
    return certificate(found, given) if found else None


async def _read(
    context: Context, whose: Whose, where: CertificateFilter, first: int = 1, after: str | None = None
) -> Page[domain.Certificate] | None:
    """Read a page of a beneficiary's certificates, audited."""
    return await fetch.beneficiary(
        whose.programme,
        whose.beneficiary_id,
        caller=context.caller,
        proof=whose.proof,
        where=where,
        first=first,
        after=after,
        reading=context.ports.reading,
        counting=context.ports.counting,
        allowance=context.ports.allowance,
        now=context.now,
    )


def domain_proof(given: BeneficiaryProof | None) -> Proof | None:
    """Return the domain's form of a proof."""
    if given is None:
        return None
    mobile = None if given.mobile is UNSET else given.mobile
    born = None if given.date_of_birth is UNSET else given.date_of_birth
    return Proof(mobile=mobile, date_of_birth=born)
