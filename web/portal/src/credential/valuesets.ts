// The gateway's value sets (credential/valuesets.py): a key fits a name that contains it, in any case.

import known from "known";

const TWO = 2;

/** Returns the ICD-11 code of a vaccine's name, "" where it is not known. */
export function icd11Code(vaccine: string): string {
  const name = vaccine.toLowerCase();
  return known.vaccineCodes.find(([key]) => name.includes(key))?.[1] ?? "";
}

/** Returns how many doses the vaccine's primary schedule has, undefined for a vaccine that is not known. */
export function dosesOf(vaccine: string): number | undefined {
  if (!icd11Code(vaccine)) return undefined;
  const name = vaccine.toLowerCase();
  return known.doses.find(([key]) => name.includes(key))?.[1] ?? TWO;
}

export function isKnownManufacturer(name: string): boolean {
  const lower = name.toLowerCase();
  return known.manufacturers.some((key) => lower.includes(key));
}

export function isIcd11Code(code: unknown): boolean {
  return typeof code === "string" && known.prophylaxis.includes(code);
}
