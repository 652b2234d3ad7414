// The mark `#b1.` in the evidence id, which binds members that the Co-WIN context leaves exchangeable
// (credential/binding.py).

import { base64url, sha256, utf8 } from "./bytes.ts";
import { CanonicalFault } from "./faults.ts";
import { canonicalJson } from "./jcs.ts";
import { objectOf, without, type JsonObject } from "./json.ts";
import { eventOf, evidenceId } from "./structure.ts";

const DOMAIN = "pramaan-binding-v1\0";
const DIGEST_BYTES = 16;
const MARK = /^b1\.([A-Za-z0-9_-]{22})(?:\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9}))?$/;

/** A certificate's bit in the status lists: the list's number and the index in it. */
export interface Position {
  number: number;
  index: number;
}

export function hasFragment(document: JsonObject): boolean {
  return evidenceId(document).includes("#");
}

/** Tells whether the mark is the digest of every member but the proof. */
export async function markFits(document: JsonObject): Promise<boolean> {
  try {
    return mark(document)?.[1] === (await digest(document));
  } catch (fault) {
    if (fault instanceof CanonicalFault) return false;
    throw fault;
  }
}

export function markedPosition(document: JsonObject): Position | undefined {
  const [, , number, index] = mark(document) ?? [];
  return number && index ? { number: Number(number), index: Number(index) } : undefined;
}

function mark(document: JsonObject): RegExpExecArray | null {
  return MARK.exec(evidenceId(document).split("#").slice(1).join("#"));
}

async function digest(document: JsonObject): Promise<string> {
  const [base = ""] = evidenceId(document).split("#");
  const entry = objectOf([...Object.entries(eventOf(document, "cowin-v1")), ["id", base]]);
  const unsigned = objectOf([...Object.entries(without(document, "proof")), ["evidence", [entry]]]);
  const hash = await sha256(utf8(DOMAIN + canonicalJson(unsigned)));
  return base64url(hash.subarray(0, DIGEST_BYTES));
}
