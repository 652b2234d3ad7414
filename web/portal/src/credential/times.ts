// PLAUSIBILITY, NOT_BEFORE and EXPIRY (credential/verification/plausibility.py and times.py).

import { isDate, isDateTime, isPartialDate, moment, SKEW } from "./dates.ts";
import { has, type JsonObject } from "./json.ts";
import { failed, notChecked, passed, type Check, type Profile } from "./model.ts";
import type { Reason } from "./reasons.ts";
import { eventOf, memberOf } from "./structure.ts";

/** Checks doses, the order of dates and the members' forms of a document whose structure passed. */
export function checkPlausibility(document: JsonObject, profile: Profile): Check {
  const fault = implausible(document, profile);
  return fault ? failed("PLAUSIBILITY", fault) : passed("PLAUSIBILITY", "PLAUSIBLE");
}

function implausible(document: JsonObject, profile: Profile): Reason | undefined {
  const event = eventOf(document, profile);
  const start = event["effectiveStart"] ?? "";
  const until = event["effectiveUntil"] ?? "";
  const born = memberOf(document, "credentialSubject")[profile === "vc2" ? "birthDate" : "dob"] ?? "";
  const times = ["issuanceDate", "expirationDate", "validFrom", "validUntil"].filter((name) => has(document, name));
  if (!times.every((name) => isDateTime(document[name]))) return "TIME_MALFORMED";
  if ([event["dose"], event["totalDoses"]].some((count) => count !== "" && Number(count) < 1)) return "DOSE_BELOW_ONE";
  if (event["date"] && !isDateTime(event["date"])) return "TIME_MALFORMED";
  if ([start, until].some((day) => day && !isDate(day))) return "DATE_MALFORMED";
  if (start && until && start > until) return "DATES_REVERSED";
  return born && !isPartialDate(born) ? "BIRTH_MALFORMED" : undefined;
}

/** Checks that the certificate was issued by now. */
export function checkNotBefore(document: JsonObject, profile: Profile, now: bigint): Check {
  const start = moment(String(document[profile === "vc2" ? "validFrom" : "issuanceDate"]));
  if (start === undefined) return notChecked("NOT_BEFORE", "BEGIN_UNREADABLE");
  return start > now + SKEW ? failed("NOT_BEFORE", "BEGINS_LATER") : passed("NOT_BEFORE", "BEGUN");
}

/** Checks the end that the issuer set; effectiveUntil is about the vaccine and ends no certificate. */
export function checkExpiry(document: JsonObject, profile: Profile, now: bigint): Check {
  const name = profile === "vc2" ? "validUntil" : "expirationDate";
  if (!has(document, name)) return passed("EXPIRY", "NO_EXPIRY");
  const end = moment(String(document[name]));
  if (end === undefined) return notChecked("EXPIRY", "EXPIRY_UNREADABLE");
  return end < now ? failed("EXPIRY", "EXPIRED") : passed("EXPIRY", "NOT_EXPIRED");
}
