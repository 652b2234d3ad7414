// Verification in the browser, in a worker or in Node, without a network: what the gateway's `verify` answers, from
// what was kept. Nothing here sends a certificate anywhere.
//
//   verify(input, kept, now, policy?)            bytes (QR zip, its UTF-8 form, PDF, JSON) or text (JSON, B64:)
//   verifyContents(contents, kept, now, policy?) what a scanner found in a picture (format PICTURE) or on a PDF's pages
//                                                (PDF_QR), with `pdfContents(bytes)` before it: all must be the same
//   keep(fetch, before?, numbers?)               keys, trust list and status lists; deltas where `before` has them
//   asOf(kept)                                   since when what the lists tell has held
//
// The `message` of a check is a code of reasons.ts, which pages say in the reader's language.
//
// A picture given to `verify` is UNREADABLE with the message PICTURE, a PDF without attachment with PDF_EMPTY: read its
// QR codes and call verifyContents. The default policy is STANDARD: a certificate whose status list is stale or not at
// hand is INCONCLUSIVE; OFFLINE lets it be VALID. SIGNATURE_UNSUPPORTED means that this browser lacks Ed25519.

import { decode, decodeContents, type Content, type Received } from "./decode.ts";
import { Unreadable } from "./faults.ts";
import { judge, unreadable } from "./judge.ts";
import type { Kept, Policy, Verification } from "./model.ts";

export type * from "./model.ts";
export type { Content } from "./decode.ts";
export { isPicture, pdfContents } from "./decode.ts";
export { asOf, keep } from "./keep.ts";
export { isPdf } from "./pdf.ts";
export type { Reason } from "./reasons.ts";
export { namesSandbox } from "./sandbox.ts";

/** Never rejects for what it is given. */
export async function verify(
  input: Uint8Array | string,
  kept: Kept,
  now: Date,
  policy: Policy = "STANDARD",
): Promise<Verification> {
  return judged(() => decode(input), kept, now, policy);
}

/** Never rejects for what it is given; contents that are no certificate are passed over. */
export async function verifyContents(
  contents: Content[],
  kept: Kept,
  now: Date,
  policy: Policy = "STANDARD",
): Promise<Verification> {
  return judged(async () => decodeContents(contents), kept, now, policy);
}

async function judged(read: () => Promise<Received>, kept: Kept, now: Date, policy: Policy): Promise<Verification> {
  try {
    return await judge(await read(), kept, now, policy);
  } catch (fault) {
    if (fault instanceof Unreadable) return unreadable(fault.reason, now);
    throw fault;
  }
}
