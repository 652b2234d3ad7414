// What somebody shows us, in any form that is in people's hands, down to the JSON document
// (credential/formats/received.py). QR codes in pictures and on pages are read by a scanner, which gives their text.

import { fromBase64, fromUtf8, isWellFormed, startsWith, utf8, type Bytes } from "./bytes.ts";
import { Unreadable } from "./faults.ts";
import { has, isObject, parse, type JsonObject } from "./json.ts";
import type { Format } from "./model.ts";
import { attachments, isPdf } from "./pdf.ts";
import type { Reason } from "./reasons.ts";
import { same } from "./shapes.ts";
import { strip } from "./texts.ts";
import { isZip, unpack } from "./zip.ts";

export interface Received {
  format: Format;
  document: JsonObject;
}

/** One thing that was found in a picture or PDF. */
export interface Content {
  format: Format;
  data: Uint8Array | string;
}

const B64 = "B64:";
const MAX_B64 = 2 * 64 * 1024;
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_~.-]*$/;
const OTHERS: [string, Reason][] = [
  ["%PDF-", "PDF_AS_TEXT"],
  ["HC1:", "EU_CERTIFICATE"],
  ["shc:/", "SMART_HEALTH_CARD"],
];

/** Returns the certificate in the input. Throws Unreadable. */
export async function decode(input: Uint8Array | string): Promise<Received> {
  if (typeof input !== "string" && isPdf(input)) return decodeContents(await pdfContents(input));
  if (typeof input !== "string" && isPicture(input)) throw new Unreadable("PICTURE");
  return payload(input);
}

/** Returns the one certificate among the contents; those that are none are passed over. Throws Unreadable. */
export function decodeContents(contents: Content[]): Received {
  const read = contents.map(readOrReason);
  const [first, ...others] = read.flatMap((one) => (one instanceof Unreadable ? [] : [one]));
  if (!first) throw read[0] ?? new Unreadable("NO_CODE");
  if (!others.every((other) => same(other.document, first.document))) throw new Unreadable("SEVERAL_DIFFER");
  return first;
}

/** Returns the files named certificate.json that are attached to a PDF. Throws Unreadable. */
export async function pdfContents(pdf: Uint8Array): Promise<Content[]> {
  const found = await attachments(pdf);
  if (!found.length) throw new Unreadable("PDF_EMPTY");
  return found.map((data) => ({ format: "PDF_ATTACHMENT", data }));
}

export function isPicture(data: Uint8Array): boolean {
  const webp = startsWith(data, 0x52, 0x49, 0x46, 0x46) && startsWith(data.subarray(8), 0x57, 0x45, 0x42, 0x50);
  return webp || startsWith(data, 0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10) || startsWith(data, 0xff, 0xd8, 0xff);
}

function readOrReason({ format, data }: Content): Received | Unreadable {
  try {
    return { ...payload(data), format };
  } catch (reason) {
    if (reason instanceof Unreadable) return reason;
    throw reason;
  }
}

function payload(input: Uint8Array | string): Received {
  if (typeof input === "string" && !isWellFormed(input)) throw new Unreadable("NO_TEXT");
  const raw: Bytes = typeof input === "string" ? utf8(input) : new Uint8Array(input);
  if (isZip(raw)) return credential("QR_ZIP", unpack(raw));
  const read = fromUtf8(raw);
  if (read === undefined) throw new Unreadable("NO_TEXT");
  const text = strip(read.replace(/^\ufeff/, ""));
  if (text.startsWith(B64)) return credential("B64", unpack(zipIn(text.slice(B64.length))));
  refuseOthers(text);
  return credential("JSON", text);
}

function zipIn(text: string): Bytes {
  const bytes = text.length > MAX_B64 ? undefined : fromBase64(text);
  if (!bytes) throw new Unreadable("NO_BASE64");
  return bytes;
}

function refuseOthers(text: string): void {
  const [, reason] = OTHERS.find(([beginning]) => text.startsWith(beginning)) ?? [];
  if (reason) throw new Unreadable(reason);
  if (JWT.test(text)) throw new Unreadable("JWT");
}

function credential(format: Format, text: string): Received {
  const document = parse(text);
  const names = ["@context", "credentialSubject", "proof"];
  if (!isObject(document) || !names.some((name) => has(document, name))) throw new Unreadable("NO_CREDENTIAL");
  return { format, document };
}
