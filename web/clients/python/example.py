"""Issue, fetch as a partner, verify, revoke: `python example.py URL SOURCE_KEY PARTNER_KEY BENEFICIARY_ID`."""  # noqa: INP001 - a script

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

from pramaan_client import Client
from pramaan_client.generated import (
    BeneficiaryProof,
    DocumentState,
    FacilityInput,
    IssueCertificatesInput,
    RecipientInput,
    RevocationReason,
    RevocationTarget,
    RevokeCertificatesInput,
    VaccinationInput,
    VaccinationRecordInput,
    VerifyInput,
)

MOBILE = "+919000000001"


def record(beneficiary: str) -> VaccinationRecordInput:
    """Return a synthetic record."""
    return VaccinationRecordInput(
        beneficiaryId=beneficiary,
        recipient=RecipientInput(name="Sample Person 1", age=42, mobile=MOBILE),
        vaccination=VaccinationInput(
            name="COVISHIELD",
            batch="SAMPLE-1",
            manufacturer="Serum Institute of India",
            date=datetime(2021, 6, 1, 4, 30, tzinfo=UTC),
            dose=2,
            totalDoses=2,
        ),
        facility=FacilityInput(name="Sample Health Centre"),
    )


async def issue(source: Client, beneficiary: str) -> str:
    """Return the certificate's id once it is signed."""
    issued = await source.issue_certificates(
        IssueCertificatesInput(records=[record(beneficiary)], idempotencyKey=f"example-{beneficiary}", waitMs=10_000)
    )
    certificate = issued.results[0].certificate if issued.results else None
    if certificate is None:
        raise SystemExit(str(issued))
    print("issued:", certificate.status.value)  # noqa: T201 - a script prints
    return certificate.id


async def fetch(partner: Client, beneficiary: str) -> Any:  # noqa: ANN401 - the credential is JSON
    """Return the newest certificate's credential, shown the proof that the beneficiary gave the app."""
    proof = BeneficiaryProof(mobile=MOBILE)
    found = await partner.latest_certificate(beneficiary, proof)
    if found is None or found.latestCertificate is None:
        raise SystemExit("no certificate, or no right proof")
    certificate = found.latestCertificate
    print("fetched:", certificate.stage.value, certificate.holder.name)  # noqa: T201 - a script prints
    print("document:", await pdf(partner, certificate.id, proof))  # noqa: T201 - a script prints
    return certificate.credential


async def pdf(partner: Client, certificate: str, proof: BeneficiaryProof) -> str:
    """Return how the PDF begins; it is made when first asked for."""
    while True:
        found = await partner.certificate_pdf(certificate, proof)
        document = found.document if found else None
        if document is None or document.state == DocumentState.FAILED:
            raise SystemExit("no document")
        if document.url:
            return (await partner.download(document.url))[:4].decode()
        await asyncio.sleep((document.retryAfterMs or 1000) / 1000)


async def verify(url: str, credential: Any) -> None:  # noqa: ANN401 - as above
    """Ask without any key."""
    async with Client(url) as anyone:
        answer = await anyone.verify(VerifyInput(text=json.dumps(credential)))
    print("verified:", answer.verdict.value)  # noqa: T201 - a script prints


async def main(url: str, source_key: str, partner_key: str, beneficiary: str) -> None:
    """Walk through it."""
    async with Client(url, source_key) as source, Client(url, partner_key) as partner:
        certificate = await issue(source, beneficiary)
        credential = await fetch(partner, beneficiary)
        await verify(url, credential)
        target = RevocationTarget(ids=[certificate])
        revoked = await source.revoke_certificates(
            RevokeCertificatesInput(target=target, reason=RevocationReason.ISSUED_IN_ERROR)
        )
        print("revoked:", *(one.status.value for one in revoked.certificates))  # noqa: T201 - a script prints
        await verify(url, credential)


asyncio.run(main(*sys.argv[1:]))
