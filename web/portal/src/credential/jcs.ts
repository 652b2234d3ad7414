// JSON Canonicalization Scheme (RFC 8785).

import { CanonicalFault } from "./faults.ts";
import { Fraction, type Json } from "./json.ts";

/** Returns the canonical text. Throws CanonicalFault for an integer beyond 53 bits. */
export function canonicalJson(value: Json): string {
  if (value instanceof Fraction) return JSON.stringify(value.value);
  if (typeof value === "bigint") throw new CanonicalFault("NO_CANONICAL_FORM");
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort(); // by UTF-16 code units, as JCS asks for
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name]!)}`).join(",")}}`;
}
