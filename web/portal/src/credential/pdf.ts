// The certificate attached to a PDF, as our own PDF/A-3 files carry it: objects are looked for by their text, so that a
// file is found whatever the cross-reference table says. PDFs that pack their objects are left to the gateway.

import { startsWith } from "./bytes.ts";
import { Unreadable } from "./faults.ts";
import { inflateZlib } from "./inflate.ts";

const NAME = "certificate.json";
const MAX_PDF_BYTES = 8 * 1024 * 1024;
const MAX_ATTACHMENT_BYTES = 64 * 1024;
const MAX_ATTACHMENTS = 20;
const OBJECT = /(\d+)\s+\d+\s+obj\b/g;
const STREAM = /\bstream\r?\n/;

export function isPdf(data: Uint8Array): boolean {
  return startsWith(data, 0x25, 0x50, 0x44, 0x46, 0x2d);
}

/** Returns the content of each attachment named certificate.json. Throws Unreadable. */
export async function attachments(pdf: Uint8Array): Promise<Uint8Array[]> {
  if (pdf.length > MAX_PDF_BYTES) throw new Unreadable("PDF_TOO_LARGE");
  const text = new TextDecoder("latin1").decode(pdf); // windows-1252, in which every byte is one character too
  if (/\/Encrypt\b/.test(text)) throw new Unreadable("PDF_DAMAGED");
  const objects = [...text.matchAll(OBJECT)];
  const wanted = new Set(objects.flatMap(({ index }) => attached(objectAt(text, index))));
  const found = objects.filter(([, number = ""]) => wanted.has(number)).slice(0, MAX_ATTACHMENTS);
  return found.map(({ index }) => content(pdf, text, index));
}

function objectAt(text: string, start: number): string {
  const end = text.indexOf("endobj", start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** Returns the numbers of the objects that hold the file that a Filespec names. */
function attached(object: string): string[] {
  const [, embedded = ""] = /\/EF\s*<<([^>]*)>>/.exec(object) ?? [];
  const [, name] = /\/UF\s*\(([^)]*)\)/.exec(object) ?? /\/F\s*\(([^)]*)\)/.exec(object) ?? [];
  if (name !== NAME) return [];
  return [...embedded.matchAll(/\/U?F\s+(\d+)\s+\d+\s+R\b/g)].map(([, number = ""]) => number);
}

function content(pdf: Uint8Array, text: string, start: number): Uint8Array {
  const [begin] = STREAM.exec(text.slice(start)) ?? [];
  if (begin === undefined) throw new Unreadable("PDF_DAMAGED");
  const at = text.indexOf(begin, start) + begin.length;
  const dictionary = text.slice(start, at);
  const bytes = pdf.subarray(at, endOf(text, dictionary, at));
  if (!/\/Filter\b/.test(dictionary)) return bounded(bytes);
  if (!/\/Filter\s*\[?\s*\/FlateDecode\b/.test(dictionary)) throw new Unreadable("PDF_DAMAGED");
  try {
    return inflateZlib(bytes, MAX_ATTACHMENT_BYTES);
  } catch {
    throw new Unreadable("PDF_DAMAGED");
  }
}

function endOf(text: string, dictionary: string, at: number): number {
  const [, length] = /\/Length\s+(\d+)(?!\s*\d*\s+\d+\s+R)/.exec(dictionary) ?? [];
  return length ? at + Number(length) : text.indexOf("endstream", at);
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_ATTACHMENT_BYTES) throw new Unreadable("PDF_TOO_LARGE");
  return bytes;
}
