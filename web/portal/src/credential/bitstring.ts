// The bits of a status list, and how credentials write them (credential/status/bitstring.py).

import { base64url, concat, fromBase64, sha256, startsWith, type Bytes } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { ListRefused } from "./faults.ts";
import { inflate } from "./inflate.ts";

export const LIST_SIZE = 131_072;
const LIST_BYTES = LIST_SIZE / 8;
const SHA256 = [0x12, 0x20]; // of a multihash
const HEADER_BYTES = 10;
const [CHECKSUM, EXTRA, NAME, COMMENT, RESERVED] = [0x02, 0x04, 0x08, 0x10, 0xe0];

/** Index 0 is the left-most bit: the highest of the first byte. */
export function isSet(bits: Uint8Array, index: number): boolean {
  return (bits[index >> 3]! & (0x80 >> (index & 7))) !== 0;
}

export function flipped(bits: Bytes, others: Bytes): Bytes {
  return bits.map((byte, index) => byte ^ others[index]!);
}

/** Returns the bits of a multibase text. Throws ListRefused where they are no list. */
export function decodeBits(text: string): Bytes {
  const packed = text.startsWith("u") ? fromBase64(text.slice(1)) : undefined;
  try {
    if (packed) return gunzip(packed);
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
  }
  throw new ListRefused("LIST_BITS");
}

/** Returns the multibase text of the SHA-256 multihash of the bits. */
export async function digestOf(bits: Bytes): Promise<string> {
  return `u${base64url(concat(Uint8Array.from(SHA256), await sha256(bits)))}`;
}

/** Throws RangeError. */
function gunzip(packed: Bytes): Bytes {
  const start = headerEnd(packed);
  const { content, used } = inflate(packed.subarray(start), LIST_BYTES);
  const trailer = new DataView(packed.buffer, packed.byteOffset + start + used, 8);
  const intact = trailer.getUint32(0, true) === crc32(content) && trailer.getUint32(4, true) === content.length;
  if (!intact || content.length !== LIST_BYTES) throw new RangeError();
  return concat(content);
}

function headerEnd(packed: Bytes): number {
  const flags = packed[3] ?? RESERVED;
  if (!startsWith(packed, 0x1f, 0x8b, 8) || flags & RESERVED) throw new RangeError();
  let at = HEADER_BYTES;
  if (flags & EXTRA) at += 2 + (packed[at]! | (packed[at + 1]! << 8));
  if (flags & NAME) at = packed.indexOf(0, at) + 1;
  if (flags & COMMENT) at = packed.indexOf(0, at) + 1;
  return flags & CHECKSUM ? at + 2 : at;
}
