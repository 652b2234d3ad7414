// Issue, fetch as a partner, verify, revoke: `node example.ts URL SOURCE_KEY PARTNER_KEY BENEFICIARY_ID`.
import { setTimeout } from "node:timers/promises";
import {
  CertificatePdfDocument,
  Client,
  IssueCertificatesDocument,
  LatestCertificateDocument,
  RevokeCertificatesDocument,
  VerifyDocument,
  type BeneficiaryProof,
  type VaccinationRecordInput,
} from "./client.ts";

const MOBILE = "+919000000001";

function record(beneficiaryId: string): VaccinationRecordInput {
  return {
    beneficiaryId,
    recipient: { name: "Sample Person 1", age: 42, mobile: MOBILE },
    vaccination: {
      name: "COVISHIELD",
      batch: "SAMPLE-1",
      manufacturer: "Serum Institute of India",
      date: "2021-06-01T10:00:00+05:30",
      dose: 2,
      totalDoses: 2,
    },
    facility: { name: "Sample Health Centre" },
  };
}

async function issue(source: Client, beneficiaryId: string): Promise<string> {
  const input = { records: [record(beneficiaryId)], idempotencyKey: `example-${beneficiaryId}`, waitMs: 10_000 };
  const { issueCertificates } = await source.ask(IssueCertificatesDocument, { input });
  const certificate = issueCertificates.results[0]?.certificate;
  if (!certificate) {
    throw new Error(JSON.stringify(issueCertificates));
  }
  console.log("issued:", certificate.status);
  return certificate.id;
}

// The newest certificate's credential, shown the proof that the beneficiary gave the app.
async function fetched(partner: Client, beneficiaryId: string): Promise<unknown> {
  const proof = { mobile: MOBILE };
  const { beneficiary } = await partner.ask(LatestCertificateDocument, { beneficiaryId, proof });
  const certificate = beneficiary?.latestCertificate;
  if (!certificate) {
    throw new Error("no certificate, or no right proof");
  }
  console.log("fetched:", certificate.stage, certificate.holder.name);
  console.log("document:", await pdf(partner, certificate.id, proof));
  return certificate.credential;
}

// How the PDF begins; it is made when first asked for.
async function pdf(partner: Client, certificateId: string, proof: BeneficiaryProof): Promise<string> {
  for (;;) {
    const { certificate } = await partner.ask(CertificatePdfDocument, { certificateId, proof });
    const document = certificate?.document;
    if (!document || document.state === "FAILED") {
      throw new Error("no document");
    }
    if (document.url) {
      return new TextDecoder().decode((await partner.download(document.url)).slice(0, 4));
    }
    await setTimeout(document.retryAfterMs ?? 1000);
  }
}

async function verify(url: string, credential: unknown): Promise<void> {
  const anyone = new Client(url);
  const { verify } = await anyone.ask(VerifyDocument, { input: { text: JSON.stringify(credential) } });
  console.log("verified:", verify.verdict);
}

async function main(url: string, sourceKey: string, partnerKey: string, beneficiaryId: string): Promise<void> {
  const source = new Client(url, sourceKey);
  const id = await issue(source, beneficiaryId);
  const credential = await fetched(new Client(url, partnerKey), beneficiaryId);
  await verify(url, credential);
  const input = { target: { ids: [id] }, reason: "ISSUED_IN_ERROR" as const };
  const { revokeCertificates } = await source.ask(RevokeCertificatesDocument, { input });
  console.log("revoked:", ...revokeCertificates.certificates.map((certificate) => certificate.status));
  await verify(url, credential);
}

await main(...(process.argv.slice(2) as [string, string, string, string]));
