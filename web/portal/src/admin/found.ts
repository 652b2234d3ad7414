// What was found last, so that the way back from a certificate is no further row of the audit.
import type { Person } from "./records.ts";

export const BY = ["mobile", "beneficiaryId", "certificateId"] as const;
export type By = (typeof BY)[number];

const NOTHING = { by: "mobile" as By, term: "", people: null as Person[] | null };

export const last = { ...NOTHING };

/** Something was changed: what was found is not so any more. */
export function forgetFound(): void {
  last.people = null;
}

/** Whoever comes in next does not see it. */
export function forgetSearch(): void {
  Object.assign(last, NOTHING);
}
