// The zip in a certificate's QR code: one entry, `certificate.json` (credential/formats/qr_zip.py). Declared sizes are
// never trusted; what Python's zipfile would refuse is refused.

import { fromUtf8, startsWith, type Bytes } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { Unreadable } from "./faults.ts";
import { inflate } from "./inflate.ts";

const MAX_INPUT_BYTES = 64 * 1024;
const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_RATIO = 100;
const NAME = "certificate.json";
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCATOR = 0x07064b50;
const MAX_VERSION = 63;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  name: string;
  flags: number;
  method: number;
  crc: number;
  size: number;
  offset: number;
}

export function isZip(data: Uint8Array): boolean {
  return startsWith(data, 0x50, 0x4b, 3, 4);
}

/** Returns the text in a zip's bytes, or in their UTF-8 form. Throws Unreadable. */
export function unpack(data: Bytes): string {
  if (data.length > MAX_INPUT_BYTES) throw new Unreadable("QR_TOO_LARGE");
  if (!isZip(data)) throw new Unreadable("NO_ZIP");
  try {
    return read(data);
  } catch (fault) {
    const original = fromUtf8Form(data);
    if (!original || !(fault instanceof Unreadable)) throw fault;
    return read(original);
  }
}

function fromUtf8Form(data: Bytes): Bytes | undefined {
  const text = fromUtf8(data);
  if (text === undefined || text.length === data.length || /[^\u0000-\u00ff]/.test(text)) return undefined;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function read(archive: Bytes): string {
  const entry = onlyEntry(archive);
  const content = unpacked(entry.method, compressed(archive, entry));
  if (crc32(content) !== entry.crc) throw new Unreadable("ZIP_CHECKSUM");
  const text = fromUtf8(content);
  if (text === undefined) throw new Unreadable("ZIP_DAMAGED");
  return text;
}

function onlyEntry(archive: Bytes): Entry {
  let entries: Entry[];
  try {
    entries = [...directory(archive)];
  } catch {
    throw new Unreadable("ZIP_DAMAGED");
  }
  const [entry] = entries;
  if (!entry || entries.length > 1 || entry.name !== NAME) throw new Unreadable("ZIP_ENTRIES");
  if (entry.flags & ENCRYPTED) throw new Unreadable("ZIP_ENCRYPTED");
  return entry;
}

/** Yields the entries of the central directory. Throws RangeError where it is damaged. */
function* directory(archive: Bytes): Generator<Entry> {
  const view = viewOf(archive);
  const end = endOf(view);
  const size = view.getUint32(end + 12, true);
  const moved = end - size - view.getUint32(end + 16, true); // bytes put in front of the archive
  let at = end - size;
  if (at < 0) throw new RangeError();
  while (at < end) {
    const { entry, next } = entryAt(view, at, Math.min(end, archive.length));
    yield { ...entry, offset: entry.offset + moved };
    at = next;
  }
}

function endOf(view: DataView): number {
  const bare = view.byteLength - END_BYTES;
  let at = bare;
  if (view.getUint32(bare, true) !== END || view.getUint16(bare + 20, true) !== 0) {
    at = view.byteLength - 4;
    while (at >= 0 && view.getUint32(at, true) !== END) at--;
  }
  if (at < 0 || at > bare) throw new RangeError();
  if (at >= LOCATOR_BYTES && view.getUint32(at - LOCATOR_BYTES, true) === LOCATOR) throw new RangeError(); // zip64
  return at;
}

function entryAt(view: DataView, at: number, end: number): { entry: Entry; next: number } {
  if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) throw new RangeError();
  if (view.getUint8(at + 6) > MAX_VERSION) throw new RangeError();
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
  const extraAt = at + CENTRAL_BYTES + nameLength!;
  checkExtra(view, Math.min(extraAt, end), Math.min(extraAt + extraLength!, end));
  const entry = {
    name: ascii(view, at + CENTRAL_BYTES, Math.min(extraAt, end)),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    size: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  };
  return { entry, next: extraAt + extraLength! + commentLength! };
}

function checkExtra(view: DataView, start: number, end: number): void {
  for (let at = start; end - at >= 4;) {
    at += 4 + view.getUint16(at + 2, true);
    if (at > end) throw new RangeError();
  }
}

/** The archive must begin with the entry, so that nothing hides in front; both descriptions of it must agree. */
function compressed(archive: Bytes, entry: Entry): Bytes {
  const head = viewOf(archive.length < LOCAL_BYTES ? new Uint8Array(LOCAL_BYTES) : archive);
  const nameAgrees = ascii(head, LOCAL_BYTES, Math.min(LOCAL_BYTES + NAME.length, archive.length)) === NAME;
  const agrees = head.getUint16(8, true) === entry.method && nameAgrees;
  if (entry.offset !== 0 || !agrees || head.getUint16(6, true) & ENCRYPTED) throw new Unreadable("ZIP_DISAGREES");
  const start = LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  const body = archive.subarray(start, start + entry.size);
  if (body.length !== entry.size) throw new Unreadable("ZIP_DAMAGED");
  return body;
}

function unpacked(method: number, body: Bytes): Uint8Array {
  if (method === STORED) return body;
  if (method !== DEFLATED) throw new Unreadable("ZIP_METHOD");
  try {
    const { content, used } = inflate(body, Math.min(MAX_OUTPUT_BYTES, MAX_RATIO * body.length));
    if (used === body.length) return content;
  } catch {
    // damaged, truncated or too much
  }
  throw new Unreadable("ZIP_DAMAGED");
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

function ascii(view: DataView, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(view.getUint8(at));
  return text;
}
