// What verifying takes and answers; names as in the GraphQL contract.

import type { Reason } from "./reasons.ts";
import type { JsonObject } from "./json.ts";

export type Verdict =
  | "UNREADABLE"
  | "UNKNOWN_ISSUER"
  | "INVALID"
  | "REVOKED"
  | "SUPERSEDED"
  | "NOT_YET_VALID"
  | "EXPIRED"
  | "INCONCLUSIVE"
  | "VALID";

export type CheckCode =
  | "DECODE"
  | "STRUCTURE"
  | "CONTEXT"
  | "SUBJECT_ID"
  | "ISSUER"
  | "KEY"
  | "SIGNATURE"
  | "FIELD_BINDING"
  | "PLAUSIBILITY"
  | "NOT_BEFORE"
  | "EXPIRY"
  | "STATUS_FRESHNESS"
  | "REVOCATION"
  | "SUPERSESSION"
  | "STORED_RECORD";

export type CheckStatus = "PASSED" | "FAILED" | "NOT_CHECKED";
export type Policy = "STRICT" | "STANDARD" | "OFFLINE";
export type Format = "JSON" | "QR_ZIP" | "B64" | "PICTURE" | "PDF_ATTACHMENT" | "PDF_QR";
export type Profile = "cowin-v1" | "cowin-v2" | "vc2";
export type Algorithm = "RSA" | "ED25519" | "P256";
export type Stage = "PROVISIONAL" | "FINAL" | "PRECAUTION";

/** `message` is one of reasons.ts. */
export interface Check {
  code: CheckCode;
  status: CheckStatus;
  message: Reason;
}

/** What the certificate says, as written; null where it does not say. Of one that is not VALID it proves nothing. */
export interface Facts {
  name: string | null;
  age: string | null;
  dateOfBirth: string | null;
  gender: string | null;
  certificateId: string | null;
  beneficiaryId: string | null;
  vaccine: string | null;
  vaccineType: string | null;
  batch: string | null;
  manufacturer: string | null;
  date: string | null;
  dose: number | null;
  totalDoses: number | null;
  stage: Stage | null;
  facility: string | null;
  district: string | null;
  state: string | null;
  country: string | null;
}

/**
 * `statusAsOf` is when the status list was signed that told, in ISO 8601; null where none did. `missingList` is the number
 * of the list that would tell and is not at hand; `keep` fetches it.
 */
export interface Verification {
  verdict: Verdict;
  checks: Check[];
  ambiguousFields: string[];
  format: Format | null;
  issuer: string | null;
  facts: Facts | null;
  newerCertificateExists: boolean;
  checkedAt: string;
  statusAsOf: string | null;
  missingList: number | null;
}

/** A public key as GraphQL's `IssuerKey` has it; times in ISO 8601, null without end, names null for any. */
export interface IssuerKey {
  id: string;
  issuer: string | null;
  verificationMethod: string | null;
  algorithm: Algorithm;
  publicKeyPem: string;
  activeFrom: string | null;
  retiredAt: string | null;
  compromisedAt: string | null;
  boundFrom: string | null;
}

export interface TrustedIssuer {
  id: string;
  name: string;
  country: string;
  keys: IssuerKey[];
}

/** A signed status list, or a signed delta of the list before it in the row, as published. */
export type StatusListCredential = JsonObject;

/** What an offline verifier keeps; plain JSON. `at` is when it was fetched. */
export interface Kept {
  keys: IssuerKey[];
  trust: TrustedIssuer[];
  statusLists: StatusListCredential[];
  at: string;
}

/** A key ready for use; times are microseconds since 1970. `foreign`: of the trust list; no list tells its standing. */
export interface Key {
  issuer: string | null;
  verificationMethod: string | null;
  algorithm: Algorithm;
  pem: string;
  activeFrom: bigint | null;
  retiredAt: bigint | null;
  compromised: boolean;
  boundFrom: bigint | null;
  foreign: boolean;
}

export function passed(code: CheckCode, message: Reason): Check {
  return { code, status: "PASSED", message };
}

export function failed(code: CheckCode, message: Reason): Check {
  return { code, status: "FAILED", message };
}

export function notChecked(code: CheckCode, message: Reason): Check {
  return { code, status: "NOT_CHECKED", message };
}
