// A certificate as administrators see it.
export interface Change {
  field: string;
  from: string | null;
  to: string | null;
}

export const STATUSES = ["FAILED", "ISSUED", "PENDING", "REVOKED", "SUPERSEDED"] as const;
export type Status = (typeof STATUSES)[number];

export const REASONS = [
  "BATCH_RECALL",
  "FRAUD",
  "HOLDER_REQUEST",
  "ISSUED_IN_ERROR",
  "KEY_COMPROMISE",
  "WRONG_PERSON",
  "OTHER",
] as const;
export type Reason = (typeof REASONS)[number];

export interface Short {
  id: string;
  dose: number;
  totalDoses: number;
  version: number;
  status: Status;
  kind: "DOMESTIC" | "INTERNATIONAL";
  issuedAt: string | null;
  holder: { name: string };
  vaccination: { name: string; batch: string; date: string };
}

export const SHORT = `id dose totalDoses version status kind issuedAt holder { name } vaccination { name batch date }`;

export interface Person {
  id: string;
  programme: string;
  certificates: { nodes: Short[] };
}

export interface Version extends Short {
  changes: Change[];
  failureReason: string | null;
  revocation: { at: string; reason: Reason } | null;
}

export interface Whole extends Version {
  beneficiaryId: string;
  correctionsRemaining: number;
  holder: { name: string; age: number | null; dateOfBirth: string | null; gender: string; nationality: string };
  vaccination: { name: string; manufacturer: string; batch: string; date: string; vaccinator: string };
  facility: { name: string; address: { district: string; state: string; postalCode: string } };
  history: Version[];
}

const VERSION = `${SHORT} failureReason changes { field from to } revocation { at reason }`;

export const WHOLE = `query($id: ID!) { certificate(id: $id) { ${VERSION} beneficiaryId correctionsRemaining
  holder { age dateOfBirth gender nationality } vaccination { manufacturer vaccinator }
  facility { name address { district state postalCode } } history { ${VERSION} } } }`;

/** Whether it can be revoked or is on its way to be. */
export function counts({ status }: Short): boolean {
  return status === "ISSUED" || status === "PENDING";
}
