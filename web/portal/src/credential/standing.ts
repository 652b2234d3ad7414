// STATUS_FRESHNESS, REVOCATION and SUPERSESSION as far as status lists can tell; they hold no records, so STORED_RECORD
// is never made here (credential/verification/standing.py).

import { markedPosition } from "./binding.ts";
import { has, type JsonObject } from "./json.ts";
import { failed, notChecked, passed, type Check, type CheckCode, type Profile } from "./model.ts";
import type { Reason } from "./reasons.ts";
import type { ListAnswer } from "./statusLists.ts";

const CODES: CheckCode[] = ["STATUS_FRESHNESS", "REVOCATION", "SUPERSESSION", "STORED_RECORD"];

export function namesStatusList(document: JsonObject, profile: Profile): boolean {
  return profile === "vc2" ? has(document, "credentialStatus") : markedPosition(document) !== undefined;
}

/** Returns the four checks. A superseded certificate has the bits of both purposes. */
export function checkListed(answer: ListAnswer | undefined): Check[] {
  if (!answer) return notMade("STATUS_NOT_ASKED");
  if (!answer.named) return notMade("STATUS_NO_LIST");
  if (answer.revoked === undefined && answer.superseded === undefined) return notMade("STATUS_LIST_MISSING");
  const gone = answer.revoked && !answer.superseded;
  return [
    freshness(answer),
    gone ? failed("REVOCATION", "REVOKED") : unlessStale("REVOCATION", "NOT_REVOKED", answer),
    answer.superseded ? failed("SUPERSESSION", "REPLACED") : unlessStale("SUPERSESSION", "NOT_REPLACED", answer),
    notChecked("STORED_RECORD", "STATUS_NOT_ASKED"),
  ];
}

function freshness(answer: ListAnswer): Check {
  if (answer.fresh) return passed("STATUS_FRESHNESS", "STATUS_FRESH");
  if (answer.revoked === undefined) return notChecked("STATUS_FRESHNESS", "STATUS_NO_REVOCATIONS");
  return failed("STATUS_FRESHNESS", "STATUS_STALE");
}

/** A bit that is not set tells something only in a fresh list; one that is set, for ever. */
function unlessStale(code: CheckCode, reason: Reason, answer: ListAnswer): Check {
  return answer.fresh ? passed(code, reason) : notChecked(code, "STATUS_OPEN");
}

function notMade(reason: Reason): Check[] {
  return CODES.map((code) => notChecked(code, reason));
}
