// From checks to the verdict: the first that applies (credential/verification/verdict.py).

import type { Check, CheckCode, CheckStatus, Policy, Verdict } from "./model.ts";

const GENUINE: CheckCode[] = ["STRUCTURE", "CONTEXT", "SUBJECT_ID", "ISSUER", "KEY", "SIGNATURE", "PLAUSIBILITY"];
const IN_FORCE: [CheckCode, Verdict][] = [
  ["REVOCATION", "REVOKED"],
  ["SUPERSESSION", "SUPERSEDED"],
  ["NOT_BEFORE", "NOT_YET_VALID"],
  ["EXPIRY", "EXPIRED"],
];

/** `hasStatus`: the issuer keeps a status of this certificate. */
export function verdictOf(checks: Check[], policy: Policy, hasStatus: boolean): Verdict {
  const status = Object.fromEntries(checks.map((check) => [check.code, check.status])) as Record<
    CheckCode,
    CheckStatus
  >;
  if (status.DECODE !== "PASSED") return "UNREADABLE";
  if (status.ISSUER === "FAILED") return "UNKNOWN_ISSUER";
  if (cannotTell(checks)) return "INCONCLUSIVE";
  if (status.FIELD_BINDING === "FAILED" || GENUINE.some((code) => status[code] !== "PASSED")) return "INVALID";
  const [, found] = IN_FORCE.find(([code]) => status[code] === "FAILED") ?? [];
  if (found) return found;
  return isOpen(status, policy, hasStatus) ? "INCONCLUSIVE" : "VALID";
}

/** The one thing that a gateway can do and an old browser may not: nothing speaks against the certificate then. */
function cannotTell(checks: Check[]): boolean {
  const others = checks.filter(({ code }) => GENUINE.includes(code) && code !== "SIGNATURE");
  const unsupported = checks.some(({ message }) => message === "SIGNATURE_UNSUPPORTED");
  return unsupported && others.every(({ status }) => status === "PASSED");
}

function isOpen(status: Record<CheckCode, CheckStatus>, policy: Policy, hasStatus: boolean): boolean {
  if (policy === "STRICT" && status.FIELD_BINDING !== "PASSED") return true;
  return policy !== "OFFLINE" && hasStatus && status.STATUS_FRESHNESS !== "PASSED";
}
