// Bytes and the ways in which they are written.

import { Unsupported } from "./faults.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

const DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Returns the text of UTF-8 bytes, undefined where they are none; a mark of byte order stays. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}

export function startsWith(bytes: Uint8Array, ...beginning: number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}

export function concat(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Throws Unsupported in pages that came over plain HTTP, which have no Web Crypto. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  if (!globalThis.crypto?.subtle) throw new Unsupported("SIGNATURE_UNSUPPORTED");
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function base64url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_");
}

/** Reads base64 or base64url, with padding or without; undefined where it is neither. */
export function fromBase64(text: string): Bytes | undefined {
  const standard = text.replace(/=+$/, "").replace(/-/g, "+").replace(/_/g, "/");
  if (!/^[A-Za-z0-9+/]*$/.test(standard) || standard.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
}

/** Reads base64url without padding, and only the one right spelling of it. */
export function fromBase64url(text: string): Bytes | undefined {
  const bytes = fromBase64(text);
  return bytes && base64url(bytes) === text ? bytes : undefined;
}

export function fromBase58(text: string): Bytes | undefined {
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  let number = 0n;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const hex = number ? number.toString(16) : "";
  const even = hex.length % 2 ? `0${hex}` : hex;
  return concat(
    new Uint8Array(zeros),
    Uint8Array.from(even.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
  );
}
